"""Long illnesses of the invented villagers: how each goes month by month, and what the pasante writes and prescribes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from ces_tui.demo.medicines import Order
from ces_tui.demo.mind import Mood
from ces_tui.demo.population import Villager

CODES = {
    "hipertension": ("I10", "Hipertensión arterial"),
    "diabetes": ("E11.9", "Diabetes tipo 2 sin complicación"),
    "asma": ("J45.9", "Asma"),
    "epilepsia": ("G40.9", "Epilepsia"),
    "depresion": ("F32.1", "Episodio depresivo moderado"),
    "psicosis": ("F20.9", "Esquizofrenia"),
}
PROGRAMMES = {
    "hipertension": "hipertension",
    "diabetes": "diabetes",
    "asma": "asma",
    "epilepsia": "epilepsia",
    "depresion": "salud_mental",
    "psicosis": "salud_mental",
}
SENSITIVE = frozenset({"depresion", "psicosis"})


@dataclass(frozen=True, slots=True)
class Course:
    """How one person's long illnesses go: drawn once, then a function of the day."""

    start_systolic: int = 0
    goal_systolic: int = 0
    start_glucose: int = 0
    goal_glucose: int = 0
    hard: bool = False
    """Needs a second and a third medicine."""
    seizures: int = 0

    @classmethod
    def of(cls, villager: Villager, rng: Random) -> Course:
        hard = rng.random() < 0.28
        high, low = rng.randint(150, 172), rng.randint(122, 134) + (14 if hard else 0)
        sugar, goal = rng.randint(190, 290), rng.randint(102, 140) + (40 if hard else 0)
        return cls(
            start_systolic=high if "hipertension" in villager.conditions else 0,
            goal_systolic=low,
            start_glucose=sugar if "diabetes" in villager.conditions else 0,
            goal_glucose=goal,
            hard=hard and villager.role != "hipertenso",
            seizures=rng.randint(2, 6),
        )


@dataclass(slots=True)
class Page:
    """What a chronic visit adds to the note; several illnesses of one person write on the same page."""

    reason: list[str] = field(default_factory=list)
    subjective: list[str] = field(default_factory=list)
    objective: list[str] = field(default_factory=list)
    analysis: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    systolic: int | None = None
    glucose: int | None = None
    sections: dict[str, int] = field(default_factory=dict)
    """Answers of the programmes' sections, by question."""


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a page depends on."""

    villager: Villager
    course: Course
    mood: Mood
    day: date
    rng: Random

    @property
    def months(self) -> float:
        """Months since the first visit."""
        return max(0, (self.day - self.villager.since).days) / 30


def _toward(moment: Moment, start: int, goal: int, noise: float) -> int:
    return round(goal + (start - goal) * math.exp(-0.55 * moment.months) + moment.rng.gauss(0, noise))


def _hipertension(m: Moment, page: Page) -> None:
    page.systolic = max(100, min(198, _toward(m, m.course.start_systolic, m.course.goal_systolic, 6)))
    page.reason.append("Control de hipertensión")
    page.subjective.append(m.rng.choice(_HTN_SAYS))
    page.objective.append("Ruidos cardiacos rítmicos, sin edema.")
    good = page.systolic < 140
    page.analysis.append("Hipertensión en control." if good else "Hipertensión fuera de meta.")
    page.plan.append(
        "Continuar tratamiento, menos sal, caminar 30 minutos." if good else "Se revisa apego y se ajusta."
    )
    page.orders.append(Order("losartan", 1, 0, 0, 1 if m.months > 2 and m.course.hard else 0, days=30))
    if m.months > 3 and m.course.hard:
        page.orders.append(Order("amlodipino", 0, 0, 0, 1, days=30))
    if m.months > 6 and m.course.hard and m.villager.index % 2:
        page.orders.append(Order("hctz", 1, days=30))


def _diabetes(m: Moment, page: Page) -> None:
    page.glucose = max(70, min(420, _toward(m, m.course.start_glucose, m.course.goal_glucose, 14)))
    page.reason.append("Control de azúcar")
    page.subjective.append(m.rng.choice(_DM_SAYS))
    page.objective.append(
        "Pies sin lesiones, pulsos presentes."
        if m.rng.random() < 0.85
        else "Pie con tiña interdigital, sin úlcera."
    )
    good = page.glucose <= 130
    page.analysis.append("Glucosa en ayuno en meta." if good else "Glucosa en ayuno por arriba de la meta.")
    page.plan.append("Dieta con menos tortilla y refresco, revisión de pies cada visita.")
    page.orders.append(Order("metformina", 1, 0, 0, 1, days=30, instructions="con alimentos"))
    if m.months > 3 and m.course.hard:
        page.orders.append(Order("glibenclamida", 1, days=30, instructions="antes del desayuno"))


def _asma(m: Moment, page: Page) -> None:
    bad = m.rng.random() < (0.35 if m.day.month in (11, 12, 1, 2) else 0.15)
    page.reason.append("Control de asma")
    page.subjective.append(
        "Tos y silbido por la noche esta semana."
        if bad
        else "Sin síntomas nocturnos, usa poco el salbutamol."
    )
    page.objective.append("Sibilancias espiratorias leves." if bad else "Campos pulmonares sin sibilancias.")
    page.analysis.append("Asma parcialmente controlada." if bad else "Asma controlada.")
    page.plan.append("Se revisa técnica con espaciador; evitar humo de leña.")
    page.orders.append(
        Order("salbutamol", 2, days=30, prn=True, instructions="2 disparos si hay silbido, con espaciador")
    )
    if m.villager.age(m.day) >= 12:
        page.orders.append(
            Order("beclometasona", 1, 0, 0, 1, days=30, instructions="enjuagar la boca después")
        )


def _epilepsia(m: Moment, page: Page) -> None:
    crises = max(0, round(m.course.seizures * math.exp(-0.5 * m.months) + m.rng.gauss(0, 0.5)))
    page.reason.append("Control de epilepsia")
    page.subjective.append(
        "Toma su medicamento; la familia sabe qué hacer en una crisis."
        if crises
        else "Sin crisis, duerme bien."
    )
    page.sections |= {"epi_base": m.course.seizures, "epi_cuatro": crises}
    page.objective.append("Exploración neurológica sin datos focales.")
    page.analysis.append("Epilepsia en control." if not crises else "Aún con crisis, mejor que al inicio.")
    page.plan.append(
        "No suspender el medicamento, dormir bien, cuidados durante una crisis explicados a la familia."
    )
    age = m.villager.age(m.day)
    male_adult = m.villager.sex == "M" and age >= 18 and m.villager.index % 3 == 0
    amount = 0.5 if age < 10 else 1
    drug = (
        Order("valproato", 1, 0, 0, 1, days=30)
        if male_adult
        else Order("carbamazepina", amount, 0, 0, amount, days=30)
    )
    page.orders.append(drug)


def _depresion(m: Moment, page: Page) -> None:
    level = m.mood.level(m.day)
    page.reason.append("Seguimiento de salud mental")
    page.subjective.append(
        "Refiere tristeza casi todo el día, duerme mal y ya no quiere salir." if level >= 14
        else "Se siente algo mejor, aún se cansa." if level >= 8
        else "Duerme bien, volvió a sus actividades."
    )  # fmt: skip
    page.objective.append(
        "Orientación conservada, discurso coherente, afecto " + ("triste." if level >= 10 else "adecuado.")
    )
    page.analysis.append(
        "Síntomas depresivos importantes."
        if level >= 14
        else "Respuesta parcial."
        if level >= 8
        else "En remisión."
    )
    page.plan.append("Activación conductual, acompañante informada con permiso, regresar antes si empeora.")
    if m.villager.age(m.day) >= 18:
        page.orders.append(Order("sertralina" if m.villager.index % 4 == 0 else "fluoxetina", 1, days=30))


def _psicosis(m: Moment, page: Page) -> None:
    voices = m.rng.random() < 0.2
    page.reason.append("Seguimiento de salud mental")
    page.subjective.append(
        "Volvió a oír voces algunos días; la familia dice que toma el medicamento."
        if voices
        else "Sin voces este mes, ayuda en el cafetal."
    )
    page.objective.append("Aseo conservado, coopera, sin temblor ni rigidez.")
    page.analysis.append("Síntomas psicóticos residuales." if voices else "Psicosis estable con tratamiento.")
    page.plan.append("Continuar medicamento, visita del acompañante cada semana.")
    page.orders.append(Order("risperidona", 0, 0, 0, 1, days=30))


_WRITERS: dict[str, Callable[[Moment, Page], None]] = {
    "hipertension": _hipertension,
    "diabetes": _diabetes,
    "asma": _asma,
    "epilepsia": _epilepsia,
    "depresion": _depresion,
    "psicosis": _psicosis,
}


def write_page(moment: Moment) -> Page:
    """The page of a chronic visit, all of the person's illnesses together."""
    page = Page()
    for condition in moment.villager.conditions:
        _WRITERS[condition](moment, page)
    return page


_HTN_SAYS = (
    "Se siente bien, toma el medicamento todos los días.",
    "Olvidó el medicamento dos o tres días de la semana.",
    "Dolor de cabeza ocasional, sin dolor de pecho ni falta de aire.",
    "Sin molestias. Dejó el café de la tarde.",
)
_DM_SAYS = (
    "Sin sed ni orina frecuente, toma el medicamento con las comidas.",
    "Mucha sed por las tardes, tomó refresco en la fiesta.",
    "Hormigueo leve en los pies por la noche.",
    "Sin datos de hipoglucemia.",
)
