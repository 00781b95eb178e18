"""One visit from its plan: measurements, screenings, the note and what it orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from ces_tui.base.dates import age_months
from ces_tui.care.records import Vitals
from ces_tui.demo import body as bodies
from ces_tui.demo.body import Body
from ces_tui.demo.chronic import CODES, PROGRAMMES, SENSITIVE, Course, Moment, Page, write_page
from ces_tui.demo.events import Finding, Note, Safety, Screen, Stage, Visit
from ces_tui.demo.illness import CHECKUPS
from ces_tui.demo.medicines import Order
from ces_tui.demo.mind import Mood, answers, difficulty
from ces_tui.demo.population import Villager
from ces_tui.demo.visits import Planned


@dataclass(slots=True)
class Patient:
    """A villager as the clinic comes to know them, visit by visit."""

    villager: Villager
    body: Body
    course: Course
    mood: Mood
    rng: Random
    known: set[str] = field(default_factory=set)
    """Codes diagnosed so far."""
    visits: int = 0
    safety_open: bool = False
    screened: date | None = None
    pregnancy: date | None = None


def write_visit(patient: Patient, planned: Planned, at: int, stage: Stage) -> Visit:
    """What happens when `patient` comes as planned."""
    if planned.kind in {"aguda", "regreso"}:
        vitals, note = _acute(patient, planned)
    elif planned.kind == "cronica":
        vitals, note = _chronic(patient, planned)
    else:
        vitals, note = _checkup(patient, planned)
    screens = _screens(patient, planned)
    safety = _safety(patient, screens)
    new = patient.visits == 0
    patient.visits += 1
    return Visit(
        villager=patient.villager,
        day=planned.day,
        at=at,
        new=new,
        came="cita"
        if planned.due
        else patient.rng.choices(("sin_cita", "acompanante", "urgencia"), (90, 7, 3))[0],
        vitals=vitals,
        note=note,
        screens=screens,
        safety=safety,
        stage=stage,
    )


def _finding(
    patient: Patient, code: str, text: str, *, lasting: bool = False, sensitive: bool = False
) -> Finding:
    first = code not in patient.known
    patient.known.add(code)
    return Finding(code, text, first_time=first, lasting=lasting, sensitive=sensitive)


def _acute(patient: Patient, planned: Planned) -> tuple[Vitals, Note]:
    illness, rng, villager = planned.illness, patient.rng, patient.villager
    assert illness is not None
    again = planned.kind == "regreso"
    fever = not again and rng.random() < illness.fever
    vitals = bodies.vitals(
        villager,
        patient.body,
        planned.day,
        rng,
        reason=illness.reason,
        fever=fever,
        cough=illness.cough and not again,
    )
    orders = () if again else illness.treat(vitals.weight_kg or 50, villager.age(planned.day))
    finding = Finding(illness.code, illness.text, first_time=not again)
    says = rng.choice(illness.says).format(d=rng.randint(2, 5))
    note = Note(
        reason="Revisión" if again else illness.reason,
        subjective="Ya se siente mejor, come y duerme bien." if again else says,
        objective="Exploración sin alteraciones." if again else illness.found,
        analysis=f"{illness.text}, evolución favorable." if again else illness.text + ".",
        plan="Alta por mejoría." if again else illness.plan,
        findings=(finding,),
        orders=_allowed(villager, orders),
        next_due=planned.then,
        next_reason="Revisión" if planned.then else "",
    )
    return vitals, note


def _allowed(villager: Villager, orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """Nobody in the demo is given what they are allergic to."""
    groups = {allergy.group for allergy in villager.allergies}
    barred = {
        "penicilinas": ("amoxicilina", "amoxicilina_susp"),
        "sulfas antibióticas": ("tmp_smx",),
        "AINE/aspirina": ("naproxeno",),
    }
    refused = {medicine for group in groups for medicine in barred.get(group, ())}
    return tuple(order for order in orders if order.medicine not in refused)


def _chronic(patient: Patient, planned: Planned) -> tuple[Vitals, Note]:
    villager, rng = patient.villager, patient.rng
    first = patient.visits == 0
    page: Page = write_page(Moment(villager, patient.course, patient.mood, planned.day, rng))
    reason = "; ".join(dict.fromkeys(page.reason))
    vitals = bodies.vitals(
        villager, patient.body, planned.day, rng, reason=reason, systolic=page.systolic, glucose=page.glucose
    )
    findings = tuple(
        _finding(patient, *CODES[condition], lasting=True, sensitive=condition in SENSITIVE)
        for condition in villager.conditions
    )
    programmes = tuple(dict.fromkeys(PROGRAMMES[condition] for condition in villager.conditions))
    note = Note(
        reason=reason,
        subjective=" ".join(page.subjective),
        objective=" ".join(page.objective),
        analysis=" ".join(page.analysis),
        plan=" ".join(page.plan),
        findings=findings,
        orders=tuple(page.orders),
        enters=programmes if first else (),
        next_due=planned.then,
        next_reason="Control mensual" if planned.then else "",
        programme=programmes[0],
        sections=tuple(page.sections.items()),
    )
    return vitals, note


def _checkup(patient: Patient, planned: Planned) -> tuple[Vitals, Note]:
    if planned.kind == "prenatal":
        return _prenatal(patient, planned)
    if planned.kind == "puerperio":
        return _after_birth(patient, planned)
    villager, rng, day = patient.villager, patient.rng, planned.day
    code, text = CHECKUPS[planned.kind]
    child = planned.kind == "nino_sano"
    orders: tuple[Order, ...] = ()
    if not child:
        orders = (Order("medroxiprogesterona", 1, instructions="intramuscular, cada tres meses"),)
    elif age_months(villager.birth, day) >= 24 and day.month in (2, 8):
        orders = (Order("albendazol", 2, instructions="dosis única"),)
    note = Note(
        reason=text,
        subjective="Come y juega bien, sin molestias según la mamá." if child else "Sin molestias, desea continuar con el método.",
        objective="Activo, reflejos y desarrollo adecuados para la edad." if child else "Exploración normal, presión normal.",
        analysis="Crecimiento siguiendo su carril." if child else "Usuaria activa sin contraindicaciones.",
        plan="Lactancia y alimentación, cartilla de vacunas revisada." if child else "Aplicación hoy, próxima en tres meses.",
        findings=(_finding(patient, code, text),),
        orders=orders,
        next_due=planned.then,
        next_reason=text if planned.then else "",
    )  # fmt: skip
    return bodies.vitals(villager, patient.body, day, rng, reason=text), note


def _prenatal(patient: Patient, planned: Planned) -> tuple[Vitals, Note]:
    villager, rng = patient.villager, patient.rng
    assert planned.lmp is not None
    weeks = (planned.day - planned.lmp).days // 7
    new = patient.pregnancy != planned.lmp
    patient.pregnancy = planned.lmp
    moves = "siente moverse al bebé" if weeks >= 20 else "náusea leve por las mañanas"
    fetus = (
        f"Fondo uterino {weeks} cm, frecuencia fetal {rng.randint(132, 156)} por minuto."
        if weeks >= 20
        else "Útero de tamaño acorde."
    )
    note = Note(
        reason="Control de embarazo",
        subjective=f"Embarazo de {weeks} semanas, {moves}, sin sangrado, cefalea ni salida de líquido.",
        objective=f"{fetus} Sin edema.",
        analysis=f"Embarazo de {weeks} semanas por fecha de última regla, sin datos de alarma.",
        plan="Plan de parto platicado con la familia, datos de alarma, hierro y ácido fólico.",
        findings=(Finding("Z34.9", "Supervisión de embarazo normal", first_time=new),),
        orders=(Order("fumarato", 1, days=30), Order("folico", 1, days=30)),
        enters=("prenatal",) if new else (),
        next_due=planned.then,
        next_reason="Control de embarazo" if planned.then else "",
        programme="prenatal",
    )  # fmt: skip
    return bodies.vitals(villager, patient.body, planned.day, rng, reason="Control de embarazo"), note


def _after_birth(patient: Patient, planned: Planned) -> tuple[Vitals, Note]:
    note = Note(
        reason="Revisión después del parto",
        subjective="Parto en la Casa Materna sin complicaciones, lacta bien, sangrado escaso.",
        objective="Útero involucionado, mamas sin grietas, sin fiebre.",
        analysis="Puerperio fisiológico.",
        plan="Lactancia exclusiva, consejería anticonceptiva, datos de alarma.",
        findings=(Finding("Z39.2", "Seguimiento posparto", first_time=True),),
        orders=(Order("fumarato", 1, days=30),),
        leaves=("prenatal",),
    )
    vitals = bodies.vitals(patient.villager, patient.body, planned.day, patient.rng, reason=note.reason)
    return vitals, note


def _screens(patient: Patient, planned: Planned) -> tuple[Screen, ...]:
    """PHQ-9 and GAD-7 at each second visit for depression, the PHQ-9 once a year for other long illnesses."""
    villager, rng, day = patient.villager, patient.rng, planned.day
    if (
        villager.age(day) < 12
        or planned.kind not in {"cronica", "prenatal"}
        or "psicosis" in villager.conditions
    ):
        return ()
    treated = "depresion" in villager.conditions
    pause = (
        45 if treated and villager.role != "recaida" and not patient.safety_open else 0 if treated else 360
    )
    if patient.screened and (day - patient.screened).days < pause:
        return ()
    patient.screened = day
    level = patient.mood.level(day)
    relapsed = villager.role == "recaida" and patient.mood.relapse is not None and day >= patient.mood.relapse
    given = answers("phq9", level, rng, ninth=2 if relapsed else None)
    found = [Screen("phq9", given, difficulty(sum(given)))]
    if treated:
        found.append(Screen("gad7", answers("gad7", level * 0.7, rng)))
    return tuple(found)


def _safety(patient: Patient, screens: tuple[Screen, ...]) -> Safety:
    """Each positive item 9 asks for a plan of its own; a later zero closes the matter."""
    phq9 = next((s for s in screens if s.instrument == "phq9"), None)
    if phq9 is None:
        return ""
    if phq9.answers[8]:
        patient.safety_open = True
        return "abre"
    if not phq9.answers[8] and patient.safety_open:
        patient.safety_open = False
        return "cierra"
    return ""
