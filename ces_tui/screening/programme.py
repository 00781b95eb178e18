"""The register of people in care for mental health and epilepsy: who needs you first, and what was done for each.

Only for the roles of "ver_reservado". What it hands out for a list names people by clinic number alone (UX principle 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_text, fold
from ces_tui.care.programmes import Programmes
from ces_tui.care.safety_facts import DRAWER as PLANS
from ces_tui.care.shelves import live, void_targets
from ces_tui.people.desk import Desk
from ces_tui.people.records import SEX_WORDS, Patient
from ces_tui.people.rules import show_patient_age
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.programme_chart import ChartReader
from ces_tui.screening.programme_content import ProgrammeFile, thresholds
from ces_tui.screening.programme_records import (
    MOVEMENTS,
    REASON_WORDS,
    SESSION,
    ProgrammeNote,
    Setting,
)
from ces_tui.screening.programme_rules import CaseFacts, Flag, flags, order_key
from ces_tui.screening.records import Screening
from ces_tui.vault.shelf import Stored

DRAWER = "hot/mind"
"""Open enrolments of the register; unlike `hot/programmes` no list of names reads it."""
READ_PART = "registro de salud mental"
SETTING = "salud_mental"
_MOST_MOVEMENT_DAYS = 366

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Entry:
    """One person of the register as the list may show them."""

    number: str
    about: str
    """Age and sex."""
    case: CaseFacts
    flags: tuple[Flag, ...]

    @property
    def patient(self) -> str:
        return self.case.patient

    @property
    def sure(self) -> tuple[Flag, ...]:
        """The flags that count for the order."""
        return tuple(f for f in self.flags if not f.doubtful)


class MentalHealth:
    """The register, one case, sessions, watching, and what the supervisor decided about doubtful numbers."""

    def __init__(self, desk: Desk, instruments: Instruments | None = None) -> None:
        self.desk = desk
        self.rules: ProgrammeFile = thresholds()
        self._reader = ChartReader(desk, instruments or Instruments(), self.rules)

    # -- reading -----------------------------------------------------------------------------------------------

    def register(self, progress: Progress | None = None) -> list[Entry]:
        """Everyone in care, the one who needs you first; NotAllowed without "ver_reservado"."""
        self.desk.require("ver_reservado")
        risks, setting = self._risks(), self.setting()
        people = dict.fromkeys([str(row["p"]) for row in self.desk.vault.projection(DRAWER)] + list(risks))
        found = []
        for done, patient in enumerate(people, 1):
            entry = self._entry(patient, risks.get(patient), setting)
            if entry is not None:
                found.append(entry)
            if progress is not None:
                progress("Leyendo el registro", done, len(people))
        return sorted(found, key=lambda e: order_key(e.case, e.flags))

    def case(self, patient: str) -> Entry:
        """One person, whole; the look is recorded. NotFound for an unknown one."""
        self.desk.require("ver_reservado")
        self.desk.vault.shelf("patient", Patient).get(patient)
        self.desk.vault.note_read(patient, READ_PART)
        entry = self._entry(patient, self._risks().get(patient), self.setting())
        assert entry is not None
        return entry

    def setting(self) -> Setting | None:
        """What the supervisor decided last; None as long as nobody did."""
        ids = self.desk.vault.doc_ids("clinic")
        shelf = self.desk.vault.shelf("clinic", Setting)
        bodies = {i: self.desk.vault.doc_body("clinic", i) for i in ids}
        mine = [i for i, body in bodies.items() if body is not None and body.get("setting") == SETTING]
        records = [shelf.get(i).record for i in mine]
        return max(records, key=lambda r: (r.at, r.day), default=None)

    # -- writing -----------------------------------------------------------------------------------------------

    def add_session(self, patient: str, number: int, text: str = "") -> Stored[ProgrammeNote]:
        """A session of PM+ held today; BadInput for a number outside the five or one already recorded."""
        self.desk.require("consulta")
        self.desk.require("ver_reservado")
        count = self.rules.sessions.count
        if not 1 <= number <= count:
            raise BadInput(f"Las sesiones de {self.rules.sessions.name} van de 1 a {count}.", field="session")
        held = [n.record.session for n in self.notes(patient) if n.record.kind == SESSION]
        if number in held:
            raise BadInput(f"La sesión {number} ya está anotada.", field="session")
        said = clean_text(text, field="text", limit=2000)
        name = self.rules.sessions.name
        return self.note(
            patient, SESSION, f"{name}, sesión {number} de {count}. {said}".strip(), session=number
        )

    def add_movements(self, patient: str, *, found: bool, text: str = "") -> Stored[ProgrammeNote]:
        """That signs of movement were looked for today, and whether there were any (then in words)."""
        self.desk.require("consulta")
        self.desk.require("ver_reservado")
        said = clean_text(text, field="text", limit=2000)
        if found and not said:
            raise BadInput("Escriba qué movimientos encontró.", field="text")
        word = "con hallazgos" if found else "sin hallazgos"
        return self.note(patient, MOVEMENTS, f"Movimientos: {word}. {said}".strip(), found=found)

    def decide(
        self, *, relapse: bool, movement_days: int | None = None, doses: tuple[str, ...] = ()
    ) -> Stored[Setting]:
        """The supervisor's decision on what the sources leave open; NotAllowed for other roles."""
        me = self.desk.require("ajustar_programa")
        if movement_days is not None and not 7 <= movement_days <= _MOST_MOVEMENT_DAYS:
            raise BadInput("El intervalo va de 7 a 366 días.", field="movement_days")
        open_doses = {e.ingredient for e in self.rules.effective if e.certainty == "U"}
        wanted = sorted({fold(d) for d in doses})
        for dose in wanted:
            if dose not in open_doses:
                raise BadInput(f"La dosis de «{dose[:40]}» no está por confirmar.", field="doses")
        record = Setting(
            setting=SETTING,
            day=self.desk.today(),
            at=self.desk.now(),
            author=me.id,
            relapse=relapse,
            movement_days=movement_days,
            doses=wanted,
        )
        return self.desk.vault.shelf("clinic", Setting).add(record)

    # -- notes of the register ---------------------------------------------------------------------------------

    def notes(self, patient: str) -> list[Stored[ProgrammeNote]]:
        """The register's own addenda of a chart, oldest first."""
        self.desk.require("ver_reservado")
        vault, void = self.desk.vault, void_targets(self.desk, patient)
        bodies = ((i, vault.doc_body("addendum", i, patient)) for i in vault.doc_ids("addendum", patient))
        shelf = vault.shelf("addendum", ProgrammeNote, patient=patient)
        mine = [i for i, body in bodies if i not in void and body and body.get("kind") in REASON_WORDS]
        return sorted((shelf.get(i) for i in mine), key=lambda n: n.record.at)

    def note(
        self,
        patient: str,
        kind: str,
        text: str,
        *,
        session: int = 0,
        found: bool | None = None,
        question: str = "",
    ) -> Stored[ProgrammeNote]:
        """Write an addendum of the register below the person's enrolment; joins the open transaction."""
        self.desk.require("ver_reservado")
        target, target_type = self._anchor(patient)
        record = ProgrammeNote(
            target=target,
            target_type=target_type,
            text=text,
            reason=REASON_WORDS[kind],
            author=self.desk.me.id,
            at=self.desk.now(),
            day=self.desk.today(),
            kind=kind,
            session=session,
            found=found,
            question=question,
        )
        return self.desk.vault.shelf("addendum", ProgrammeNote, patient=patient).add(record)

    # -- inside ------------------------------------------------------------------------------------------------

    def _anchor(self, patient: str) -> tuple[str, str]:
        """What a note follows: always something reserved, so that it never shows to who may not know."""
        enrolled = [p for p in Programmes(self.desk).open(patient) if p.record.sensitive]
        if enrolled:
            return enrolled[-1].id, "programme"
        screened = live(self.desk, "screening", Screening, patient)
        if screened:
            return screened[-1].id, "screening"
        raise Refused("Primero ingrese a la persona al programa de salud mental, desde la consulta.")

    def _risks(self) -> dict[str, date]:
        """Patient -> the nearest due day of their open risks."""
        found: dict[str, date] = {}
        for row in self.desk.vault.projection(PLANS):
            due = date.fromisoformat(str(row["due"]))
            patient = str(row["patient"])
            found[patient] = min(due, found.get(patient, due))
        return found

    def _entry(self, patient: str, risk_due: date | None, setting: Setting | None) -> Entry | None:
        stored = self.desk.vault.shelf("patient", Patient).find(patient)
        if stored is None:
            return None
        facts = self._reader.facts(stored.record, patient, risk_due)
        about = f"{show_patient_age(stored.record, facts.today)} {SEX_WORDS[stored.record.sex]}"
        return Entry(stored.record.clinic_number, about, facts, flags(facts, self.rules, setting))
