"""What a screening adds to the month: one row a sheet, for the indicators."""

from __future__ import annotations

from ces_tui.vault.projections import NOTHING, Contribution, Contributor, Fact


def month_row(fact: Fact) -> Contribution:
    """`month/screening/<yyyy-mm>`: who was screened with what, the result, and whether a safety item was raised."""
    body = fact.body
    if body is None or fact.void is not None:
        return NOTHING
    row = {
        "id": fact.id,
        "patient": fact.patient,
        "day": body["day"],
        "codes": [body["instrument"]],
        "complete": body["complete"],
        "total": body.get("total"),
        "band": body.get("band", ""),
        "flags": list(body.get("flags", ())),
        "author": body["author"],
    }
    return Contribution(rows=[(f"month/screening/{str(body['day'])[:7]}", row)])


CONTRIBUTIONS: dict[str, Contributor] = {"screening": month_row}
