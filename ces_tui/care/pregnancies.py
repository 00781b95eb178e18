"""Is she pregnant, how far, and since when: the one answer for limits of vitals, medicines, protocols and the patient bar.

The record of a pregnancy comes first, then an open prenatal enrolment, then what was last said with the vitals; what was said
before a pregnancy ended counts no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from msgspec.structs import replace as replace_struct

from ces_tui.base.dates import show_date
from ces_tui.base.record import Record
from ces_tui.care.calculators_gestation import Dated, Dating, date_pregnancy, show_gestation, table
from ces_tui.care.records import Programme, Vitals
from ces_tui.care.shelves import live, void_targets
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored

LmpCertainty = Literal["", "segura", "dudosa", "desconocida"]
PregnancyOutcome = Literal["", "parto", "cesarea", "aborto", "ectopico", "obito", "trasladada", "no_embarazo"]

CERTAINTY_WORDS = {"segura": "segura", "dudosa": "dudosa", "desconocida": "no la recuerda"}
OUTCOME_WORDS = {
    "parto": "parto vaginal",
    "cesarea": "cesárea",
    "aborto": "aborto (menos de 20 semanas)",
    "ectopico": "embarazo ectópico",
    "obito": "muerte fetal",
    "trasladada": "sigue en otra unidad",
    "no_embarazo": "no era embarazo",
}
BIRTHS = frozenset({"parto", "cesarea"})
SAID_PREGNANT_DAYS = 294
"""A 'pregnant' said with vitals holds at most this long (42 weeks, K); a 'not pregnant' 30 days (K)."""
SAID_NOT_PREGNANT_DAYS = 30
LACTATION_DAYS = 730
"""What was said of breast-feeding at the birth is asked anew after two years."""


class Scan(Record, frozen=True, kw_only=True):
    """An ultrasound that dated the pregnancy."""

    day: date
    gestation_days: int
    crl_mm: float | None = None
    author: str = ""
    source: str = ""
    """Id of the prenatal visit that it came with; when that was a mistake, it dates nothing any more."""


class Pregnancy(Record, frozen=True, kw_only=True):
    """One pregnancy from its first visit to its end; a later one is another document."""

    day: date
    author: str = ""
    at: int = 0
    lmp: date | None = None
    lmp_certainty: LmpCertainty = ""
    scans: list[Scan] = []
    gravida: int | None = None
    births: int | None = None
    caesareans: int | None = None
    losses_early: int | None = None
    """Before 20 weeks."""
    losses_late: int | None = None
    planned: bool | None = None
    risks: str = ""
    birth_place: str = ""
    """The plan of birth: where, with whom, how she gets there."""
    ended: date | None = None
    outcome: PregnancyOutcome = ""
    breastfeeding: bool | None = None
    end_note: str = ""

    @property
    def dating(self) -> Dating | None:
        """The date that counts; None without last period and ultrasound."""
        scans = [Dated(s.day, s.gestation_days, s.crl_mm) for s in self.scans]
        return date_pregnancy(self.lmp, self.lmp_certainty, scans)


@dataclass(frozen=True, slots=True)
class State:
    """What is known today. `where` says on what it rests; None stands for what nobody has said."""

    pregnant: bool | None = None
    days: int | None = None
    """Gestational age."""
    due: date | None = None
    where: str = ""
    lactating: bool | None = None
    infant_weeks: int | None = None
    birth_days: int | None = None
    """Days since she gave birth, up to two years."""
    record: str = ""
    """Id of the open pregnancy."""

    @property
    def weeks(self) -> int | None:
        return None if self.days is None else self.days // 7

    @property
    def brief(self) -> str:
        """'emb. 24+3, FPP 12/03/2027' for the patient bar; '' when she is not pregnant."""
        if not self.pregnant:
            return ""
        if self.days is None or self.due is None:
            return "embarazada"
        return f"emb. {show_gestation(self.days)}, FPP {show_date(self.due)}"


def pregnancies(desk: Desk, patient: str) -> list[Stored[Pregnancy]]:
    """Every pregnancy that stands, oldest first, without ultrasounds recorded by mistake."""
    void = void_targets(desk, patient)
    return [
        Stored(
            s.id, s.rev, replace_struct(s.record, scans=[x for x in s.record.scans if x.source not in void])
        )
        for s in live(desk, "pregnancy", Pregnancy, patient)
    ]


def pregnancy_state(desk: Desk, patient: str, *, on: date | None = None) -> State:
    """The state of a patient on a day (today unless said otherwise); `pregnant=False` for a man."""
    person = desk.vault.shelf("patient", Patient).get(patient).record
    if person.sex != "F":
        return State(pregnant=False, where="hombre")
    records = [(s.id, s.record) for s in pregnancies(desk, patient)]
    programmes = [s.record for s in live(desk, "programme", Programme, patient)]
    said = [s.record for s in live(desk, "vitals", Vitals, patient)]
    return judge(records, programmes, said, on or desk.today())


def judge(
    records: Sequence[tuple[str, Pregnancy]],
    programmes: Sequence[Programme],
    said: Sequence[Vitals],
    today: date,
) -> State:
    """The state by all that was written. Pure."""
    open_one = next(((i, p) for i, p in reversed(records) if p.ended is None), None)
    if open_one is not None and (found := _of_record(*open_one, today)) is not None:
        return found
    ended = max((p for _, p in records if p.ended is not None), key=lambda p: p.ended or today, default=None)
    after = ended.ended if ended is not None else None
    base = _after_birth(ended, today)
    lost = today - timedelta(days=table()["lost_from_days"])
    enrolled = [p for p in programmes if p.kind == "prenatal" and p.closed is None and p.opened > lost]
    if any(after is None or p.opened > after for p in enrolled):
        return State(True, where="programa prenatal")
    word = _said([v for v in said if after is None or v.day > after], today)
    if word is not None:
        return replace(base, pregnant=word, where="signos")
    return base


def _of_record(record_id: str, pregnancy: Pregnancy, today: date) -> State | None:
    """By the open record; None once it is so old that nobody closed it (44 weeks)."""
    lost = table()["lost_from_days"]
    dating = pregnancy.dating
    if dating is None:
        if (today - pregnancy.day).days >= lost:
            return None
        return State(True, where="registro de embarazo, sin fecha", record=record_id)
    days = dating.days(today)
    if days >= lost:
        return None
    basis = "ultrasonido" if dating.basis == "us" else "última menstruación"
    return State(True, days, dating.due, f"registro de embarazo, por {basis}", record=record_id)


def _after_birth(ended: Pregnancy | None, today: date) -> State:
    """After a birth: breast-feeding as it was said, the infant's age in weeks; not pregnant for the first weeks."""
    if ended is None or ended.ended is None:
        return State()
    since = (today - ended.ended).days
    if ended.outcome == "trasladada":
        return State()
    fresh = False if since <= SAID_NOT_PREGNANT_DAYS else None
    if ended.outcome not in BIRTHS or since > LACTATION_DAYS:
        return State(fresh, where="fin del embarazo" if fresh is False else "")
    return State(
        fresh,
        where="fin del embarazo" if fresh is False else "",
        lactating=ended.breastfeeding,
        infant_weeks=since // 7 if ended.breastfeeding else None,
        birth_days=since,
    )


def _said(taken: Sequence[Vitals], today: date) -> bool | None:
    """What was last said with the vitals, while it can still be true."""
    for vitals in sorted(taken, key=lambda v: (v.day, v.at), reverse=True):
        if vitals.pregnant is not None:
            holds = SAID_PREGNANT_DAYS if vitals.pregnant else SAID_NOT_PREGNANT_DAYS
            return vitals.pregnant if today - vitals.day <= timedelta(days=holds) else None
    return None
