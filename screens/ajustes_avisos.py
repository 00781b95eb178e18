"""What the whole clinic should know about its store: one line on Hoy, the full text in Ajustes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ces_tui.base.clock import clinical_day
from ces_tui.base.platform.harden import swap_advice
from ces_tui.sync import drives
from ces_tui.vault.copies import stale_copies
from ces_tui.vault.identity import clock_doubt

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic


@dataclass(frozen=True)
class Notice:
    """One matter: a few words for a line, the sentence, and whether it is more than advice."""

    short: str
    full: str
    grave: bool = True


def notices(clinic: Clinic) -> list[Notice]:
    """Everything to be told now, the gravest first; reads a few documents, no more."""
    vault, found = clinic.vault, []
    if vault.read_only:
        found.append(Notice("El disco no acepta escribir", vault.read_only))
    if vault.notice:
        found.append(Notice(re.split(r"[.:]", vault.notice)[0], vault.notice))
    if doubt := clock_doubt(vault):
        found.append(Notice("El reloj parece equivocado", doubt))
    if opened := clinic.envelope.notice():
        found.append(Notice("Se abrió el sobre de emergencia", opened))
    if owed := clinic.team.owed():
        found.append(Notice("Falta un cambio de llave", owed_words(owed)))
    if stale_copies(vault.folder, vault.header.epoch):
        found.append(
            Notice(
                "Quedan copias con la llave anterior",
                "En esta computadora quedan copias con la llave anterior. Haga una copia aquí: las anteriores se borran.",
            )
        )
    if advice := swap_advice():
        found.append(Notice("Memoria de intercambio sin cifrar", advice, grave=False))
    return found


def owed_words(names: list[str]) -> str:
    """Why a change of key is wanted, for the people whose access ended."""
    who = ", ".join(names)
    return (
        f"Terminó el acceso de {who}, pero la llave es todavía la misma: con una copia de antes podría abrirse lo de hoy. "
        "Elija «Cambiar la llave» en Ajustes."
    )


def stick_offer(clinic: Clinic) -> str:
    """The clinic's own stick is in and holds no copy of today: a line that offers one; else nothing."""
    if not clinic.desk.may("copias") or not drives.sticks():
        return ""
    today = clinic.desk.today()
    for stick in clinic.backups.own_sticks():
        newest = clinic.backups.on(stick.path)[0]
        days = (today - clinical_day(newest.written)).days
        if days > 0:
            return f"Memoria {stick.label} puesta, su copia es de hace {days} día{'s' if days > 1 else ''}: haga otra (9, C)"
    return ""


def home_line(clinic: Clinic) -> tuple[str, str]:
    """What Hoy says above its list, and its ink: a grave notice first, then the stick, then advice."""
    found = notices(clinic)
    if not any(n.grave for n in found) and (offer := stick_offer(clinic)):
        return offer, "key"
    return one_line(found)


def one_line(found: list[Notice]) -> tuple[str, str]:
    """The line on Hoy and its ink; nothing when all is well."""
    if not found:
        return "", "text"
    rest = len(found) - 1
    more = f" y {rest} aviso{'s' if rest > 1 else ''} más" if rest else ""
    mark = "! " if found[0].grave else ""
    return f"{mark}{found[0].short}{more}: véalo en Ajustes (9)", "warn" if found[0].grave else "dim"
