"""Who opened and who wrote what: per patient, per person, and the list that the supervision goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from ces_tui.base.clock import clinical_day
from ces_tui.base.errors import NotAllowed, NotFound
from ces_tui.people.audit_acts import (
    ACT_WORDS,
    COPY,
    EXPORT,
    FAILED,
    GLASS,
    PRINT,
    SEEN,
    TO_REVIEW,
    acts_drawer,
    write_act,
    year_of,
)
from ces_tui.people.desk import Desk
from ces_tui.vault.entry import Entry

Progress = Callable[[str, int, int], None]
_BLOCK = 500
_QUIET = frozenset({"lecturas", "person", "device"})
"""Types whose writing says nothing about a chart."""

WRITTEN_WORDS = {
    "patient": "registro del paciente",
    "consult": "nota de consulta",
    "addendum": "adenda",
    "void": "marca de registrado por error",
    "cosign": "firma conjunta",
    "vitals": "signos vitales",
    "dispense": "entrega de medicamentos",
    "screening": "tamizaje",
    "plan": "plan de seguridad",
    "visit": "visita",
    "problem": "lista de problemas",
    "allergy": "alergias",
    "programme": "programa",
    "appointment": "cita",
    "alert": "alerta",
    "arrival": "llegada",
    "handover": "entrega del caso",
    "link": "unión de registros",
    "pregnancy": "embarazo",
    "prenatal": "control prenatal",
    "lab": "laboratorio",
    "history": "historia clínica",
}


@dataclass(frozen=True)
class Look:
    """One reading or writing of one chart; `reason` when it was opened against one."""

    at: int
    person: str
    """Person id."""
    name: str
    patient: str
    number: str
    """Clinic number, '' where the chart is not here."""
    what: str
    wrote: bool = False
    reason: str = ""

    @property
    def glass(self) -> bool:
        """Opened against a reason."""
        return self.what == ACT_WORDS[GLASS]


@dataclass(frozen=True)
class Act:
    """Something that the supervision has to know of; `seen_by` once somebody has gone through it."""

    id: str
    at: int
    person: str
    name: str
    what: str
    patient: str
    number: str
    text: str
    seen_by: str = ""

    @property
    def words(self) -> str:
        return ACT_WORDS.get(self.what, self.what)

    @property
    def who(self) -> str:
        """Who did it; of an unlocking that failed nobody knows, the person is only the one who came in next."""
        return "no se sabe quién" if self.what == FAILED else self.name

    @property
    def told(self) -> str:
        """The text as it is shown."""
        return f"{self.text}; lo vio {self.name} al entrar" if self.what == FAILED else self.text


class Audit:
    """Reads the history of access; what it hands out names patients by clinic number alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault

    # -- per patient, per person -------------------------------------------------------------------------------

    def of_patient(
        self, patient: str, *, since: date | None = None, progress: Progress | None = None
    ) -> list[Look]:
        """«¿Quién abrió este expediente?», newest first; `since` leaves out what is older (else everything)."""
        self._desk.require("ver_accesos")
        if self._vault.doc_body("patient", patient) is None:
            raise NotFound
        low = since or date.min
        found = [
            self._look(row["t"], row["by"], patient, row["w"], reason=row.get("y", ""))
            for row in self._vault.projection(f"reads/{patient}")
        ]
        found += [self._look(ms, by, of, w) for ms, by, of, w in self._vault.reads.waiting() if of == patient]
        found += self._written(low, progress, patient=patient)
        return self._sorted(found, low)

    def of_person(
        self, person: str, *, since: date | None = None, progress: Progress | None = None
    ) -> list[Look]:
        """What one person opened and wrote, newest first; one's own for everybody, others' for the supervision."""
        if person != self._desk.me.id:
            self._desk.require("auditoria")
        low = since or date.min
        found = [
            self._look(row["t"], person, row["p"], row["w"], reason=row.get("y", ""))
            for row in self._vault.projection(f"reads-by/{person}")
        ]
        found += [self._look(ms, by, of, w) for ms, by, of, w in self._vault.reads.waiting() if by == person]
        found += self._written(low, progress, person=person)
        return self._sorted(found, low)

    # -- the supervisor's list ---------------------------------------------------------------------------------

    def acts(self, *, since: date | None = None) -> list[Act]:
        """Everything that is written at once (broken glasses, envelope, failed unlockings, exports), newest first."""
        self._desk.require("ver_accesos")
        return self._acts(since or self._desk.today() - timedelta(days=366))

    def to_review(self) -> list[Act]:
        """What nobody of the supervision has gone through yet, newest first."""
        return self.waiting_among(self.acts())

    @staticmethod
    def waiting_among(acts: list[Act]) -> list[Act]:
        """Those that wait for the supervision."""
        return [a for a in acts if a.what in TO_REVIEW and not a.seen_by]

    def review(self, act: str) -> None:
        """Say that an act was gone through: who and when is kept; NotFound when it is not on the list."""
        me = self._desk.require("auditoria")
        known = next((a for a in self._acts(self._desk.today() - timedelta(days=366)) if a.id == act), None)
        if known is None or known.seen_by:
            raise NotFound("Ese renglón ya no está en la lista.")
        if known.person == me.id and known.what != FAILED:
            raise NotAllowed("Nadie revisa lo suyo: que lo haga otra persona de supervisión o la oficina.")
        write_act(self._vault, SEEN, text=act)

    # -- what leaves -------------------------------------------------------------------------------------------

    def exported(self, what: str) -> None:
        """Write at once that a bundle is about to leave (so that it carries this too)."""
        self._desk.require("exportar")
        write_act(self._vault, EXPORT, text=what)

    def copied(self, where: str) -> None:
        """Write at once that a whole copy left the laptop."""
        self._desk.require("copias")
        write_act(self._vault, COPY, text=where)

    def printed(self, patient: str, what: str) -> None:
        """Write at once that a paper or file about a patient is about to be made."""
        self._desk.require_chart(patient)
        write_act(self._vault, PRINT, patient=patient, text=what)

    # -- inside ------------------------------------------------------------------------------------------------

    def _acts(self, since: date) -> list[Act]:
        years = range(since.year, year_of(self._desk.now()) + 1)
        rows = [row for year in years for row in self._vault.projection(acts_drawer(year))]
        seen = {row["x"]: self._name(row["by"]) for row in rows if row["k"] == SEEN}
        found = [
            Act(
                row["i"],
                row["t"],
                row["by"],
                self._name(row["by"]),
                row["k"],
                row["p"],
                self._number(row["p"]),
                row["x"],
                seen.get(row["i"], ""),
            )
            for row in rows
            if row["k"] != SEEN and clinical_day(row["t"]) >= since
        ]
        return sorted(found, key=lambda a: (a.at, a.id), reverse=True)

    def _written(
        self, since: date, progress: Progress | None, *, patient: str = "", person: str = ""
    ) -> Iterator[Look]:
        """Writes from the log, newest entries first, until a whole block is older than `since`."""
        top = total = self._vault.state.n
        while top > 0:
            low = max(1, top - _BLOCK + 1)
            block = list(self._vault.entries(low, top))
            for entry in block:
                yield from self._of_entry(entry, patient, person)
            top = low - 1
            if progress is not None:
                progress("Leyendo el registro", total - top, total)
            if all(clinical_day(e.header.wall) < since for e in block):
                return

    def _of_entry(self, entry: Entry, patient: str, person: str) -> Iterator[Look]:
        head = entry.header
        if person and head.by != person:
            return
        told: dict[tuple[str, str], Any] = {}
        for change in head.ch:
            of = change.doc if change.t == "patient" else change.pat or ""
            if of and change.t not in _QUIET and patient in {"", of}:
                told[of, change.t] = None
        for of, kind in told:
            yield self._look(head.wall, head.by, of, WRITTEN_WORDS.get(kind, kind), wrote=True)

    def _sorted(self, found: list[Look], since: date) -> list[Look]:
        kept = [x for x in found if clinical_day(x.at) >= since]
        return sorted(kept, key=lambda x: (x.at, x.wrote, x.patient, x.what), reverse=True)

    def _look(
        self, at: int, person: str, patient: str, what: str, *, wrote: bool = False, reason: str = ""
    ) -> Look:
        return Look(at, person, self._name(person), patient, self._number(patient), what, wrote, reason)

    def _name(self, person: str) -> str:
        body = self._vault.doc_body("person", person)
        return str(body["name"]) if body and body.get("name") else "equipo"

    def _number(self, patient: str) -> str:
        body = self._vault.doc_body("patient", patient) if patient else None
        return str(body.get("clinic_number", "")) if body else ""


def collapsed(looks: list[Look]) -> list[tuple[Look, int]]:
    """Looks at the same part by the same person on the same day as one line with its count; the newest stands for all."""
    lines: dict[tuple[object, ...], tuple[Look, int]] = {}
    for look in looks:
        key = (clinical_day(look.at), look.person, look.patient, look.what, look.wrote, look.reason)
        first, n = lines.get(key, (look, 0))
        lines[key] = (replace(first), n + 1)
    return list(lines.values())
