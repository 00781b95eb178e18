"""The lines of the copies' room: what is here, what is outside and how old, what lies on the sticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date
from ces_tui.sync.backup import BackupState
from ces_tui.sync.backup_files import StickCopy
from ces_tui.sync.drives import Stick
from ces_tui.sync.outside import Outside
from ces_tui.vault.copies import Copy
from screens.usb_rows import moment, size
from screens.widgets.lines import Heading, Row


@dataclass(frozen=True)
class CopyTo:
    """Enter copies there; None asks where."""

    folder: Path | None


@dataclass(frozen=True)
class CopyHere:
    """Enter makes the copy on this disk."""


@dataclass(frozen=True)
class Check:
    """Enter opens every seal of this copy: a folder on this disk, or a file on a stick (None asks which)."""

    path: Path | None


@dataclass(frozen=True)
class CopiesView:
    """Everything the room draws."""

    state: BackupState
    local: Sequence[Copy]
    outside: Sequence[Outside]
    sticks: Sequence[tuple[Stick, Sequence[StickCopy]]]


def age_words(state: BackupState | None) -> str:
    """How old the last copy on a stick is."""
    if state is None or state.outside_days is None:
        return "ninguna en memoria"
    days = {0: "hoy", 1: "ayer"}.get(state.outside_days, f"hace {state.outside_days} días")
    return f"en memoria: {days}" + (" (haga una)" if state.red else "")


def rows_of(view: CopiesView) -> list[Row | Heading]:
    """All lines, in order."""
    rows: list[Row | Heading] = [Heading("Copiar a la memoria de la clínica", age_words(view.state))]
    for stick, copies in view.sticks:
        told = f"{size(stick.free)} libres"
        if copies:
            told = f"última copia {moment(copies[0].written)[:10]}, {told}"
        rows.append(Row(f"a:{stick.path}", [f"Memoria {stick.label}", told], data=CopyTo(stick.path)))
    none = "" if view.sticks else "no se ve ninguna memoria"
    rows.append(Row("a", ["Otra carpeta…", none], data=CopyTo(None)))
    rows.append(Heading("En esta computadora", "Enter revisa cada sello"))
    rows += [
        Row(f"l:{c.path.name}", [f"{show_date(c.day)} {_time(c)}", size(c.bytes)], data=Check(c.path))
        for c in view.local
    ]
    if not view.local:
        rows.append(Row("l", ["Ninguna todavía (H hace una)", ""], "warn", CopyHere()))
    rows.append(Heading("En las memorias conectadas", "Enter revisa cada sello"))
    for stick, copies in view.sticks:
        rows += [
            Row(
                f"f:{c.path}",
                [c.path.name, f"{stick.label}, {moment(c.written)[:10]}, {size(c.bytes)}"],
                data=Check(c.path),
            )
            for c in copies
        ]
    rows.append(Row("f", ["Revisar otro archivo…", ""], data=Check(None)))
    rows.append(Heading("Las últimas que salieron", "guárdelas aparte de la laptop"))
    rows += [
        Row(f"o:{o.file or o.at}", [f"{o.name}  {o.file}", show_date(clinic_time(o.at).date())], "dim")
        for o in view.outside
    ]
    return rows


def _time(copy: Copy) -> str:
    digits = copy.path.name[11:15]
    return f"{digits[:2]}:{digits[2:]}" if digits.isdigit() else ""
