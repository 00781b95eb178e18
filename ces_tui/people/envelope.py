"""The sealed envelope: a credential on paper for the day when nobody who may unlock is at the clinic.

none ── make ──> sealed ── someone enters with it ──> used ── make (a new one; the old one ends) ──> sealed

It reads and writes an urgent note, nothing else (role "emergencia"). Its use stands in the log, on the supervisor's
list and on everyone's first screen until a new envelope is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ces_tui.base.clock import clinical_day
from ces_tui.base.dates import show_date
from ces_tui.base.words import five_words
from ces_tui.people.audit_acts import ENVELOPE, acts_drawer, write_act, year_of
from ces_tui.people.desk import Desk
from ces_tui.vault.membership import apply_documents, end_person, new_person, people_of, person_body
from ces_tui.vault.profiles import STANDARD, KdfProfile

ROLE = "emergencia"
NAME = "Sobre de emergencia"
_YEARS_BACK = 2


@dataclass(frozen=True)
class Sealed:
    """A new envelope: the passphrase exists only here, until it is on paper."""

    person: str
    passphrase: str
    clinic: str
    day: date

    def sheet(self) -> list[str]:
        """What goes on the paper, line by line."""
        return [
            f"SOBRE DE EMERGENCIA · {self.clinic} · {show_date(self.day)}",
            "",
            "Ábralo sólo si hay una urgencia y no está nadie que pueda abrir el expediente.",
            f"1. En la laptop, elija «{NAME}» en la pantalla de inicio.",
            "2. Escriba esta frase, con sus espacios:",
            "",
            f"      {self.passphrase}",
            "",
            "Con ella se leen los expedientes y se escribe una nota urgente, nada más.",
            "Queda registrado y se avisa a todos. Después de usarlo hay que hacer un sobre nuevo.",
            "",
            "Guarde este papel en un sobre cerrado, firmado en la solapa, con llave, lejos de la laptop.",
        ]


@dataclass(frozen=True)
class EnvelopeState:
    """Whether there is an envelope, since when, and when it was used."""

    person: str
    made: date | None
    used: tuple[int, ...]
    """Instants (ms) at which someone entered with the present one."""

    @property
    def exists(self) -> bool:
        return bool(self.person)

    @property
    def must_replace(self) -> bool:
        return bool(self.used)


class Envelope:
    """Makes the envelope, and says when it was opened."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault

    def state(self) -> EnvelopeState:
        """The envelope that opens this store now."""
        person = next((p.id for p in people_of(self._vault) if p.role == ROLE), "")
        body = self._vault.doc_body("person", person) if person else None
        made = body.get("made") if body else None
        return EnvelopeState(person, date.fromisoformat(made) if made else None, self._uses(person))

    def make(self, profile: KdfProfile = STANDARD) -> Sealed:
        """A new envelope; the one before ends, and its slot goes with the next change of key.

        The passphrase is in no file: print or copy it by hand before it is dropped.
        """
        self._desk.require("personas")
        vault, today = self._vault, self._desk.today()
        before = [p.id for p in people_of(vault) if p.role == ROLE]
        phrase = five_words()
        info = new_person(NAME, ROLE, phrase, profile)
        body = person_body(info, [vault.store_id], made=today.isoformat())
        with vault.transaction() as tx:
            for person in before:
                end_person(vault, person, today)
            tx.put("person", info.id, body, new=True)
        apply_documents(vault)
        return Sealed(info.id, phrase, vault.header.clinic.name, today)

    def notice(self) -> str:
        """The sentence for everyone's first screen while the envelope was used and not replaced; '' otherwise."""
        state = self.state()
        if not state.used:
            return ""
        days = ", ".join(dict.fromkeys(show_date(clinical_day(ms)) for ms in state.used))
        return f"El sobre de emergencia se abrió el {days}; hágalo de nuevo."

    def _uses(self, person: str) -> tuple[int, ...]:
        if not person:
            return ()
        now = year_of(self._desk.now())
        rows = [
            row
            for year in range(now - _YEARS_BACK, now + 1)
            for row in self._vault.projection(acts_drawer(year))
        ]
        return tuple(sorted(row["t"] for row in rows if row["k"] == ENVELOPE and row["by"] == person))


def wrong_words(passphrase: str, typed: str) -> str:
    """What is wrong with the words copied onto the paper, by their place; '' when they are right."""
    right, given = passphrase.split(), typed.split()
    if len(given) != len(right):
        return f"Son {len(right)} palabras y hay {len(given)}. Revise el papel; F3 muestra la frase otra vez."
    off = [str(n) for n, (a, b) in enumerate(zip(right, given, strict=True), 1) if a != b]
    if not off:
        return ""
    which = (
        f"la palabra {off[0]} no es igual"
        if len(off) == 1
        else f"no son iguales las palabras {', '.join(off)}"
    )
    return f"En el papel {which}. Corríjalo; F3 muestra la frase otra vez."


def note_use(desk: Desk) -> None:
    """Someone came in: with the envelope's credential this is written before anything is shown."""
    if desk.me.role == ROLE:
        write_act(desk.vault, ENVELOPE, text="Se entró con la frase del sobre.")
