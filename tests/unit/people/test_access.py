"""Restricted charts: closed, opened against a reason for fifteen minutes, told before anything is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, DiskProblem, NotAllowed
from ces_tui.clinic import Clinic
from ces_tui.people.access import OPEN_SECONDS, ChartRestricted, NotOpenedToday
from ces_tui.people.audit_acts import GLASS
from tests.support import PASSPHRASE
from tests.unit.consult.visits import LOSARTAN, TODAY, line, page, pressure, someone, stock

REASON = "Urgencia: dolor de pecho"


def _sit(clinic: Clinic, role: str) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == role), PASSPHRASE)


@pytest.fixture
def closed(clinic: Clinic) -> str:
    """A restricted chart with a reserved problem and a screening; the nurse sits at the desk."""
    patient = someone(clinic)
    clinic.problems.add(patient, "Ansiedad", code="F41", sensitive=True)
    clinic.screenings.save(patient, clinic.instruments.get("gad7"), [1] * 7)
    clinic.access.restrict(patient, "personal", "Es enfermera de la clínica")
    _sit(clinic, "enfermeria")
    return patient


def test_a_restricted_chart_is_closed_to_the_nurse_and_open_to_the_supervision(
    clinic: Clinic, closed: str
) -> None:
    """Also its timeline, notes, trends, plans and prefilled protocols; what keeps the person safe stays."""
    readers: list[Any] = [
        clinic.chart.summary,
        clinic.chart.timeline,
        clinic.consults.of,
        clinic.safety.history,
    ]
    for read in readers:
        with pytest.raises(ChartRestricted):
            read(closed)
    with pytest.raises(ChartRestricted):
        clinic.chart.series(closed, "bmi")
    with pytest.raises(NotAllowed):
        clinic.screenings.history(closed)
    assert clinic.allergies.state(closed).sentence
    _sit(clinic, "supervision")
    assert clinic.chart.summary(closed).problems


def test_a_reason_opens_it_for_fifteen_minutes_for_this_person_and_this_patient(
    clinic: Clinic, closed: str, clock: FixedClock
) -> None:
    assert clinic.access.open(closed, REASON) == OPEN_SECONDS
    assert clinic.chart.summary(closed).problems == ("Ansiedad (2026)",)
    assert clinic.screenings.history(closed)
    assert clinic.access.banner(closed).startswith("Reservado, abierto con motivo: 15 min")
    clock.advance(seconds=OPEN_SECONDS - 1)
    assert clinic.access.minutes_left(closed) == 1 and clinic.chart.summary(closed)
    clock.advance(seconds=1)
    assert clinic.access.minutes_left(closed) == 0 and not clinic.access.banner(closed)
    with pytest.raises(ChartRestricted):
        clinic.chart.summary(closed)


def test_it_opens_nothing_for_the_next_person_nor_another_chart(clinic: Clinic, closed: str) -> None:
    clinic.access.open(closed, REASON)
    nurse = clinic.me.id
    _sit(clinic, "pasante")
    other = someone(clinic, given="Otra")
    clinic.access.restrict(other, "violencia", "Riesgo en su casa")
    clinic.switch(nurse)
    assert clinic.desk.knows(closed) and not clinic.desk.knows(other)
    with pytest.raises(ChartRestricted):
        clinic.chart.summary(other)


def test_the_reason_is_in_the_log_before_anything_is_shown_with_the_reads_that_waited(
    clinic: Clinic, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that takes nothing opens nothing."""
    clinic.vault.note_read(closed, "otra parte")
    before = clinic.vault.state.n
    clinic.access.open(closed, REASON)
    assert clinic.vault.state.n == before + 1 and clinic.vault.reads.oldest is None
    rows = clinic.vault.projection("acts/2026")
    assert [(r["k"], r["p"], r["x"]) for r in rows if r["k"] == GLASS] == [(GLASS, closed, REASON)]
    clinic.access.shut(closed)
    monkeypatch.setattr(
        "ces_tui.vault.vault.commit_transaction", lambda *_: (_ for _ in ()).throw(DiskProblem())
    )
    with pytest.raises(DiskProblem):
        clinic.access.open(closed, REASON)
    assert not clinic.desk.knows(closed)


@pytest.mark.parametrize("reason", ["", "corto", "         x          ", "123456789"])
def test_fewer_than_ten_characters_open_nothing(clinic: Clinic, closed: str, reason: str) -> None:
    before = clinic.vault.state.n
    with pytest.raises(BadInput):
        clinic.access.open(closed, reason)
    assert clinic.vault.state.n == before and not clinic.desk.knows(closed)


def test_closing_the_store_shuts_every_glass(clinic: Clinic, closed: str) -> None:
    clinic.access.open(closed, REASON)
    glass, me = clinic.desk.glass, clinic.me.id
    clinic.close()
    assert glass.left(me, closed) == 0


def test_correcting_a_registration_cannot_lift_the_restriction(clinic: Clinic, closed: str) -> None:
    """Only Access.restrict does, with a reason, by the roles that may."""
    import msgspec

    stored = clinic.registry.get(closed)
    clinic.registry.update(stored, msgspec.structs.replace(stored.record, restricted="", phone="9671234567"))
    assert clinic.access.restricted(closed) == "personal"
    with pytest.raises(NotAllowed):
        clinic.access.restrict(closed, "", "Ya no trabaja aquí")


def test_a_visitor_sees_what_a_pasante_opened_today_and_nothing_else(
    clinic: Clinic, clock: FixedClock
) -> None:
    """Search, waiting room and Hoy too; tomorrow it is over."""
    seen, unseen = someone(clinic, given="Amalia"), someone(clinic, given="Berta")
    for patient in (seen, unseen):
        clinic.waiting.arrive(patient)
    clinic.chart.summary(seen)
    _sit(clinic, "visitante")
    assert clinic.chart.summary(seen)
    with pytest.raises(NotOpenedToday):
        clinic.chart.summary(unseen)
    with pytest.raises(NotOpenedToday):
        clinic.registry.get(unseen)
    assert [m.id for m in clinic.registry.find("gomez")] == [seen]
    assert [w.patient for w in clinic.today.view().waiting] == [seen]
    clock.advance(days=1)
    with pytest.raises(NotOpenedToday):
        clinic.chart.summary(seen)


def test_a_visitor_comments_to_teach_and_writes_nothing_else(clinic: Clinic) -> None:
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    note = clinic.consults.sign(page(), patient)
    clinic.chart.summary(patient)
    _sit(clinic, "visitante")
    added = clinic.consults.addendum(patient, note.id, "consult", "Pensar en tiroides.")
    assert added.record.kind == "docencia" and added.record.day == TODAY
    (shown,) = clinic.chart.note(patient, note.id).addenda
    assert shown.title == "Comentario docente"
    with pytest.raises(NotAllowed):
        clinic.consults.addendum(patient, patient, "patient", "Nota urgente")


def test_an_urgent_note_stands_in_the_timeline(clinic: Clinic) -> None:
    """The nurse may write one also in a chart that is closed to her: nobody has to see it for that."""
    patient = someone(clinic)
    clinic.access.restrict(patient, "personal", "Es enfermera de la clínica")
    _sit(clinic, "enfermeria")
    clinic.consults.addendum(patient, patient, "patient", "Convulsión; se dio diazepam rectal.")
    _sit(clinic, "pasante")
    (event,) = [e for e in clinic.chart.timeline(patient) if e.title == "Nota urgente"]
    assert event.line.startswith("Convulsión") and event.author == "Rosa Utrilla"


def test_a_day_of_the_nurse_alone(clinic: Clinic) -> None:
    """The pasante is at the course: she registers, receives, measures, screens, gives what was owed, and writes."""
    stock(clinic, quantity=10)
    patient = someone(clinic)
    pressure(clinic, patient)
    clinic.consults.sign(page(prescription=(line(),)), patient)
    folder: Path = clinic.vault.folder
    clinic.close()
    from tests.support import open_clinic

    alone = open_clinic(folder, FixedClock.at(2026, 11, 21), "enfermeria")
    new = someone(alone, given="Nueva")
    alone.waiting.arrive(new)
    pressure(alone, new)
    alone.screenings.save(new, alone.instruments.get("phq9"), [0] * 9)
    alone.stock.receive([_line(60)])
    owed = alone.dispensing.pending()
    assert [p.missing for p in owed] == [20]
    for pending in owed:
        assert alone.dispensing.settle(pending).record.lines[0].total == pending.missing
    assert alone.consults.addendum(new, new, "patient", "Se envía a Jaltenango.").record.kind == "urgencia"
    with pytest.raises(NotAllowed):
        alone.consults.sign(page(), new)
    alone.close()


def _line(quantity: int) -> Any:
    from datetime import date

    from ces_tui.pharmacy.stock import Received

    return Received(LOSARTAN, "L9", date(2028, 1, 31), quantity, "SSA")
