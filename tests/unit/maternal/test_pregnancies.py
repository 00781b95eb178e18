"""A pregnancy in a real store: begun, dated, followed, ended; medicines, vitals and protocols know of it."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.care.records import Vitals
from ces_tui.care.vitals import Unlikely
from ces_tui.clinic import Clinic
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.maternal.rules import calendar, marks, next_visit, stage
from tests.support import PASSPHRASE
from tests.unit.care.people_of import TODAY, someone
from tests.unit.consult.visits import line

LMP = TODAY - timedelta(days=150)


@pytest.fixture
def woman(clinic: Clinic) -> str:
    return someone(clinic, birth=date(2000, 5, 1))


def begin(clinic: Clinic, patient: str, **fields: object) -> None:
    told: dict[str, object] = {"day": TODAY, "lmp": LMP, "gravida": 2, "births": 1}
    clinic.pregnancies.begin(patient, Pregnancy(**(told | fields)))  # type: ignore[arg-type]


def test_beginning_one_enrols_and_dates(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    assert clinic.programmes.open_kinds(woman) == {"prenatal"}
    state = clinic.pregnancies.state(woman)
    assert (state.days, state.due) == (150, LMP + timedelta(days=280))


def test_a_second_one_a_man_and_a_child_are_refused(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    with pytest.raises(Refused, match="abierto"):
        begin(clinic, woman)
    for wrong in (someone(clinic, sex="M"), someone(clinic, birth=date(2020, 1, 1))):
        with pytest.raises(Refused):
            begin(clinic, wrong)
        assert clinic.programmes.open_kinds(wrong) == set()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lmp": TODAY + timedelta(days=1)}, "lmp"),
        ({"lmp": TODAY - timedelta(days=309)}, "lmp"),
        ({"lmp": None, "lmp_certainty": "segura"}, "lmp"),
        ({"gravida": 2, "births": 2}, "gravida"),
        ({"gravida": 0, "births": None}, "gravida"),
        ({"births": 26}, "births"),
    ],
)
def test_what_can_not_be_is_refused_with_its_field(
    clinic: Clinic, woman: str, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        begin(clinic, woman, **fields)
    assert refused.value.field == field
    assert clinic.pregnancies.all(woman) == [] and clinic.programmes.open_kinds(woman) == set()


def test_medicines_know_the_weeks(clinic: Clinic, woman: str) -> None:
    """Losartan is contraindicated; the same check is silent for her before."""
    begin(clinic, woman)
    facts = clinic.dispensing.facts(woman)
    assert (facts.pregnant, facts.gestation_weeks) == (True, 21)
    found = clinic.dispensing.check(woman, [line()]) if hasattr(clinic.dispensing, "check") else []
    from ces_tui.pharmacy.formulary import entries
    from ces_tui.pharmacy.safety import check

    levels = {f.key.split(":")[0]: f.level for f in found or check([line()], facts, entries().get)}
    assert levels["embarazo"] == "contraindicada"


def test_a_pressure_of_160_is_a_crisis_for_her_without_being_asked(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    taken = clinic.vitals.take(woman, Vitals(day=TODAY, systolic=164, diastolic=100), confirmed={"systolic"})
    assert [a.record.text for a in taken.alerts] == ["Crisis hipertensiva en el embarazo: 164/100 mmHg"]


def test_protocols_know_it(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    assert clinic.protocols.prefill("hipertension", woman).values()["embarazo"] is True


def test_an_ultrasound_of_a_visit_dates_and_its_measures_stay_the_fetus(clinic: Clinic, woman: str) -> None:
    """The mother's vitals keep no head and no waist of the child."""
    begin(clinic, woman)
    scan = FetalScan(crl_mm=45, abdomen_mm=80, head_mm=90)
    day = LMP + timedelta(days=95)
    clinic.pregnancies.check(woman, PrenatalCheck(day=TODAY, scan=scan), scan_day=day)
    assert clinic.pregnancies.state(woman).days == 79 + (TODAY - day).days
    assert clinic.vitals.history(woman) == []
    [kept] = clinic.pregnancies.checks(woman, clinic.pregnancies.all(woman)[0].id)
    assert kept.record.scan == msgspec.structs.replace(scan, day=day) and kept.record.gestation_days == 150


def test_a_visit_recorded_by_mistake_dates_nothing_any_more(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    day = LMP + timedelta(days=95)
    kept = clinic.pregnancies.check(
        woman, PrenatalCheck(day=TODAY, scan=FetalScan(gestation_days=60)), scan_day=day
    )
    assert clinic.pregnancies.state(woman).days != 150
    clinic.consults.mark_other(woman, kept.stored.id, "prenatal", "Era otra persona")
    assert clinic.pregnancies.state(woman).days == 150


def test_danger_signs_and_a_slow_heart_open_alerts_with_an_owner(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    check = PrenatalCheck(day=TODAY, fetal_heart=104, danger=["sangrado", "cefalea"])
    with pytest.raises(Unlikely) as asked:
        clinic.pregnancies.check(woman, check)
    assert asked.value.field == "fetal_heart" and clinic.alerts.of(woman) == []
    kept = clinic.pregnancies.check(woman, check, confirmed={"fetal_heart"})
    assert [a.record.text for a in kept.alerts] == [
        "Dato de alarma en el embarazo: sangrado, cefalea intensa",
        "Frecuencia cardiaca fetal de 104/min",
    ]
    assert all(
        a.record.owner and a.record.gravity == 3 and a.record.source == kept.stored.id for a in kept.alerts
    )


@pytest.mark.parametrize(
    "check",
    [
        PrenatalCheck(day=TODAY),
        PrenatalCheck(day=TODAY, fetal_heart=400),
        PrenatalCheck(day=TODAY, fundal_cm=70),
        PrenatalCheck(day=TODAY, scan=FetalScan(head_mm=900)),
        PrenatalCheck(day=TODAY, scan=FetalScan(crl_mm=95)),
        PrenatalCheck(day=TODAY, scan=FetalScan(gestation_days=400)),
        PrenatalCheck(day=TODAY, danger=["otra cosa"]),
    ],
)
def test_an_impossible_or_empty_visit_is_refused_and_nothing_kept(
    clinic: Clinic, woman: str, check: PrenatalCheck
) -> None:
    begin(clinic, woman)
    with pytest.raises(BadInput):
        clinic.pregnancies.check(woman, check)
    assert clinic.pregnancies.checks(woman, clinic.pregnancies.all(woman)[0].id) == []


def test_without_a_pregnancy_there_is_no_visit(clinic: Clinic, woman: str) -> None:
    with pytest.raises(NotFound):
        clinic.pregnancies.check(woman, PrenatalCheck(day=TODAY, fundal_cm=20))


def test_fundal_height_protein_and_presentation_are_said(clinic: Clinic) -> None:
    assert marks(PrenatalCheck(day=TODAY, gestation_days=168, fundal_cm=27)) == []
    assert marks(PrenatalCheck(day=TODAY, gestation_days=168, fundal_cm=28))
    assert marks(PrenatalCheck(day=TODAY, protein="1")) and not marks(
        PrenatalCheck(day=TODAY, protein="trazas")
    )
    assert marks(PrenatalCheck(day=TODAY, presentation="pelvica", gestation_days=252))
    assert not marks(PrenatalCheck(day=TODAY, presentation="pelvica", gestation_days=251))


def test_the_calendar_says_what_is_due_now_and_next(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    dating = clinic.pregnancies.all(woman)[0].record.dating
    assert dating is not None
    due = calendar(dating, TODAY)
    assert [d.words for d in due if d.now] == ["Ultrasonido de las 18 a 22 semanas", "Vacuna Tdpa"]
    assert not any("primer trimestre" in d.words for d in due)
    assert "por confirmar" in next(d.text for d in due if "Casa Materna" in d.words)
    assert next_visit(dating, TODAY) == TODAY + timedelta(days=28)
    assert next_visit(dating, dating.at(36 * 7)) == dating.at(37 * 7)
    assert stage(dating, dating.at(294)).startswith("Postérmino") and stage(dating, TODAY) == ""


def test_the_end_leaves_prenatal_care_and_says_who_breastfeeds(
    clinic: Clinic, woman: str, clock: FixedClock
) -> None:
    begin(clinic, woman)
    stored = clinic.pregnancies.current(woman)
    assert stored is not None
    clock.advance(days=125)
    today = clinic.desk.today()
    with pytest.raises(Refused, match="futuro"):
        clinic.pregnancies.end(woman, stored, "parto", today + timedelta(days=1))
    clinic.pregnancies.end(woman, stored, "parto", today, breastfeeding=True)
    assert clinic.programmes.open(woman) == [] and clinic.pregnancies.current(woman) is None
    facts = clinic.dispensing.facts(woman)
    assert (facts.pregnant, facts.gestation_weeks, facts.lactating, facts.infant_weeks) == (
        False,
        None,
        True,
        0,
    )
    assert clinic.protocols.prefill("hipertension", woman).values()["puerperio"] is True


def test_a_change_keeps_the_ultrasounds(clinic: Clinic, woman: str) -> None:
    begin(clinic, woman)
    clinic.pregnancies.check(woman, PrenatalCheck(day=TODAY, scan=FetalScan(gestation_days=150)))
    stored = clinic.pregnancies.current(woman)
    assert stored is not None
    new = msgspec.structs.replace(stored.record, lmp_certainty="dudosa", scans=[])
    assert len(clinic.pregnancies.change(woman, stored, new).record.scans) == 1


def test_the_nurse_takes_visits_and_opens_no_pregnancy(clinic: Clinic, woman: str) -> None:
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    with pytest.raises(NotAllowed):
        begin(clinic, woman)
