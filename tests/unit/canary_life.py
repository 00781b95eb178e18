"""What the canary goes through in a clinic: every room and every service, with her words in every text.

What needs an office, sticks and other machines stands in `canary_away.py`; which services were gone through is counted
by `canary_calls.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from ces_tui.care.labs import Lab
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.care.records import Vitals
from ces_tui.care.safety_records import Contact, Handover, SafetyPlan
from ces_tui.clinic import Clinic
from ces_tui.consult.autosave import Autosave
from ces_tui.consult.records import Diagnosis, ProgrammeChange, ProtocolResult
from ces_tui.consult.snippets import Snippets
from ces_tui.guidance.pathway import Input
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.paper.records import Licence, Unit
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import Item
from ces_tui.pharmacy.stock import Received
from ces_tui.pharmacy.writing import Typed, Writer
from ces_tui.screening.records import Answering
from tests.support import CHEAP, PASSPHRASE, STAFF
from tests.unit.canary import GIVEN, MOTHER, PLACE, PLANNED, SAID, SURNAME
from tests.unit.consult.visits import AMLODIPINE, LOSARTAN, TODAY, line, page, stock
from tests.unit.people.test_inegi import ROWS, table

ALIAS = "Machetíñuco"
"""A lot's number, a name of a unit: what is short and in one piece."""
NAMES = (*(person.name for person in STAFF), "Clínica de prueba", "Alba Zepeda")
"""People and places of the test clinic and of the canary's office."""
CONFIRMED = set(Vitals.__struct_fields__)
PATHWAY = "tos_nino"
HISTORY = ("fam_resumen", "np_toxicomanias", "pat_resumen", "padecimiento", "ex_habitus", "dx", "tratamiento")


def person(**fields: Any) -> Patient:
    """The canary, or somebody of her family."""
    told: dict[str, Any] = {
        "given": GIVEN, "surname1": SURNAME, "surname2": MOTHER, "mother_name": f"{MOTHER} {SURNAME}", "locality": PLACE,
        "municipality": PLACE, "address": f"Casa junto al tlacuachíñe, {PLACE}", "acompanante": MOTHER, "note": SAID,
        "insurance": "otro", "insurance_number": "A1", "old_numbers": ["112-000351"], "phone": "9671234567", "sex": "F",
        "birth": date(1990, 2, 3), "day": TODAY, "privacy_notice": TODAY, "consent": "verbal",
    }  # fmt: skip
    return Patient(**(told | fields))


def plan() -> SafetyPlan:
    return SafetyPlan(
        day=TODAY, warning_signs=SAID, coping=PLANNED, people=[Contact(name=MOTHER, phone="9671234567", relation=PLANNED)],
        professionals=[Contact(name=MOTHER, phone="9671234567")], means_asked=True, means=PLANNED, means_done=PLANNED,
        stays_tonight=MOTHER, next_contact=TODAY + timedelta(days=1), has_plan=False, has_means=False,
    )  # fmt: skip


@dataclass
class Life:
    """Who lives in a clinic: `her` the canary, and others by what happens to them; `note` is her signed consult."""

    clinic: Clinic
    ids: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        try:
            return self.ids[name]
        except KeyError:
            raise AttributeError(name) from None

    def sit(self, role: str) -> Clinic:
        """Someone of this role gives their passphrase."""
        self.clinic.login(next(p.id for p in self.clinic.people() if p.role == role), PASSPHRASE)
        return self.clinic


def live_through(clinic: Clinic) -> Life:
    """Every room of a clinic in which the pasante sits; the pasante sits there again at the end."""
    life = Life(clinic)
    for part in (
        _shelf, _registration, _measures, _programmes, _pregnancy, _danger, _screenings, _mental_health, _protocols, _consult,
        _receta, _mistakes, _death, _family, _settings, _envelope,
    ):  # fmt: skip
        part(life)
        life.sit("pasante")
    return life


# -- one function a room -----------------------------------------------------------------------------------


def _shelf(life: Life) -> None:
    """Lots, losses, counts, an own item: lots' numbers, delivery notes, reasons and whereto carry her words."""
    clinic = life.clinic
    stock(clinic, quantity=20)
    clinic.stock.receive(
        [Received(LOSARTAN, ALIAS, date(2027, 12, 31), 30, "CES")], origin=PLACE, document=ALIAS
    )
    own = clinic.formulary.add_own(Item(name=f"Jarabe {PLANNED}", unit="frasco", form=ALIAS, strength=ALIAS))
    clinic.formulary.set_minimum(own.id, 3)
    life.ids["item"] = own.id
    first = clinic.stock.lots(LOSARTAN)[0]
    lot, held = first.id, first.quantity
    clinic.stock.loss(LOSARTAN, lot, 1, reason=SAID)
    clinic.stock.adjust(LOSARTAN, lot, 2, reason=SAID)
    clinic.stock.transfer(LOSARTAN, lot, 1, to=PLACE, reason=SAID)
    clinic.stock.count(LOSARTAN, {lot: held - 1}, reason=SAID)


def _registration(life: Life) -> None:
    """Registered, found, corrected, linked with another record of hers; in the waiting room; due on a day."""
    clinic = life.clinic
    place = [*ROWS, ["70200999", "", "07", "Chiapas", "020", "La Concordia", "0999", PLACE, "R"]]
    clinic.localities.take(clinic.localities.plan(table(place).encode()))
    clinic.registry.doubts(person())
    her = life.ids["her"] = clinic.registry.register(person()).id
    twin = life.ids["twin"] = clinic.registry.register(person(given=f"{GIVEN} Inés")).id
    clinic.registry.likely_duplicates(person())
    stored = clinic.registry.get(twin)
    clinic.registry.update(stored, msgspec.structs.replace(stored.record, note=f"{SAID} {PLANNED}"))
    clinic.links.link(her, twin, SAID)
    clinic.links.undo(her, twin, SAID)
    clinic.links.link(her, twin, SAID)
    arrived = clinic.waiting.arrive(her, note=SAID)
    clinic.waiting.move(her, arrived, "signos")
    due = clinic.agenda.set(her, TODAY + timedelta(days=9), reason=SAID)
    due = clinic.agenda.call(her, due, MOTHER, "recado", SAID)
    clinic.agenda.move(her, due, TODAY + timedelta(days=10))
    off = clinic.agenda.set(her, TODAY + timedelta(days=30), reason=PLANNED)
    clinic.agenda.cancel(her, off, SAID)
    clinic.today.courses.set(TODAY + timedelta(days=6), place=PLACE)


def _measures(life: Life) -> None:
    """Vitals with her complaint, laboratory with its remarks, allergies and problems, an alert."""
    clinic, her = life.clinic, life.her
    told = Vitals(day=TODAY, systolic=128, diastolic=82, weight_kg=61.5, height_cm=152, complaint=SAID)
    clinic.vitals.take(her, told, confirmed=CONFIRMED)
    clinic.labs.add(
        her,
        [Lab(day=TODAY, kind="hba1c", value=8.1, note=SAID), Lab(day=TODAY, kind="creatinina", value=1.0, note=SAID)],
        confirmed={"hba1c", "creatinina"},
    )  # fmt: skip
    clinic.allergies.none_known(life.twin)
    wrong = clinic.allergies.add(her, f"Polvo de {ALIAS}", group=ALIAS, reaction=SAID, severity="grave")
    clinic.allergies.discard(her, wrong, SAID)
    clinic.allergies.add(her, f"Polen de {ALIAS}", reaction=SAID)
    clinic.problems.resolve(her, clinic.problems.add(her, f"Mordedura de {ALIAS}"))
    clinic.problems.add(her, f"Dolor de {ALIAS}")
    alert = clinic.alerts.open(her, kind="prueba", gravity=2, text=SAID, source="x")
    clinic.alerts.close(her, alert.id, SAID)
    clinic.alerts.open(her, kind="otra", gravity=1, text=SAID)


def _programmes(life: Life) -> None:
    clinic, her = life.clinic, life.her
    left = clinic.programmes.enrol(her, "asma")
    clinic.programmes.close(her, left, "rechazo")
    clinic.programmes.enrol(her, "hipertension")


def _pregnancy(life: Life) -> None:
    """Begun, corrected, seen twice, an ultrasound with its report, ended with a remark; another one goes on."""
    clinic, her = life.clinic, life.her
    begun = clinic.pregnancies.begin(
        her, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=150), risks=SAID, birth_place=PLACE)
    )
    begun = clinic.pregnancies.change(her, begun, msgspec.structs.replace(begun.record, risks=PLANNED))
    scan = FetalScan(gestation_days=150, report=SAID)
    check = PrenatalCheck(day=TODAY, fundal_cm=20, fetal_heart=140, note=SAID, scan=scan)
    clinic.pregnancies.check(her, check, scan_day=TODAY, confirmed={"fundal_cm", "fetal_heart"})
    open_now = clinic.pregnancies.current(her)
    assert open_now is not None
    clinic.pregnancies.end(her, open_now, "parto", TODAY, breastfeeding=True, note=SAID)
    woman = life.ids["woman"] = clinic.registry.register(
        person(given=f"{GIVEN} Marta", birth=date(1999, 1, 1))
    ).id
    clinic.pregnancies.begin(woman, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=80), risks=SAID))


def _danger(life: Life) -> None:
    """A plan half written, a plan, a hand-over to someone with a name, and both ways to close a risk."""
    clinic, her = life.clinic, life.her
    clinic.safety.raise_risk(her, text=SAID, source="a")
    clinic.safety.withdraw(her, "a", SAID)
    clinic.safety.raise_risk(her, text=SAID, gravity=2)
    clinic.safety.answered_after_all(her, SAID)
    clinic.safety.raise_risk(her, text=SAID)
    held = clinic.safety.hold(her, {"warning_signs": SAID, "coping": PLANNED})
    clinic.safety.fill(her, plan(), draft=held)
    clinic.safety.close(her, SAID)
    twin = life.twin
    clinic.safety.raise_risk(twin, text=SAID)
    clinic.safety.hold(twin, {"means": PLANNED})
    given = Handover(day=TODAY, person=MOTHER, role=PLANNED, how="traslado", phone="9671234567", reason=SAID)
    clinic.safety.hand_over(twin, given)


def _screenings(life: Life) -> None:
    """One stopped half way and thrown away, one that waits, one of each kind signed, item 9 positive."""
    clinic, her = life.clinic, life.her
    half = Answering(instrument="phq9", text_version="es-MX", answers={"1": 2})
    clinic.screenings.drop(clinic.screenings.hold(her, half))
    clinic.screenings.hold(her, half)
    clinic.screenings.save(her, clinic.instruments.get("phq9"), [1] * 8 + [2])
    clinic.screenings.save(her, clinic.instruments.get("gad7"), [1] * 7)
    clinic.safety.fill(her, plan())
    clinic.safety.raise_risk(life.woman, text=SAID)


def _mental_health(life: Life) -> None:
    """Enrolled; sessions, movements, a question to the supervision, its answer, read; a chart that is closed."""
    clinic, her = life.clinic, life.her
    clinic.programmes.enrol(her, "salud_mental")
    clinic.mental_health.add_session(her, 1, SAID)
    clinic.mental_health.add_movements(her, found=True, text=SAID)
    asked = clinic.reviews.ask(her, SAID)
    life.sit("supervision")
    clinic.mental_health.decide(relapse=True, movement_days=90)
    answered = clinic.reviews.answer(her, asked.id, PLANNED)
    life.sit("pasante")
    clinic.reviews.mark_read(her, answered.id)
    clinic.mental_health.register()
    clinic.mental_health.case(her)
    clinic.mental_indicators.month("2026-11")


def _protocols(life: Life) -> None:
    """One run thrown away, one half answered that waits, one run to its end with the reason for doing otherwise."""
    clinic, her = life.clinic, life.her
    pathway = next(p for p in clinic.protocols.all() if clinic.protocols.fits(p, her))
    given = clinic.protocols.prefill(pathway.id, her).values()
    asked: list[str] = []
    halfway = clinic.protocols.halfway
    while (question := clinic.protocols.next_question(pathway.id, given)) is not None:
        given = clinic.protocols.answered(pathway.id, given, question.name, _answer(question))
        asked.append(question.name)
    held = halfway.hold("", her, pathway, asked, given)
    halfway.get(held)
    halfway.drop(held)
    halfway.hold("", her, pathway, asked, given)
    halfway.today(her, pathway.id)
    outcome = clinic.protocols.run(pathway.id, given)
    clinic.protocols.deviate(outcome, SAID)


def _consult(life: Life) -> None:
    """Typed with autosave, left as a draft, signed with everything in it, added to by three people."""
    clinic, her = life.clinic, life.her
    draft = clinic.consults.drafts.open(her).id

    def keep(text: str) -> None:
        clinic.consults.drafts.save(draft, her, page(subjective=text))

    keeper = Autosave(keep)
    for end in range(8, len(SAID), 8):
        keeper.put(SAID[:end])
    keeper.flush()
    keeper.stop()
    clinic.consults.propose(her, "I10", f"Mal de {ALIAS}")
    writer = Writer(clinic.desk, her)
    lines = [line(instructions=f"Con {ALIAS}")]
    lines = writer.answer(lines, {f.key: SAID for f in writer.unanswered(lines)})
    told = page(
        reason=SAID, subjective=SAID, objective=PLANNED, analysis=SAID, plan=PLANNED, next_reason=SAID,
        prescription=tuple(lines), typing={"diagnosis": SAID},
        diagnoses=(
            Diagnosis(code="I10", text=f"Mal de {ALIAS}", first_time=True),
            Diagnosis(text=f"Picadura de {ALIAS}", first_time=True),
        ),
        protocols=(ProtocolResult(protocol=PATHWAY, version="1", classification=ALIAS, text=SAID),),
        programmes=(ProgrammeChange(kind="diabetes"),), sections={"dm_hba1c": "8.1"},
    )  # fmt: skip
    clinic.consults.drafts.save(draft, her, told)
    note = life.ids["note"] = clinic.consults.sign(told, her, draft).id
    clinic.consults.addendum(her, note, "consult", SAID, PLANNED)
    clinic.chart.timeline(her)
    life.sit("visitante")
    clinic.consults.addendum(her, note, "consult", PLANNED)
    life.sit("pasante")
    clinic.consults.drafts.save(clinic.vault.new_id(), her, told)
    gone = clinic.vault.new_id()
    clinic.consults.drafts.save(gone, her, told)
    clinic.consults.drafts.drop(gone)


def _receta(life: Life) -> None:
    """What is written for the receta, what was owed and given later, what is asked of a dispense of its own."""
    clinic, her = life.clinic, life.her
    clinic.dispensing.dispense(her, [line(AMLODIPINE, instructions=SAID)])
    stock(clinic, AMLODIPINE, 40, "L2")
    for pending in clinic.dispensing.pending(her):
        clinic.dispensing.settle(pending)
    writer = Writer(clinic.desk, her)
    writer.suggest(ALIAS)
    written = writer.line(Typed(LOSARTAN, ("1", "", "", ""), days="30", instructions=SAID))
    writer.answer([written], {})
    writer.stop(written)
    writer.findings([written])


def _mistakes(life: Life) -> None:
    """A note on the wrong person, copied to the right one; vitals struck out alone; each with her words as the reason."""
    clinic, twin = life.clinic, life.twin
    taken = clinic.vitals.take(
        twin, Vitals(day=TODAY, systolic=120, diastolic=80, complaint=SAID), confirmed=CONFIRMED
    )
    note = clinic.consults.sign(page(subjective=SAID, prescription=()), twin)
    lots = {one.lot: one.quantity for one in clinic.consults.dispensed(twin, note.id)}
    clinic.consults.made_with(twin, note.id)
    clinic.consults.mark_error(twin, note.id, SAID, lots, copy_to=life.her)
    clinic.consults.copy_to_draft(twin, note.id, life.her)
    clinic.consults.mark_other(twin, taken.stored.id, "vitals", SAID)


def _death(life: Life) -> None:
    clinic = life.clinic
    gone = clinic.registry.register(person(given=f"{GIVEN} Jacinta", birth=date(1930, 1, 1))).id
    clinic.deaths.note(gone, TODAY, SAID)
    clinic.deaths.take_back(gone, SAID)
    clinic.deaths.note(gone, TODAY, SAID)
    clinic.deaths.undo(gone, TODAY, SAID)


def _family(life: Life) -> None:
    """A child of hers: growth; the chart that is closed to some and opened against a reason."""
    clinic = life.clinic
    child = life.ids["child"] = clinic.registry.register(
        person(given=f"{GIVEN} Niña", birth=date(2025, 5, 1))
    ).id
    clinic.growth.born_at(child, "35")
    measured = Vitals(day=TODAY, weight_kg=9.1, height_cm=74, head_cm=45, complaint=SAID)
    clinic.vitals.take(child, measured, confirmed=CONFIRMED)
    clinic.growth.of(child)
    clinic.growth.newest(child)
    clinic.access.restrict(child, "otro", SAID)
    life.sit("enfermeria")
    clinic.access.open(child, SAID)
    clinic.access.banner(child)
    clinic.vitals.history(child)
    clinic.access.shut(child)


def _settings(life: Life) -> None:
    """The clinical history; own sentences; licence and unit of the papers; who looked at what, and its review."""
    clinic, her = life.clinic, life.her
    keys = (
        "fam_resumen",
        "np_toxicomanias",
        "pat_resumen",
        "padecimiento",
        "ex_habitus",
        "dx",
        "tratamiento",
    )
    told = dict.fromkeys(keys, SAID) | {"pronostico": "bueno"}
    first = clinic.histories.sign(her, told)
    clinic.histories.sign(her, told | {"fam_resumen": PLANNED}, first)
    own = Snippets(clinic.desk)
    own.save("tla", SAID)
    own.save("otra", SAID)
    own.remove("otra")
    clinic.paper.settings.set_my_licence(
        Licence(kind="constancia", number="12345", school=PLACE, supervisor=MOTHER)
    )
    clinic.paper.settings.set_unit(
        Unit(unit=f"Unidad {ALIAS}", municipality=PLACE, locality=PLACE, address=SAID)
    )
    life.sit("supervision")
    for act in clinic.audit.to_review():
        clinic.audit.review(act.id)
    clinic.audit.of_patient(her)
    clinic.audit.of_person(clinic.me.id)


def _envelope(life: Life) -> None:
    """Someone comes in with the envelope and writes an urgent note."""
    clinic = life.clinic
    sealed = clinic.envelope.make(CHEAP)
    clinic.login(sealed.person, sealed.passphrase)
    clinic.consults.addendum(life.her, life.her, "patient", SAID)


def _answer(question: Input) -> object:
    """Some answer to a protocol's question."""
    if question.kind == "yes_no":
        return False
    return question.options[0].value if question.options else question.low or 1
