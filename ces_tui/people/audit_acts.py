"""What is written at once, beside the reads: broken glasses, the envelope's use, failed unlockings, exports, prints.

They travel in the `lecturas` document as the member `acts`: [[ms, person, what, patient, text], …].
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ces_tui.vault.projections import Contribution, Fact

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

GLASS = "reservado"
ENVELOPE = "sobre"
FAILED = "intentos"
EXPORT = "exportar"
COPY = "copia"
PRINT = "imprimir"
RESTRICTED = "restringir"
SEEN = "visto"
"""Someone of the supervision has looked at an act; its text is that act's id."""

ACT_WORDS = {
    GLASS: "abrió lo reservado con motivo",
    ENVELOPE: "se abrió el sobre de emergencia",
    FAILED: "intentos de entrar que fallaron",
    EXPORT: "escribió el paquete para la oficina",
    COPY: "sacó una copia del expediente",
    PRINT: "imprimió o guardó un documento",
    RESTRICTED: "cambió la reserva del expediente",
    SEEN: "revisado",
}
TO_REVIEW = frozenset({GLASS, ENVELOPE, FAILED, RESTRICTED})
"""What waits on the supervisor's list until someone has looked at it."""


def acts_drawer(year: int) -> str:
    return f"acts/{year}"


def year_of(ms: int) -> int:
    return datetime.fromtimestamp(ms / 1000, UTC).year


def write_act(vault: Vault, what: str, *, patient: str = "", text: str = "") -> str:
    """One act by the person at the desk, on the disk (with the reads that wait) when this returns; its id.

    Part of the transaction that is open, if one is. DiskProblem: nothing was written.
    """
    act = vault.new_id()
    body = {"reads": [], "acts": [[vault.clock.now_ms(), vault.author_id, what, patient, text]]}
    with vault.transaction() as tx:
        tx.put("lecturas", act, body, new=True)
    return act


def acts_facts(fact: Fact) -> Contribution:
    """`acts/<year>`: all of them; `reads/<patient>` and `reads-by/<person>`: those about a chart, with `y` the reason."""
    rows: list[tuple[str, dict[str, Any]]] = []
    for ms, person, what, patient, text in (fact.body or {}).get("acts", ()):
        row = {"i": fact.id, "t": ms, "by": person, "k": what, "p": patient, "x": text}
        rows.append((acts_drawer(year_of(ms)), row))
        if patient:
            rows.append(
                (f"reads/{patient}", {"t": ms, "by": person, "w": ACT_WORDS.get(what, what), "y": text})
            )
            rows.append(
                (f"reads-by/{person}", {"t": ms, "p": patient, "w": ACT_WORDS.get(what, what), "y": text})
            )
    return Contribution(rows=rows)


CONTRIBUTIONS = {"lecturas": acts_facts}
