"""The demo's story: the same for the same seed, plausible, and alive today."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_tui.base.clock import clinical_day
from ces_tui.demo import names
from ces_tui.demo.calendar import Calendar
from ces_tui.demo.events import Day, Visit
from ces_tui.demo.medicines import MEDICINES, Order
from ces_tui.demo.population import CAST, populate
from ces_tui.demo.story import Plan, Story
from ces_tui.pharmacy import formulary

TODAY = date(2026, 11, 20)


@cache
def told(seed: int = 1, patients: int = 300, years: float = 1, today: date = TODAY) -> tuple[Day, ...]:
    return tuple(Story(Plan(today, seed, patients, years)).days())


def visits(days: tuple[Day, ...]) -> list[Visit]:
    return [visit for day in days for visit in day.visits]


def test_the_same_seed_tells_the_same_story_and_another_seed_another() -> None:
    again = tuple(Story(Plan(TODAY, 1, 300, 1)).days())
    assert again == told()
    assert told(seed=2) != told()


def test_staff_bears_no_surname_that_a_search_for_patients_would_find() -> None:
    for name, _role in names.STAFF:
        assert not names.FORBIDDEN_STAFF_SURNAMES & set(name.split())


def test_the_village_is_young() -> None:
    people = populate(3, 2000, TODAY - timedelta(days=365), TODAY)
    ages = [p.age(TODAY) for p in people]
    under_15 = sum(a < 15 for a in ages) / len(ages)
    over_60 = sum(a >= 60 for a in ages) / len(ages)
    assert 0.27 < under_15 < 0.38
    assert 0.06 < over_60 < 0.13
    assert min(ages) == 0
    assert max(ages) < 96


def test_every_registered_person_has_come_at_least_once_and_is_new_exactly_once() -> None:
    new = Counter(v.villager.index for v in visits(told()) if v.new)
    assert set(new) == set(range(300))
    assert set(new.values()) == {1}


def test_nobody_comes_twice_on_a_day() -> None:
    for day in told():
        assert len({v.villager.index for v in day.visits}) == len(day.visits)


def test_the_story_ends_today_with_people_in_every_place_of_the_waiting_room() -> None:
    last = told()[-1]
    assert last.day == TODAY
    assert {v.stage for v in last.visits} == {"espera", "signos", "consulta", "terminado"}
    assert all(v.stage == "terminado" for day in told()[:-1] for v in day.visits)


@pytest.mark.parametrize(
    "today", [date(2026, 11, 22), date(2027, 1, 1), date(2026, 2, 28), date(2028, 2, 29)]
)
def test_whatever_day_it_is_built_the_waiting_room_is_alive(today: date) -> None:
    last = told(patients=60, today=today)[-1]
    assert last.day == today
    assert len(last.visits) >= 8


def test_colds_come_with_winter_and_dengue_with_the_rains() -> None:
    months: dict[str, Counter[int]] = {"J00": Counter(), "A97.0": Counter(), "A09.9": Counter()}
    for visit in visits(told(patients=1500, years=2)):
        for finding in visit.note.findings:
            if finding.code in months and not visit.new:
                months[finding.code][visit.day.month] += 1

    def share(code: str, when: tuple[int, ...]) -> float:
        return sum(months[code][m] for m in when) / sum(months[code].values())

    assert share("J00", (11, 12, 1, 2)) > 0.45
    assert share("A97.0", (7, 8, 9, 10)) > 0.55
    assert share("A09.9", (5, 6, 7, 8, 9)) > 0.5


def test_long_illnesses_bring_people_back_about_every_month() -> None:
    seen: dict[int, list[date]] = {}
    for visit in visits(told()):
        if visit.villager.conditions and "Control" in visit.note.reason:
            seen.setdefault(visit.villager.index, []).append(visit.day)
    gaps = sorted((b - a).days for days in seen.values() for a, b in pairwise(days))
    assert 26 <= gaps[len(gaps) // 2] <= 34


def test_depression_answers_to_treatment_and_one_person_relapses_with_an_open_safety_plan() -> None:
    totals: dict[int, list[int]] = {}
    for visit in visits(told()):
        for screen in visit.screens:
            if screen.instrument == "phq9":
                assert len(screen.answers) == 9
                totals.setdefault(visit.villager.index, []).append(sum(screen.answers))
    treated = [t for i, t in totals.items() if len(t) > 3 and i != 1]
    assert any(t[0] >= 10 and t[-1] <= t[0] / 2 for t in treated)
    relapse = totals[1]
    assert min(relapse) <= 8
    assert relapse[-1] >= 14
    safety = [v.safety for v in visits(told()) if v.villager.role == "recaida" and v.safety]
    assert safety[-1] == "abre"


def test_item_nine_above_zero_never_stands_without_a_plan() -> None:
    open_plans: set[int] = set()
    for visit in visits(told(patients=1500, years=2)):
        who = visit.villager.index
        if visit.safety == "abre":
            open_plans.add(who)
        elif visit.safety == "cierra":
            open_plans.remove(who)
        if any(s.instrument == "phq9" and s.answers[8] for s in visit.screens):
            assert who in open_plans


def test_nothing_leaves_the_shelf_that_did_not_arrive_or_had_expired() -> None:
    left: dict[int, int] = {}
    expiry: dict[int, date] = {}
    medicine: dict[int, str] = {}
    for day in told():
        for gone in day.write_offs:
            for lot, _, quantity in gone.lots:
                assert expiry[lot] < day.day
                left[lot] -= quantity
        for delivery in day.deliveries:
            for parcel in delivery.parcels:
                left[parcel.lot], expiry[parcel.lot] = parcel.quantity, parcel.expiry
                medicine[parcel.lot] = parcel.medicine
        for visit in day.visits:
            for order, got in zip(visit.note.orders, visit.note.given, strict=visit.stage == "terminado"):
                assert 0 <= got.total <= got.asked == order.quantity
                for lot, quantity in got.lots:
                    assert medicine[lot] == order.medicine
                    assert expiry[lot] >= day.day
                    left[lot] -= quantity
                    assert left[lot] >= 0


def test_some_medicines_run_out_and_most_do_not() -> None:
    asked: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for visit in visits(told()):
        for order, got in zip(visit.note.orders, visit.note.given, strict=False):
            asked[order.medicine] += got.asked
            missing[order.medicine] += got.asked - got.total
    short = [m for m in asked if missing[m] > 0.05 * asked[m]]
    assert 1 <= len(short) <= len(asked) / 2


def test_nobody_is_given_what_they_are_allergic_to_and_women_of_childbearing_age_no_valproate() -> None:
    barred = {"penicilinas": "amoxicilina", "sulfas antibióticas": "tmp_smx", "AINE/aspirina": "naproxeno"}
    for visit in visits(told(patients=1500, years=2)):
        groups = {barred[a.group] for a in visit.villager.allergies}
        for order in visit.note.orders:
            assert not any(order.medicine.startswith(g) for g in groups)
            if order.medicine == "valproato":
                assert visit.villager.sex == "M"


def test_a_childs_amoxicillin_is_at_most_40_mg_per_kg_a_dose_and_one_gram() -> None:
    doses = [
        (order.morning * 100, visit.vitals.weight_kg or 0)
        for visit in visits(told(patients=1500, years=2))
        for order in visit.note.orders
        if order.medicine == "amoxicilina_susp"
    ]
    assert doses
    assert all(dose <= min(1000, 40 * weight) for dose, weight in doses)


def test_children_grow_from_visit_to_visit() -> None:
    heights: dict[int, list[float]] = {}
    for visit in visits(told()):
        if visit.villager.age(TODAY) < 10 and visit.vitals.height_cm:
            heights.setdefault(visit.villager.index, []).append(visit.vitals.height_cm)
    assert any(len(h) > 2 for h in heights.values())
    for grown in heights.values():
        assert grown == sorted(grown)


def test_some_missed_their_appointment_and_some_are_due_today() -> None:
    pending: dict[int, date] = {}
    for visit in visits(told()):
        if visit.stage == "terminado":
            pending.pop(visit.villager.index, None)
            if visit.note.next_due:
                assert visit.note.next_due > visit.day
                pending[visit.villager.index] = visit.note.next_due
    assert any(due == TODAY for due in pending.values())
    assert any(TODAY - timedelta(days=10) <= due < TODAY for due in pending.values())


def test_every_instant_lies_on_its_clinical_day() -> None:
    for day in told():
        for visit in day.visits:
            assert clinical_day(visit.at) == day.day == visit.day == visit.vitals.day


def test_the_whole_cast_lives_even_in_a_small_village() -> None:
    people = populate(9, 20, TODAY - timedelta(days=365), TODAY)
    assert [p.role for p in people[: len(CAST)]] == [part.role for part in CAST]
    jose = people[0]
    assert (jose.given, jose.surname1, jose.surname2, jose.birth) == (
        "José",
        "Hernández",
        "López",
        date(1981, 4, 3),
    )


@given(st.integers(0, 10_000), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
@settings(max_examples=25, deadline=None)
def test_any_seed_on_any_day_makes_a_village_registered_before_today(seed: int, today: date) -> None:
    first = today - timedelta(days=365)
    for person in populate(seed, 40, first, today):
        assert person.birth < person.since <= today
        assert person.since >= first or person.role == "recien_nacido"
        assert all(lmp < today for lmp in person.pregnancies)


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
@settings(max_examples=200, deadline=None)
def test_each_month_has_one_course_of_three_weekdays_and_never_today(today: date) -> None:
    calendar = Calendar(today - timedelta(days=365), today)
    start = calendar.course(today)
    assert start.month == today.month
    assert start.weekday() == 2
    assert not start <= today < start + timedelta(days=3)
    assert calendar.is_open(calendar.delivery(today))


def test_an_order_asks_for_whole_units_that_cover_its_days() -> None:
    assert Order("losartan", 1, days=30).quantity == 30
    assert Order("amoxicilina_susp", 5.5, 0, 0, 5.5, days=5).quantity == 1
    assert Order("carbamazepina", 0.5, 0, 0, 0.5, days=30).quantity == 30
    assert Order("albendazol", 2).quantity == 2


def test_every_medicine_of_the_demo_is_in_the_formulary_with_the_same_size() -> None:
    for medicine in MEDICINES.values():
        entry = formulary.entries()[medicine.item]
        assert entry.pack is None or entry.pack == medicine.per_item
        assert medicine.monthly > 0
