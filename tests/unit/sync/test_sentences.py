"""What people read about an exchange."""

from __future__ import annotations

from pathlib import Path

from ces_tui.sync.records import AnswerRead, Exported, MonthState, Pending
from ces_tui.sync.sentences import answer_lines, carried


def test_an_answer_is_told_by_month_and_in_total() -> None:
    months = (MonthState("2026-08", 30, 12), MonthState("2026-07", 412, 412))
    assert answer_lines(AnswerRead(3, already=False, months=months)) == [
        "Respuesta 3 de la oficina recibida.",
        "12 de 30 registros de agosto de 2026 están en la oficina.",
        "412 de 412 registros de julio de 2026 están en la oficina.",
        "En total, 424 de 442 registros están en la oficina.",
    ]
    told = "\n".join(answer_lines(AnswerRead(4, already=True, gaps=("1203-1205",), behind=1)))
    assert "ya estaba" in told and "1203-1205" in told and "1 registro de esta laptop" in told


def test_what_a_bundle_carries_is_counted_without_naming_what_is_reserved() -> None:
    pending = Pending(9, 1, {"consult": 3, "patient": 1, "plan": 2, "lecturas": 1}, {})
    assert carried(pending) == "3 consultas, 1 paciente, 3 otros"
    assert carried(Pending(0, 0, {}, {})) == "nada nuevo"


def test_the_stick_may_go_only_when_it_was_let_go_or_is_no_stick() -> None:
    def said(removable: bool, ejected: bool) -> str:
        return Exported((Path("a"),), 1, 1, 1, removable=removable, ejected=ejected).sentence

    assert "1 archivo, 1 registro." in said(False, False)
    assert "Ya puede retirar" in said(True, True) and "Ya puede retirar" in said(False, False)
    assert "Expulse la memoria" in said(True, False)
