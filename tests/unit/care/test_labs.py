"""Laboratory values: kept with their day, refused or asked where impossible, turned into kidney function and anaemia."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ces_tui.base.errors import BadInput, Refused
from ces_tui.care.labs import Lab, LabKind, table
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.care.records import Vitals
from ces_tui.care.vitals import Unlikely
from ces_tui.clinic import Clinic
from tests.unit.care.people_of import TODAY, someone


def lab(kind: LabKind, value: float, *, back: int = 0, **fields: object) -> Lab:
    return Lab(day=TODAY - timedelta(days=back), kind=kind, value=value, **fields)  # type: ignore[arg-type]


@pytest.fixture
def woman(clinic: Clinic) -> str:
    """Sixty years old."""
    return someone(clinic, birth=date(1966, 5, 1))


def test_the_newest_creatinine_gives_the_kidney_to_medicines_and_protocols(
    clinic: Clinic, woman: str
) -> None:
    clinic.labs.add(woman, [lab("creatinina", 3.0, back=40)])
    clinic.labs.add(woman, [lab("creatinina", 1.0, back=10)])
    found = clinic.labs.kidney(woman)
    assert found.value == pytest.approx(64.5, abs=0.1) and found.day == TODAY - timedelta(days=10)
    assert clinic.dispensing.facts(woman).egfr == found.value


def test_a_bad_kidney_reaches_the_prescription(clinic: Clinic, woman: str) -> None:
    """Metformin is stopped below 30."""
    from ces_tui.pharmacy.formulary import entries
    from ces_tui.pharmacy.safety import check
    from tests.unit.consult.visits import line

    metformin = next(e.id for e in entries().values() if e.name.startswith("Metformina") and e.renal_rule)
    clinic.labs.add(woman, [lab("creatinina", 3.0)])
    found = check([line(metformin)], clinic.dispensing.facts(woman), entries().get)
    assert any("filtración glomerular" in f.text for f in found)


def test_no_filtration_in_pregnancy_and_schwartz_for_children_with_a_fresh_height(clinic: Clinic) -> None:
    young = someone(clinic, birth=date(2000, 5, 1))
    clinic.labs.add(young, [lab("creatinina", 0.6)])
    clinic.pregnancies.begin(young, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=100)))
    assert clinic.labs.kidney(young).result is None and "embarazo" in clinic.labs.kidney(young).why
    child = someone(clinic, given="Ana", birth=date(2020, 5, 1))
    clinic.labs.add(child, [lab("creatinina", 0.5)])
    assert "talla" in clinic.labs.kidney(child).why
    clinic.vitals.take(child, Vitals(day=TODAY, height_cm=115))
    assert clinic.labs.kidney(child).value == pytest.approx(95.0)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (lab("creatinina", 88), "creatinina"),
        (lab("hba1c", 2), "hba1c"),
        (lab("hba1c", 7, back=-1), "day"),
        (lab("hba1c", 7, back=40000), "day"),
        (lab("riesgo_cv", 12), "method"),
        (lab("riesgo_cv", 120, method="oms_lab"), "riesgo_cv"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_of_the_paper_kept(
    clinic: Clinic, woman: str, bad: Lab, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        clinic.labs.add(woman, [lab("ldl", 100), bad])
    assert refused.value.field == field and clinic.labs.all(woman) == []


def test_an_empty_paper_is_refused(clinic: Clinic, woman: str) -> None:
    with pytest.raises(Refused):
        clinic.labs.add(woman, [])


def test_a_strange_value_is_asked_once(clinic: Clinic, woman: str) -> None:
    with pytest.raises(Unlikely) as asked:
        clinic.labs.add(woman, [lab("potasio", 7.2)])
    assert asked.value.field == "potasio"
    [kept] = clinic.labs.add(woman, [lab("potasio", 7.2)], confirmed={"potasio"})
    assert kept.record.confirmed


def test_a_haemoglobin_below_seven_opens_an_alert(clinic: Clinic, woman: str) -> None:
    clinic.labs.add(woman, [lab("hemoglobina", 7.0)])
    assert clinic.alerts.of(woman) == []
    clinic.labs.add(woman, [lab("hemoglobina", 6.9)])
    [alert] = clinic.alerts.of(woman)
    assert (alert.record.kind, alert.record.gravity) == ("anemia_grave", 3)


@pytest.mark.parametrize(
    ("birth", "sex", "value", "word"),
    [
        (date(2024, 1, 1), "F", 10.9, "anemia leve"),
        (date(2024, 1, 1), "F", 9.9, "anemia moderada"),
        (date(2024, 1, 1), "F", 11.0, "sin anemia"),
        (date(2018, 1, 1), "M", 11.4, "anemia leve"),
        (date(1980, 1, 1), "M", 12.9, "anemia leve"),
        (date(1980, 1, 1), "F", 12.0, "sin anemia"),
        (date(2013, 1, 1), "M", 11.9, "anemia leve"),
        (date(2026, 9, 1), "M", 9.0, ""),
    ],
)
def test_anaemia_goes_by_age_and_sex(clinic: Clinic, birth: date, sex: str, value: float, word: str) -> None:
    patient = someone(clinic, birth=birth, sex=sex)
    assert clinic.labs.words(patient, lab("hemoglobina", value)) == word


def test_in_the_second_trimester_the_cut_is_lower(clinic: Clinic) -> None:
    patient = someone(clinic, birth=date(2000, 5, 1))
    clinic.pregnancies.begin(patient, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=150)))
    assert clinic.labs.words(patient, lab("hemoglobina", 10.6)) == "sin anemia"
    assert clinic.labs.words(patient, lab("hemoglobina", 10.6, back=70)) == "anemia leve"


def test_it_is_in_the_chart_its_trends_and_its_way_out(clinic: Clinic, woman: str) -> None:
    [kept] = clinic.labs.add(woman, [lab("hba1c", 8.2, back=5)])
    assert "HbA1c 8.2 %" in clinic.chart.summary(woman).labs
    assert [p.value for p in clinic.chart.series(woman, "hba1c")] == [8.2]
    assert any(e.type == "lab" and "8.2 %" in e.line for e in clinic.chart.timeline(woman))
    clinic.consults.mark_other(woman, kept.id, "lab", "Era de su hermana")
    assert clinic.labs.all(woman) == [] and clinic.chart.series(woman, "hba1c") == []


def test_every_kind_has_unit_limits_source_and_certainty() -> None:
    for kind, told in table()["kinds"].items():
        assert told["label"] and told["unit"] and told["source"] in table()["sources"], kind
        low, high = told["capture"]
        assert low <= told["ask"][0] < told["ask"][1] <= high and told["certainty"] in {"V", "K", "U"}
