"""What a signed note contributes to projections: one short row of its month, gone when the note is "registrado por error"."""

from __future__ import annotations

from collections.abc import Callable

from ces_tui.vault.projections import NOTHING, Contribution, Fact


def consult(fact: Fact) -> Contribution:
    """`month/consult/<yyyy-mm>`: d day, p patient, c codes (`I10`, with `+` behind it for "1a vez"; `?` for free text)."""
    if fact.body is None or fact.void is not None:
        return NOTHING
    day = str(fact.body["day"])
    codes = [
        (d.get("code") or "?") + ("+" if d.get("first_time") else "") for d in fact.body.get("diagnoses", ())
    ]
    return Contribution(rows=[(f"month/consult/{day[:7]}", {"d": day, "p": fact.patient, "c": codes})])


CONTRIBUTIONS: dict[str, Callable[[Fact], Contribution]] = {"consult": consult}
