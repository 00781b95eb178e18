"""The lines of the coordination room: who waits to be accepted, what came, what is missing, what can be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ces_tui.office.records import ClinicStatus, LogStatus, Quarantined
from ces_tui.sync.records import many
from ces_tui.sync.sentences import month_name
from screens.usb_rows import Say, bar
from screens.widgets.lines import Heading, Row


@dataclass(frozen=True)
class Accept:
    """Enter asks for the four words of this device."""

    device: Quarantined


@dataclass(frozen=True)
class Take:
    """Enter unites this bundle; None asks which."""

    path: Path | None


@dataclass(frozen=True)
class AnswerTo:
    """Enter writes the answer for this clinic."""

    clinic: ClinicStatus


@dataclass(frozen=True)
class OpenPeople:
    """Enter shows who of the office may enter the clinics."""


@dataclass(frozen=True)
class OfficeView:
    """Everything the room draws."""

    clinics: Sequence[ClinicStatus]
    waiting: Sequence[Quarantined]
    bundles: Sequence[Path]
    words: str


def rows_of(view: OfficeView) -> list[Row | Heading]:
    """All lines, in order of urgency."""
    rows: list[Row | Heading] = []
    if view.waiting:
        rows.append(Heading("Equipos nuevos", "compare las cuatro palabras con la pantalla de la clínica"))
        rows += [
            Row(f"q:{q.device}", [f"Equipo {q.device[:8]}", q.words], "warn", Accept(q)) for q in view.waiting
        ]
    rows.append(Heading("Recibir paquetes", many(len(view.bundles), "en la memoria", "en la memoria")))
    rows += [Row(f"b:{path}", [path.name, path.parent.name], data=Take(path)) for path in view.bundles]
    rows.append(Row("b", ["Otro archivo…", ""], data=Take(None)))
    for clinic in view.clinics:
        rows += _clinic(clinic)
    if not view.clinics:
        rows += [Heading("Clínicas"), Row("c", ["Todavía no hay clínicas aceptadas.", ""])]
    told = Say(f"La tarjeta de esta oficina (oficina.json) debe decir en cada clínica: {view.words}.")
    people = Row("people", ["Personas para las clínicas…", "supervisoras y visitantes"], data=OpenPeople())
    return [
        *rows,
        Heading("Esta oficina"),
        people,
        Row("words", ["Sus cuatro palabras", view.words], data=told),
    ]


def _clinic(clinic: ClinicStatus) -> list[Row | Heading]:
    rows: list[Row | Heading] = [
        Heading(
            f"{clinic.name} ({clinic.clinic})", f"paquete {clinic.last_number}, respuesta {clinic.answer}"
        ),
        Row(f"r:{clinic.store}", ["Escribir la respuesta…", "con acuse de recibo"], data=AnswerTo(clinic)),
    ]
    for log in clinic.devices:
        says = f"Equipo {log.device[:8]}: completo hasta el registro {log.contiguous}; {gaps(log)}."
        key = f"l:{log.device}{log.incarnation}"
        cells = [f"Equipo {log.device[:8]}: registros 1 a {log.contiguous}", gaps(log)]
        rows.append(Row(key, cells, "warn" if log.gaps else "text", Say(says)))
    for month, held, written in reversed(clinic.months):
        whole = "completo" if held == written else f"faltan {written - held}"
        says = f"{clinic.name}: {held} de {written} registros de {month_name(month)} están aquí, {whole}."
        told = f"{bar(held, written)} {held} de {written}"
        rows.append(Row(f"m:{clinic.store}{month}", [month_name(month), told], data=Say(says)))
    return rows


def gaps(log: LogStatus) -> str:
    """'sin huecos', or the missing numbers."""
    missing = ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in log.gaps)
    return f"faltan {missing}" if missing else "sin huecos"
