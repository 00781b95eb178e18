"""Pregnancies of a chart: begun, dated, followed, ended. Opening one enrols in prenatal care, ending one leaves it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base.dates import age_years
from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.base.text import clean_line, clean_text
from ces_tui.care.alerts import Alerts
from ces_tui.care.calculators_gestation import check_lmp, days_by_crl
from ces_tui.care.pregnancies import (
    OUTCOME_WORDS,
    LmpCertainty,
    Pregnancy,
    PregnancyOutcome,
    Scan,
    State,
    pregnancies,
    pregnancy_state,
)
from ces_tui.care.programmes import Programmes
from ces_tui.care.records import Alert, Outcome
from ces_tui.care.shelves import live
from ces_tui.care.vitals import Unlikely
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.maternal.rules import asks, check_history, dangers, refuse_impossible
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Shelf, Stored

AGES = (9, 56)
"""Years of age at which a pregnancy may be opened: what is captured, no clinical rule."""


OLDEST_SCAN_DAYS = 308


@dataclass(frozen=True)
class Checked:
    """A prenatal visit as stored, with the alerts that it opened."""

    stored: Stored[PrenatalCheck]
    alerts: list[Stored[Alert]]


class Pregnancies:
    """One chart's pregnancies."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    # -- reading -----------------------------------------------------------------------------------------------

    def fits(self, patient: Patient) -> bool:
        """Whether a pregnancy can be noted for this person."""
        return patient.sex == "F" and AGES[0] <= age_years(patient.birth, self.desk.today()) < AGES[1]

    def state(self, patient: str) -> State:
        """Pregnant or not today, and on what that rests."""
        self.desk.require_part(patient)
        return pregnancy_state(self.desk, patient)

    def all(self, patient: str) -> list[Stored[Pregnancy]]:
        """Every pregnancy that stands, oldest first."""
        self.desk.require_part(patient)
        return pregnancies(self.desk, patient)

    def current(self, patient: str) -> Stored[Pregnancy] | None:
        """The one that was not ended."""
        return next((p for p in reversed(self.all(patient)) if p.record.ended is None), None)

    def checks(self, patient: str, pregnancy: str) -> list[Stored[PrenatalCheck]]:
        """The visits of one pregnancy, oldest first."""
        self.desk.require_part(patient)
        found = live(self.desk, "prenatal", PrenatalCheck, patient)
        return sorted(
            (c for c in found if c.record.pregnancy == pregnancy), key=lambda c: (c.record.day, c.record.at)
        )

    # -- writing -----------------------------------------------------------------------------------------------

    def begin(self, patient: str, pregnancy: Pregnancy, *, draft: str = "") -> Stored[Pregnancy]:
        """Open a pregnancy and enrol in prenatal care, in one save; Refused while another is open."""
        me = self.desk.require("consulta")
        self.desk.require_part(patient)
        person = self.desk.vault.shelf("patient", Patient).get(patient).record
        if not self.fits(person):
            raise Refused(
                f"Sólo para mujeres de {AGES[0]} a {AGES[1] - 1} años: revise el sexo y el nacimiento."
            )
        if self.current(patient) is not None:
            raise Refused("Ya tiene un embarazo abierto; cámbielo o anote su fin.")
        today = self.desk.today()
        record = msgspec.structs.replace(
            self._cleaned(pregnancy), day=today, author=me.id, at=self.desk.now(), ended=None, outcome=""
        )
        with self.desk.vault.transaction(day=today):
            stored = self._shelf(patient).add(record)
            Programmes(self.desk).enrol(patient, "prenatal", source=stored.id)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return stored

    def change(
        self, patient: str, stored: Stored[Pregnancy], pregnancy: Pregnancy, *, draft: str = ""
    ) -> Stored[Pregnancy]:
        """Other dates, history or plan of the open pregnancy; Conflict when it was changed since it was read."""
        me = self.desk.require("consulta")
        if stored.record.ended is not None:
            raise Refused("Este embarazo ya terminó; no se cambia.")
        today = self.desk.today()
        record = msgspec.structs.replace(
            self._cleaned(pregnancy), day=today, author=me.id, at=self.desk.now(), scans=stored.record.scans
        )
        with self.desk.vault.transaction(day=today):
            again = self._shelf(patient).replace(stored, record)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return again

    def check(
        self,
        patient: str,
        check: PrenatalCheck,
        *,
        scan_day: date | None = None,
        confirmed: Collection[str] = (),
        draft: str = "",
    ) -> Checked:
        """Keep a visit, date by its ultrasound if it has one, open its alerts: one save.

        Refused for what can't be; Unlikely, with its field, for what is asked once and not in `confirmed`.
        """
        me = self.desk.require("signos")
        stored = self.current(patient)
        if stored is None:
            raise NotFound("No hay un embarazo abierto; anótelo primero.")
        today = self.desk.today()
        day = scan_day or today
        dating = stored.record.dating
        check = msgspec.structs.replace(
            check,
            day=today,
            at=self.desk.now(),
            author=me.id,
            pregnancy=stored.id,
            gestation_days=dating.days(today) if dating else None,
            scan=check.scan
            and msgspec.structs.replace(
                check.scan, day=day, report=clean_text(check.scan.report, field="report")
            ),
            note=clean_text(check.note, field="note"),
            confirmed=sorted(confirmed),
        )
        visit = self.desk.vault.new_id()
        scan = self._scan(check.scan, day, visit)
        refuse_impossible(check)
        for ask in asks(check):
            if ask.field not in confirmed:
                raise Unlikely(ask.sentence, field=ask.field)
        with self.desk.vault.transaction(day=today):
            kept = self.desk.vault.shelf("prenatal", PrenatalCheck, patient=patient).add(check, id=visit)
            if scan is not None:
                scans = [*stored.record.scans, scan]
                self._shelf(patient).replace(
                    stored, msgspec.structs.replace(stored.record, scans=scans, day=today)
                )
            alerts = Alerts(self.desk)
            opened = [
                alerts.open(patient, kind=d.kind, gravity=d.gravity, text=d.text, source=kept.id)
                for d in dangers(check)
            ]
            if draft:
                self.desk.vault.drafts.drop(draft)
        return Checked(kept, opened)

    def end(
        self,
        patient: str,
        stored: Stored[Pregnancy],
        outcome: PregnancyOutcome,
        ended: date,
        *,
        breastfeeding: bool | None = None,
        note: str = "",
        draft: str = "",
    ) -> Stored[Pregnancy]:
        """How and when it ended; prenatal care is left with it, in one save."""
        me = self.desk.require("consulta")
        if stored.record.ended is not None:
            raise Refused("Este embarazo ya terminó.")
        if outcome not in OUTCOME_WORDS:
            raise BadInput("Elija cómo terminó.", field="outcome")
        dating, today = stored.record.dating, self.desk.today()
        if ended > today:
            raise Refused("El fin del embarazo no puede estar en el futuro.", field="ended")
        if dating is not None and ended < dating.start:
            raise Refused("El fin no puede ser antes de la última menstruación.", field="ended")
        record = msgspec.structs.replace(
            stored.record,
            day=today,
            author=me.id,
            at=self.desk.now(),
            ended=ended,
            outcome=outcome,
            breastfeeding=breastfeeding,
            end_note=clean_line(note, field="note", limit=300),
        )
        programmes = Programmes(self.desk)
        with self.desk.vault.transaction(day=today):
            again = self._shelf(patient).replace(stored, record)
            for enrolled in programmes.open(patient):
                if enrolled.record.kind == "prenatal":
                    left: Outcome = "trasladado" if outcome == "trasladada" else "tratamiento_completo"
                    programmes.close(patient, enrolled, left)
            if draft:
                self.desk.vault.drafts.drop(draft)
        return again

    # -- inside ------------------------------------------------------------------------------------------------

    def _cleaned(self, pregnancy: Pregnancy) -> Pregnancy:
        certainty: LmpCertainty = pregnancy.lmp_certainty
        if pregnancy.lmp is not None:
            check_lmp(pregnancy.lmp, self.desk.today())
            certainty = certainty or "segura"
        if pregnancy.lmp is None and certainty in {"segura", "dudosa"}:
            raise BadInput("Escriba la última menstruación, o elija que no la recuerda.", field="lmp")
        check_history(pregnancy)
        return msgspec.structs.replace(
            pregnancy,
            lmp_certainty=certainty,
            risks=clean_text(pregnancy.risks, field="risks"),
            birth_place=clean_text(pregnancy.birth_place, field="birth_place"),
        )

    def _scan(self, scan: FetalScan | None, day: date, visit: str) -> Scan | None:
        """What an ultrasound says of the date: the age that it gave, else by crown-rump length."""
        if scan is None:
            return None
        if day > self.desk.today():
            raise Refused("El ultrasonido no puede estar en el futuro.", field="scan_day")
        if (self.desk.today() - day).days > OLDEST_SCAN_DAYS:
            raise Refused("Ese ultrasonido es de otro embarazo: tiene más de 44 semanas.", field="scan_day")
        days = scan.gestation_days
        if days is None and scan.crl_mm is not None:
            days = days_by_crl(scan.crl_mm)
        if days is None:
            return None
        if not 28 <= days <= 301:
            raise Refused("La edad por ultrasonido va de 4 a 43 semanas.", field="scan_age")
        return Scan(day=day, gestation_days=days, crl_mm=scan.crl_mm, author=self.desk.me.id, source=visit)

    def _shelf(self, patient: str) -> Shelf[Pregnancy]:
        return self.desk.vault.shelf("pregnancy", Pregnancy, patient=patient)
