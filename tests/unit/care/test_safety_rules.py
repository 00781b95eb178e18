"""A safety plan counts as filled only with someone to call, means asked about, company tonight and a next date."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.care.safety_records import Contact, Handover, SafetyPlan
from ces_tui.care.safety_rules import missing, settled_alerts

TODAY = date(2026, 11, 20)
WHOLE = SafetyPlan(
    day=TODAY,
    people=[Contact(name="Lucía Ficticia", phone="961 000 0000")],
    means_asked=True,
    stays_tonight="su hermana Lucía",
    next_contact=TODAY + timedelta(days=1),
)


def test_the_four_things_are_enough() -> None:
    assert missing(WHOLE, TODAY) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"people": []}, "people"),
        ({"people": [Contact(name="Lucía Ficticia")]}, "people"),
        ({"people": [Contact(name=" ", phone="961")]}, "people"),
        ({"means_asked": False}, "means_asked"),
        ({"has_means": True}, "means_done"),
        ({"stays_tonight": "  "}, "stays_tonight"),
        ({"stays_tonight": "Nadie"}, "stays_tonight"),
        ({"stays_tonight": "se queda sola."}, "stays_tonight"),
        ({"stays_tonight": "x"}, "stays_tonight"),
        ({"people": [Contact(name="no hay", phone="961 000 0000")]}, "people"),
        ({"people": [Contact(name="Lucía Ficticia", phone="-")]}, "people"),
        ({"next_contact": TODAY + timedelta(days=29)}, "next_contact"),
        ({"next_contact": None}, "next_contact"),
        ({"next_contact": TODAY - timedelta(days=1)}, "next_contact"),
    ],
)
def test_each_of_them_is_asked_for_by_name(change: dict[str, object], field: str) -> None:
    assert [m.field for m in missing(msgspec.structs.replace(WHOLE, **change), TODAY)] == [field]


@pytest.mark.parametrize("words", ["su hermana", "Él solo con su tío Juan", "la familia", "mamá", "Don Lino"])
def test_somebody_is_whoever_is_named(words: str) -> None:
    assert missing(msgspec.structs.replace(WHOLE, stays_tonight=words), TODAY) == []


def test_the_longest_interval_of_the_source_still_counts() -> None:
    assert missing(msgspec.structs.replace(WHOLE, next_contact=TODAY + timedelta(days=28)), TODAY) == []


def test_a_contact_today_still_counts() -> None:
    assert missing(msgspec.structs.replace(WHOLE, next_contact=TODAY), TODAY) == []


@given(
    people=st.booleans(),
    means=st.booleans(),
    tonight=st.booleans(),
    contact=st.booleans(),
    words=st.text(max_size=20),
)
def test_no_amount_of_other_text_replaces_them(
    people: bool, means: bool, tonight: bool, contact: bool, words: str
) -> None:
    plan = SafetyPlan(
        day=TODAY,
        warning_signs=words,
        coping=words,
        notes=words,
        professionals=[Contact(name="Hospital", phone="911")],
        people=WHOLE.people if people else [],
        means_asked=means,
        stays_tonight="su mamá" if tonight else "",
        next_contact=TODAY if contact else None,
    )
    assert len(missing(plan, TODAY)) == [people, means, tonight, contact].count(False)


def test_plans_and_handovers_settle_the_alerts_that_they_name_and_no_other() -> None:
    plan = msgspec.structs.replace(WHOLE, alerts=["a"])
    over = Handover(
        day=TODAY, person="Dra. Ficticia", role="guardia", how="traslado", reason="plan", alerts=["b"]
    )
    assert settled_alerts([plan], [over]) == {"a", "b"}
    assert settled_alerts([], []) == frozenset()
