"""Danger has an owner: a risk stays open until a plan or a named hand-over settles it and someone closes it with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed, Refused
from ces_tui.care.records import Alert, Appointment
from ces_tui.care.safety_records import RISK_KIND, Contact, Handover, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Void
from tests.support import PASSPHRASE

TODAY = date(2026, 11, 20)
PLAN = SafetyPlan(
    day=TODAY,
    warning_signs="Se encierra y no come.",
    people=[Contact(name="Lucía Ficticia", phone="caseta de San Ficticio", relation="hermana")],
    means_asked=True,
    means="Plaguicida en la bodega.",
    has_means=True,
    means_done="Lo guarda su hermana bajo llave.",
    stays_tonight="Lucía",
    next_contact=TODAY + timedelta(days=3),
)
OVER = Handover(
    day=TODAY,
    person="Dra. Ficticia Bernal",
    role="guardia de salud mental",
    how="traslado",
    reason="Plan y medios.",
)


@pytest.fixture
def patient(clinic: Clinic) -> str:
    return clinic.vault.new_id()


def alerts(clinic: Clinic, patient: str) -> list[Alert]:
    return [s.record for s in clinic.vault.shelf("alert", Alert, patient=patient).all()]


def appointments(clinic: Clinic, patient: str) -> list[Appointment]:
    return [s.record for s in clinic.vault.shelf("appointment", Appointment, patient=patient).all()]


def strike(clinic: Clinic, patient: str, target: str, target_type: str) -> None:
    void = Void(
        target=target,
        target_type=target_type,
        reason="paciente equivocado",
        author=clinic.me.id,
        at=0,
        day=TODAY,
    )
    clinic.vault.shelf("void", Void, patient=patient).add(void)


def test_without_risk_everything_may_be_signed(clinic: Clinic, patient: str) -> None:
    clinic.safety.require_settled(patient)
    assert clinic.safety.pending(patient) == [] and clinic.safety.last(patient) is None


def test_a_raised_risk_is_reserved_has_an_owner_is_due_today_and_stops_the_signature(
    clinic: Clinic, patient: str
) -> None:
    clinic.safety.raise_risk(patient, text="PHQ-9, ítem 9: «Varios días»")
    [alert] = alerts(clinic, patient)
    assert (alert.kind, alert.gravity, alert.owner, alert.due, alert.sensitive) == (
        RISK_KIND,
        3,
        clinic.me.id,
        TODAY,
        True,
    )
    with pytest.raises(Refused, match="plan de seguridad"):
        clinic.safety.require_settled(patient)
    [row] = clinic.vault.projection("hot/plans")
    assert row["patient"] == patient and "text" not in row and "kind" not in row


def test_a_filled_plan_lets_the_note_be_signed_and_stays_open_with_its_next_contact(
    clinic: Clinic, patient: str
) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    entries = clinic.vault.state.n
    stored = clinic.safety.fill(patient, PLAN)
    assert clinic.vault.state.n == entries + 1, "plan, alert and appointment are one commit"
    clinic.safety.require_settled(patient)
    [alert] = alerts(clinic, patient)
    assert alert.closed is None and alert.due == PLAN.next_contact
    [contact] = appointments(clinic, patient)
    assert contact.due == PLAN.next_contact and contact.sensitive and contact.source == stored.id
    last = clinic.safety.last(patient)
    assert last is not None and last.record.author == clinic.me.id and last.record.owner == clinic.me.id
    assert len(clinic.vault.projection("hot/plans")) == 1
    [row] = clinic.vault.projection("month/plan/2026-11")
    assert (row["patient"], row["codes"], len(row["alerts"])) == (patient, ["plan"], 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"people": []}, "people"),
        ({"means_asked": False}, "means_asked"),
        ({"stays_tonight": ""}, "stays_tonight"),
        ({"next_contact": None}, "next_contact"),
        ({"next_contact": TODAY - timedelta(days=1)}, "next_contact"),
        ({"means_done": ""}, "means_done"),
    ],
)
def test_an_unfilled_plan_is_refused_by_field_and_writes_nothing(
    clinic: Clinic, patient: str, change: dict[str, object], field: str
) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    entries = clinic.vault.state.n
    with pytest.raises(Refused) as refusal:
        clinic.safety.fill(patient, msgspec.structs.replace(PLAN, **change))
    assert refusal.value.field == field
    assert clinic.vault.state.n == entries
    assert clinic.safety.pending(patient)


def test_a_named_handover_settles_too_and_the_matter_stays_open(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    clinic.safety.hand_over(patient, OVER)
    clinic.safety.require_settled(patient)
    assert len(clinic.safety.open_alerts(patient)) == 1
    assert [type(s.record) for s in clinic.safety.history(patient)] == [Handover]


@pytest.mark.parametrize("field", ["person", "role", "reason"])
def test_a_handover_to_nobody_is_refused(clinic: Clinic, patient: str, field: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    with pytest.raises(BadInput) as refusal:
        clinic.safety.hand_over(patient, msgspec.structs.replace(OVER, **{field: "  "}))
    assert refusal.value.field == field
    assert clinic.safety.pending(patient)


def test_closing_needs_a_settled_risk_and_a_reason(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    with pytest.raises(Refused, match="Primero"):
        clinic.safety.close(patient, "ya está bien")
    clinic.safety.fill(patient, PLAN)
    with pytest.raises(BadInput):
        clinic.safety.close(patient, "  ")
    clinic.safety.close(patient, "Sin ideas en tres contactos.")
    [alert] = alerts(clinic, patient)
    assert (alert.closed, alert.closed_reason, alert.closed_by) == (
        TODAY,
        "Sin ideas en tres contactos.",
        clinic.me.id,
    )
    assert clinic.vault.projection("hot/plans") == []
    clinic.safety.require_settled(patient)


def test_a_positive_alert_closed_some_other_way_without_a_plan_still_stops_the_signature(
    clinic: Clinic, patient: str
) -> None:
    stored = clinic.safety.raise_risk(patient, text="riesgo")
    shelf = clinic.vault.shelf("alert", Alert, patient=patient)
    shelf.replace(
        stored, msgspec.structs.replace(stored.record, closed=TODAY, closed_reason="x", closed_by="y")
    )
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)


def test_a_new_risk_after_a_plan_asks_for_a_new_answer(
    clinic: Clinic, patient: str, clock: FixedClock
) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    clinic.safety.fill(patient, PLAN)
    clock.advance(days=2)
    clinic.safety.raise_risk(patient, text="otra vez")
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)
    clinic.safety.fill(patient, PLAN)
    clinic.safety.require_settled(patient)
    statuses = sorted(a.status for a in appointments(clinic, patient))
    assert statuses == ["cancelada", "pendiente"], "the agenda holds one next contact"
    clinic.safety.close(patient, "cerrado")
    assert all(a.closed for a in alerts(clinic, patient))


def test_a_plan_without_an_alert_opens_one_so_that_it_has_an_owner(clinic: Clinic, patient: str) -> None:
    clinic.safety.fill(patient, PLAN)
    [alert] = clinic.safety.open_alerts(patient)
    assert alert.record.kind == RISK_KIND
    clinic.safety.require_settled(patient)


def test_a_risk_whose_source_was_recorded_by_mistake_asks_for_nothing(clinic: Clinic, patient: str) -> None:
    saved = clinic.screenings.save(patient, clinic.instruments.get("phq9"), [0] * 8 + [2])
    assert clinic.safety.pending(patient)
    strike(clinic, patient, saved.stored.id, "screening")
    clinic.safety.require_settled(patient)


def test_a_screening_marked_as_a_mistake_takes_its_alert_off_hoy_without_a_plan(
    clinic: Clinic, patient: str
) -> None:
    saved = clinic.screenings.save(patient, clinic.instruments.get("phq9"), [0] * 8 + [2])
    with clinic.vault.transaction(day=TODAY):
        strike(clinic, patient, saved.stored.id, "screening")
        assert clinic.alerts.close_from(patient, saved.stored.id, "registrado por error") == 1
    assert clinic.vault.projection("hot/plans") == [] and clinic.alerts.lines() == []
    clinic.safety.require_settled(patient)


def test_closing_from_hoy_asks_for_the_plan_too(clinic: Clinic, patient: str) -> None:
    alert = clinic.safety.raise_risk(patient, text="riesgo")
    with pytest.raises(Refused, match="Primero"):
        clinic.alerts.close(patient, alert.id, "ya está bien")
    clinic.safety.fill(patient, PLAN)
    clinic.alerts.close(patient, alert.id, "Sin ideas en tres contactos.")
    assert clinic.alerts.lines() == []


def test_hoy_and_the_agenda_show_number_and_date_of_a_risk_and_nothing_else(
    clinic: Clinic, patient: str
) -> None:
    clinic.safety.raise_risk(patient, text="PHQ-9, ítem 9: «Varios días»")
    clinic.safety.fill(patient, PLAN)
    [line] = clinic.alerts.lines()
    assert line.reserved and line.what == "asunto reservado" and line.due == PLAN.next_contact
    assert PLAN.next_contact is not None
    [expected] = clinic.agenda.between(PLAN.next_contact, PLAN.next_contact)
    assert expected.reserved and expected.what == "asunto reservado"


def test_a_nurses_finding_belongs_to_the_pasante_and_she_may_still_attend_to_it(
    clinic: Clinic, patient: str
) -> None:
    pasante = clinic.me.id
    clinic.login(next(p.id for p in clinic.people() if p.role == "enfermeria"), PASSPHRASE)
    assert clinic.safety.raise_risk(patient, text="riesgo").record.owner == pasante
    clinic.safety.fill(patient, PLAN)
    clinic.safety.require_settled(patient)


def test_a_plan_recorded_by_mistake_no_longer_settles_anything(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    plan = clinic.safety.fill(patient, PLAN)
    strike(clinic, patient, plan.id, "plan")
    with pytest.raises(Refused):
        clinic.safety.require_settled(patient)


def test_another_persons_risk_stops_nobody_else(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    clinic.safety.require_settled(clinic.vault.new_id())


def test_a_visitor_may_neither_fill_nor_read_nor_close(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    visitor = next(p for p in clinic.people() if p.role == "visitante")
    clinic.login(visitor.id, PASSPHRASE)
    for act in (
        lambda: clinic.safety.fill(patient, PLAN),
        lambda: clinic.safety.hand_over(patient, OVER),
        lambda: clinic.safety.close(patient, "x"),
        lambda: clinic.safety.last(patient),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_the_protocol_asks_has_source_and_certainty_line_by_line(clinic: Clinic) -> None:
    guidance = clinic.safety.guidance()
    for part in ("ask", "when_plan_or_means", "levels", "codes"):
        for line in guidance[part]:
            assert line["source"] in guidance["sources"] and line["certainty"] in {"V", "K", "U"}


def test_a_nurse_reads_and_closes_only_what_is_hers(clinic: Clinic, patient: str) -> None:
    clinic.safety.raise_risk(patient, text="riesgo")
    clinic.safety.fill(patient, PLAN)
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    clinic.login(nurse.id, PASSPHRASE)
    assert clinic.safety.history(patient) == [] and clinic.safety.last(patient) is None
    with pytest.raises(NotAllowed):
        clinic.safety.close(patient, "x")
    clinic.safety.fill(patient, msgspec.structs.replace(PLAN, owner=nurse.id))
    assert len(clinic.safety.history(patient)) == 1
    clinic.safety.close(patient, "Sin ideas.")


def test_whoever_may_not_know_is_told_the_same_with_and_without_an_open_matter(
    clinic: Clinic, patient: str
) -> None:
    nurse = next(p for p in clinic.people() if p.role == "enfermeria")
    told = []
    for risk in (False, True):
        if risk:
            clinic.safety.raise_risk(patient, text="riesgo")
        clinic.login(nurse.id, PASSPHRASE)
        assert clinic.safety.shown(patient) == []
        for act in (
            lambda: clinic.safety.hand_over(patient, OVER),
            lambda: clinic.safety.close(patient, "x"),
        ):
            with pytest.raises(NotAllowed) as refused:
                act()
            told.append(str(refused.value))
        clinic.login(next(p.id for p in clinic.people() if p.role == "pasante"), PASSPHRASE)
    assert len(set(told)) == 1 and len(clinic.safety.shown(patient)) == 1
    clinic.login(nurse.id, PASSPHRASE)
    clinic.desk.glass.open(nurse.id, patient)
    assert len(clinic.safety.shown(patient)) == 1


def test_the_nurse_who_asked_stands_before_her_own_alert_and_may_hand_it_over(
    clinic: Clinic, patient: str
) -> None:
    clinic.login(next(p.id for p in clinic.people() if p.role == "enfermeria"), PASSPHRASE)
    clinic.safety.raise_risk(patient, text="PHQ-9, ítem 9")
    assert len(clinic.safety.shown(patient)) == 1
    clinic.safety.hand_over(patient, OVER)
    assert clinic.safety.pending(patient) == []


def test_an_unfinished_plan_waits_for_its_author_and_goes_with_the_signature(
    clinic: Clinic, patient: str
) -> None:
    draft = clinic.safety.hold(patient, {"coping": "caminar"})
    clinic.safety.hold(patient, {"coping": "caminar al río"}, draft=draft)
    held = clinic.safety.held(patient)
    assert held is not None and held.id == draft and held.data == {"coping": "caminar al río"}
    assert clinic.safety.held(clinic.vault.new_id()) is None
    clinic.safety.fill(patient, PLAN, draft=draft)
    assert clinic.safety.held(patient) is None


def test_a_look_at_the_plan_is_in_the_records_own_history(clinic: Clinic, patient: str) -> None:
    clinic.safety.fill(patient, PLAN)
    clinic.safety.last(patient)
    clinic.vault.reads.flush()
    assert any("plan de seguridad" in str(row) for row in clinic.vault.projection(f"reads/{patient}"))


def test_a_plan_in_the_wrong_chart_is_marked_with_its_alert_and_its_contact(
    clinic: Clinic, patient: str
) -> None:
    plan = clinic.safety.fill(patient, PLAN)
    clinic.consults.mark_other(patient, plan.id, "plan", "paciente equivocado")
    assert clinic.safety.open_alerts(patient) == [] and clinic.safety.last(patient) is None
    assert [a.status for a in appointments(clinic, patient)] == ["cancelada"]
    assert clinic.vault.projection("hot/plans") == []
    clinic.safety.require_settled(patient)
