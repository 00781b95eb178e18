"""The lines of the USB room: where records can go, what came back, and how many are where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date
from ces_tui.sync.drives import Stick
from ces_tui.sync.exchange import AnswerFile
from ces_tui.sync.records import MonthState, SyncState, many
from ces_tui.sync.sentences import month_name
from screens.widgets.lines import Heading, Row

_BAR = 12


@dataclass(frozen=True)
class ExportTo:
    """Enter writes the bundle there; None asks where."""

    folder: Path | None


@dataclass(frozen=True)
class ImportFrom:
    """Enter reads this answer; None asks which."""

    path: Path | None


@dataclass(frozen=True)
class CopyTo:
    """Enter puts a copy of the whole store on this stick."""

    folder: Path


@dataclass(frozen=True)
class Say:
    """Enter says this in the flash line."""

    sentence: str


@dataclass(frozen=True)
class View:
    """Everything the room draws."""

    state: SyncState
    sticks: Sequence[Stick]
    answers: Sequence[AnswerFile]
    office: str
    device: str
    device_words: str
    office_words: str
    own: Sequence[tuple[Stick, str]] = ()
    """The clinic's own sticks, each with the age of its newest copy in words."""


def rows_of(view: View) -> list[Row | Heading]:
    """All lines, in order."""
    if not view.state.has_office:
        no_office = "Esta clínica todavía no tiene oficina: pida oficina.json a la coordinación."
        return [
            Heading("Sin oficina"),
            Row("sin", [no_office, ""], data=Say(no_office)),
            *_copies(view),
            *_words(view),
        ]
    return [
        *_copies(view),
        *_export(view),
        *_import(view),
        *_where(view.state),
        *_words(view),
        *_months(view.state.months),
    ]


def _export(view: View) -> list[Row | Heading]:
    waiting = many(view.state.pending_entries, "registro sin acuse", "registros sin acuse")
    rows: list[Row | Heading] = [Heading("Llevar a la oficina", waiting)]
    for stick in view.sticks:
        rows.append(
            Row(
                f"a:{stick.path}",
                [f"Memoria {stick.label}", f"{size(stick.free)} libres"],
                data=ExportTo(stick.path),
            )
        )
    none = "" if view.sticks else "no se ve ninguna memoria"
    return [*rows, Row("a", ["Otra carpeta…", none], data=ExportTo(None))]


def _copies(view: View) -> list[Row | Heading]:
    """Only when the clinic's own stick is in: a copy of the whole store, apart from what goes to the office."""
    if not view.own:
        return []
    rows = [
        Row(
            f"copia:{stick.path}",
            [f"Copia completa a la memoria {stick.label}", age],
            data=CopyTo(stick.path),
        )
        for stick, age in view.own
    ]
    return [Heading("Memoria de la clínica"), *rows]


def _import(view: View) -> list[Row | Heading]:
    rows: list[Row | Heading] = [Heading("Traer la respuesta de la oficina")]
    for answer in view.answers:
        told = "ya recibida" if answer.number <= view.state.answer_number else "nueva"
        rows.append(
            Row(
                f"de:{answer.path}",
                [answer.path.name, f"respuesta {answer.number}, {told}"],
                data=ImportFrom(answer.path),
            )
        )
    return [*rows, Row("de", ["Otro archivo…", ""], data=ImportFrom(None))]


def _where(state: SyncState) -> list[Row | Heading]:
    """Exported, received, acknowledged: the three places a record can be, in words and numbers."""
    written = (
        f"paquete {state.last_export_number}, {moment(state.last_export_at)}"
        if state.last_export_at is not None
        else "todavía ningún paquete"
    )
    receipt = (
        f"respuesta {state.answer_number}, {moment(state.last_receipt_at)}"
        if state.last_receipt_at is not None
        else "todavía ninguna respuesta"
    )
    fresh, carried, known = state.unexported_entries, state.carried_entries, state.confirmed_entries
    return [
        Heading("Dónde están los registros"),
        Row(
            "nuevos",
            [f"Sólo en esta laptop: {fresh}", ""],
            "warn" if fresh else "text",
            Say(
                f"{many(fresh, 'registro escrito', 'registros escritos')} desde el último paquete: sólo están en esta laptop."
            ),
        ),
        Row(
            "exportados",
            [f"Exportados, sin acuse: {carried}", written],
            data=Say(
                f"{many(carried, 'registro va', 'registros van')} en un paquete que la oficina todavía no confirma; "
                "cada paquete nuevo los lleva otra vez."
            ),
        ),
        Row(
            "con acuse",
            [f"Con acuse de la oficina: {known}", receipt],
            data=Say(f"La oficina recibió y confirmó {many(known, 'registro', 'registros')}."),
        ),
    ]


def _months(months: Sequence[MonthState]) -> list[Row | Heading]:
    rows: list[Row | Heading] = [Heading("Por mes de atención", "cuántos registros tiene ya la oficina")]
    for m in months:
        told = f"{bar(m.at_office, m.written)} {m.at_office} de {m.written}"
        whole = "completo" if m.at_office == m.written else f"faltan {m.written - m.at_office}"
        says = (
            f"{m.at_office} de {m.written} registros de {month_name(m.month)} están en la oficina: {whole}."
        )
        rows.append(Row(f"m:{m.month}", [month_name(m.month), told], data=Say(says)))
    if not months:
        rows.append(
            Row(
                "m",
                ["Todavía no hay registros clínicos.", ""],
                data=Say("Todavía no hay registros clínicos."),
            )
        )
    return rows


def _words(view: View) -> list[Row | Heading]:
    rows: list[Row | Heading] = [
        Heading("Para comparar con la oficina"),
        Row(
            "equipo",
            [f"Este equipo ({view.device[:8]})", view.device_words],
            data=Say(
                f"La oficina debe leer estas cuatro palabras para el equipo {view.device[:8]}: {view.device_words}."
            ),
        ),
    ]
    if view.office_words:
        rows.append(
            Row(
                "oficina",
                [f"La oficina ({view.office})", view.office_words],
                data=Say(f"La tarjeta de la oficina debe decir: {view.office_words}."),
            )
        )
    return rows


def bar(part: int, whole: int) -> str:
    """A bar of twelve cells; full only when nothing is missing, empty only when nothing is there."""
    if whole <= 0:
        return "·" * _BAR
    full = part * _BAR // whole
    if part and not full:
        full = 1
    return "█" * full + "·" * (_BAR - full)


def moment(ms: int | None) -> str:
    """'20/11/2026 09:10', or nothing."""
    if ms is None:
        return ""
    at = clinic_time(ms)
    return f"{show_date(at.date())} {at.hour:02d}:{at.minute:02d}"


def size(count: int) -> str:
    """Bytes as people read them: '7.4 GB', '650 MB', '80 KB'."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count // 1000} KB"
