"""A case asked about in the clinic can be answered at the office: question out in a bundle, answer back in the office's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.vault.header import PersonInfo
from tests.support import CHEAP, PASSPHRASE
from tests.unit.care.test_safety import PLAN
from tests.unit.office.support import Pair, make_pair
from tests.unit.screening.charts import in_care


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def reviewer(pair: Pair) -> PersonInfo:
    """A supervisor who works at the office."""
    return pair.office_clinic.team.add("Elsa Supervisora Ficticia", "supervision", PASSPHRASE, profile=CHEAP)


def answered(pair: Pair, reviewer: PersonInfo, patient: str, text: str) -> None:
    [line] = [x for x in pair.clinic.reviews.lines() if x.patient == patient and not x.answer]
    coordinator = pair.office_clinic.me.id
    pair.office_clinic.login(reviewer.id, PASSPHRASE)
    pair.office_clinic.reviews.answer(patient, line.question, text)
    pair.office_clinic.login(coordinator, PASSPHRASE)
    pair.clock.advance(seconds=61)


def test_the_offices_answer_comes_back_in_its_bundle_and_stands_on_hoy_until_read(
    pair: Pair, reviewer: PersonInfo
) -> None:
    patient = in_care(pair.clinic)
    pair.clinic.reviews.ask(patient, "¿Subo la dosis?")
    pair.introduce()
    answered(pair, reviewer, patient, "Suba a 40 mg y véala en dos semanas.")
    path = pair.office.answer(None, pair.stick).path
    assert pair.clinic.exchange.read_answer(path).new_entries == 2, (
        "the receipt and the answer with its alert"
    )
    [alert] = pair.clinic.today.view().alerts
    assert alert.reserved and alert.owner == pair.clinic.me.id
    [review] = pair.clinic.reviews.of(patient)
    assert review.answers[0].record.text.startswith("Suba a 40")
    pair.clinic.reviews.mark_read(patient, review.answers[0].id)
    assert pair.clinic.today.view().alerts == []


def test_an_answer_travels_again_until_the_clinic_confirms_it_and_never_to_another_clinic(
    pair: Pair, reviewer: PersonInfo
) -> None:
    patient = in_care(pair.clinic)
    pair.clinic.reviews.ask(patient, "¿Subo la dosis?")
    pair.introduce()
    answered(pair, reviewer, patient, "Sí.")
    pair.office.answer(None, pair.stick)
    second = pair.office.answer(None, pair.stick).path
    assert pair.clinic.exchange.read_answer(second).new_entries == 3, "a lost answer is made good by the next"
    pair.office.import_file(pair.export())
    third = pair.office.answer(None, pair.stick).path
    assert pair.clinic.exchange.read_answer(third).new_entries == 1

    from ces_tui.office.reviews import written_for

    assert written_for(pair.office_clinic.vault, ["f" * 32], {}) == []


def test_an_open_risk_is_at_the_office_with_every_bundle_until_it_is_closed(pair: Pair) -> None:
    patient = in_care(pair.clinic)
    pair.clinic.screenings.save(patient, pair.clinic.instruments.get("phq9"), [0] * 8 + [1])
    pair.introduce()
    office = pair.office_clinic.vault
    assert [row["patient"] for row in office.projection("hot/plans")] == [patient]
    pair.clinic.safety.fill(patient, PLAN)
    pair.office.import_file(pair.export())
    assert [row["due"] for row in office.projection("hot/plans")] == [str(PLAN.next_contact)]
    pair.clinic.safety.close(patient, "Sin ideas en tres visitas.")
    pair.office.import_file(pair.export())
    assert office.projection("hot/plans") == []


def test_who_answered_at_the_office_has_a_name_in_the_clinic(pair: Pair, reviewer: PersonInfo) -> None:
    patient = in_care(pair.clinic)
    pair.clinic.reviews.ask(patient, "¿Subo la dosis?")
    pair.introduce()
    answered(pair, reviewer, patient, "Suba a 40 mg.")
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert pair.clinic.person_name(reviewer.id) == "Elsa Supervisora Ficticia"
    [event] = [e for e in pair.clinic.chart.timeline(patient) if e.addenda]
    assert [a.author for a in event.addenda][-1] == "Elsa Supervisora Ficticia"
    assert pair.clinic.person_name("0" * 32) == "equipo"


@pytest.mark.parametrize("arrived", [False, True])
def test_an_answer_that_the_office_marks_as_a_mistake_is_struck_in_the_clinic_too(
    pair: Pair, reviewer: PersonInfo, arrived: bool
) -> None:
    """Whether the answer had arrived before or not: the question waits again and Hoy is empty."""
    patient = in_care(pair.clinic)
    pair.clinic.reviews.ask(patient, "¿Subo la dosis?")
    pair.introduce()
    answered(pair, reviewer, patient, "Era de otra persona.")
    if arrived:
        pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
        assert len(pair.clinic.today.view().alerts) == 1
    coordinator = pair.office_clinic.me.id
    pair.office_clinic.login(reviewer.id, PASSPHRASE)
    [review] = pair.office_clinic.reviews.of(patient)
    pair.office_clinic.consults.mark_other(patient, review.answers[0].id, "addendum", "Era de otra persona")
    pair.office_clinic.login(coordinator, PASSPHRASE)
    pair.clock.advance(seconds=61)
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    [line] = pair.clinic.reviews.lines()
    assert line.state == "espera respuesta"
    assert pair.clinic.today.view().alerts == []
    assert pair.clinic.reviews.of(patient)[0].answers == ()
