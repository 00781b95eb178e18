"""What people read about an exchange, the same on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ces_tui.base.dates import MONTHS
from ces_tui.sync.records import AnswerRead, MonthState, Pending, many

_TYPES = {
    "patient": ("paciente", "pacientes"),
    "consult": ("consulta", "consultas"),
    "vitals": ("toma de signos", "tomas de signos"),
    "dispense": ("surtido", "surtidos"),
    "screening": ("tamizaje", "tamizajes"),
    "appointment": ("cita", "citas"),
    "problem": ("problema", "problemas"),
    "allergy": ("alergia", "alergias"),
    "programme": ("programa", "programas"),
    "stock": ("movimiento de farmacia", "movimientos de farmacia"),
    "lot": ("lote", "lotes"),
    "addendum": ("adenda", "adendas"),
    "void": ("corrección", "correcciones"),
    "arrival": ("llegada", "llegadas"),
}
"""The rest counts as «otros»: a shared screen need not tell how many safety plans there are."""


def month_name(month: str) -> str:
    """'2026-07' -> 'julio de 2026'."""
    return f"{MONTHS[int(month[5:]) - 1]} de {month[:4]}"


def month_sentence(month: MonthState) -> str:
    """'412 de 412 registros de julio de 2026 están en la oficina.'"""
    return f"{month.at_office} de {month.written} registros de {month_name(month.month)} están en la oficina."


def total_sentence(months: Sequence[MonthState]) -> str:
    """All months together."""
    held, written = sum(m.at_office for m in months), sum(m.written for m in months)
    return f"En total, {held} de {written} registros están en la oficina."


def answer_lines(answer: AnswerRead) -> list[str]:
    """What the person reads after an answer was imported."""
    first = (
        f"La respuesta {answer.number} ya estaba. No se cambió nada."
        if answer.already
        else f"Respuesta {answer.number} de la oficina recibida."
    )
    return [first, *map(month_sentence, answer.months), total_sentence(answer.months), *warnings(answer)]


def warnings(answer: AnswerRead) -> list[str]:
    """What in an answer asks for attention."""
    lines = []
    if answer.gaps:
        lines.append(
            f"A la oficina le faltan los registros {', '.join(answer.gaps)}: van solos en el próximo paquete."
        )
    if answer.behind:
        lines.append(
            f"Atención: la oficina tiene {many(answer.behind, 'registro', 'registros')} de esta laptop que aquí "
            "no están. Haga un paquete nuevo y llévelo: volverán con la siguiente respuesta."
        )
    if answer.returned:
        lines.append(
            f"Volvieron {many(answer.returned, 'registro', 'registros')} de esta laptop que se habían perdido."
        )
    return lines


def carried(pending: Pending) -> str:
    """'12 consultas, 20 tomas de signos, 5 otros', the most numerous first."""
    return counted(pending.by_type) or "nada nuevo"


def counted(types: Mapping[str, int]) -> str:
    known = sorted(((n, t) for t, n in types.items() if t in _TYPES), key=lambda pair: (-pair[0], pair[1]))
    parts = [many(n, *_TYPES[t]) for n, t in known]
    others = sum(n for t, n in types.items() if t not in _TYPES)
    if others:
        parts.append(many(others, "otro", "otros"))
    return ", ".join(parts)
