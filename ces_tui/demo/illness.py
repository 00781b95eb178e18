"""Acute illnesses of the invented village: how often, in which months, what people say and what is found.

Rates and seasons are plausible for the Sierra (colds with the northers of winter, diarrhoea and dengue with the rains of June to
October); they are not epidemiology. Texts are what a pasante would type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from ces_tui.demo.medicines import Order, half_ml

Treat = Callable[[float, int], tuple[Order, ...]]
"""Weight in kg and age in years -> orders."""

_WINTER = (2.2, 1.9, 1.2, 0.6, 0.4, 0.4, 0.5, 0.5, 0.7, 1.1, 1.8, 2.2)
_RAINS = (0.4, 0.4, 0.5, 0.8, 1.4, 2.0, 1.9, 1.7, 1.5, 0.9, 0.5, 0.4)
_DENGUE = (0.2, 0.1, 0.1, 0.1, 0.3, 0.9, 1.8, 2.5, 2.7, 2.2, 0.9, 0.3)
_LEVEL = (1.0,) * 12


@dataclass(frozen=True, slots=True)
class Illness:
    """One acute reason to come. `rates` are visits a person-year under 5, 5-14, 15-59 and from 60 years."""

    code: str
    text: str
    rates: tuple[float, float, float, float]
    season: tuple[float, ...]
    reason: str
    says: tuple[str, ...]
    found: str
    plan: str
    treat: Treat
    fever: float = 0.0
    """Share with temperature from 38 °C."""
    cough: bool = False
    sex: str = ""
    back_in: int | None = None
    """Days until the return visit, when one is set."""


def _fever(weight: float, age: int) -> Order:
    if age >= 12:
        return Order(
            "paracetamol", 1, 1, 0, 1, days=3, prn=True, instructions="cada 8 horas si hay dolor o fiebre"
        )
    dose = half_ml(min(500, 12.5 * weight), 100)
    return Order(
        "paracetamol_gotas", dose, dose, 0, dose, days=3, prn=True, instructions="sólo si hay fiebre o dolor"
    )


def _amoxicillin(weight: float, age: int) -> Order:
    if age >= 12:
        return Order("amoxicilina", 1, 0, 1, 1, days=7)
    dose = half_ml(min(1000, 40 * weight), 100)
    return Order(
        "amoxicilina_susp", dose, 0, 0, dose, days=5, instructions="cada 12 horas, terminar el tratamiento"
    )


def _rehydrate(_weight: float, age: int) -> tuple[Order, ...]:
    suero = Order("suero", 1, 1, 0, 0, days=3, instructions="en un litro de agua hervida, a sorbos")
    return (suero, Order("zinc", 0.5 if age < 1 else 1, days=10)) if age < 5 else (suero,)


ILLNESSES = (
    Illness(
        "J00", "Rinofaringitis aguda (resfriado)", (1.1, 0.45, 0.16, 0.2), _WINTER, "Gripa",
        ("Escurrimiento nasal y tos de {d} días, sin dificultad para respirar.", "Congestión, estornudos y dolor de cuerpo desde hace {d} días."),
        "Faringe hiperémica sin exudado, campos pulmonares limpios.", "Líquidos, reposo, datos de alarma explicados.",
        lambda w, a: (_fever(w, a),), 0.3, True,
    ),
    Illness(
        "J03.9", "Amigdalitis aguda", (0.16, 0.2, 0.07, 0.02), _WINTER, "Dolor de garganta",
        ("Odinofagia y fiebre de {d} días, sin tos.", "Dolor al tragar, no quiere comer desde hace {d} días."),
        "Amígdalas con exudado, adenopatía cervical dolorosa.", "Completar antibiótico, regresar si no mejora en 48 horas.",
        lambda w, a: (_amoxicillin(w, a), _fever(w, a)), 0.7,
    ),
    Illness(
        "J18.9", "Neumonía", (0.06, 0.012, 0.006, 0.03), _WINTER, "Tos y fiebre",
        ("Tos con flemas y fiebre de {d} días, respira rápido según la familia.",),
        "Estertores finos en base derecha, sin tiraje.", "Antibiótico, revisión en 48 horas, signos de peligro explicados.",
        lambda w, a: (_amoxicillin(w, a), _fever(w, a)), 0.85, True, back_in=2,
    ),
    Illness(
        "H66.9", "Otitis media", (0.11, 0.05, 0.01, 0.005), _WINTER, "Dolor de oído",
        ("Otalgia de {d} días después de un catarro.",), "Membrana timpánica abombada y roja.", "Antibiótico y analgésico, oído seco.",
        lambda w, a: (_amoxicillin(w, a), _fever(w, a)), 0.5,
    ),
    Illness(
        "A09.9", "Gastroenteritis de origen no especificado", (0.7, 0.18, 0.07, 0.09), _RAINS, "Diarrea",
        ("Evacuaciones líquidas {d} días, cinco al día, sin sangre.", "Diarrea y vómito desde hace {d} días, tolera líquidos."),
        "Mucosas húmedas, llenado capilar de 2 segundos, abdomen blando.", "Plan A, suero después de cada evacuación, signos de alarma.",
        _rehydrate, 0.25,
    ),
    Illness(
        "B82.9", "Parasitosis intestinal", (0.16, 0.2, 0.03, 0.02), _RAINS, "Dolor de panza",
        ("Dolor abdominal tipo cólico y poco apetito de {d} semanas.",), "Abdomen blando, sin datos de irritación.", "Desparasitar, lavado de manos, agua hervida.",
        lambda _w, a: (Order("albendazol", 2 if a >= 2 else 1, instructions="dosis única"),),
    ),
    Illness(
        "A97.0", "Dengue sin signos de alarma", (0.02, 0.04, 0.05, 0.03), _DENGUE, "Calentura y dolor de huesos",
        ("Fiebre de {d} días, dolor detrás de los ojos y de articulaciones, sin sangrado.",),
        "Exantema tenue en tronco, prueba de torniquete negativa, abdomen sin dolor.", "Suero oral, reposo con pabellón, sin antiinflamatorios, revisión diaria.",
        lambda w, a: (_fever(w, a), Order("suero", 1, 1, days=3)), 0.95, back_in=1,
    ),
    Illness(
        "N39.0", "Infección de vías urinarias", (0.02, 0.03, 0.17, 0.16), _LEVEL, "Ardor al orinar",
        ("Disuria y polaquiuria de {d} días, sin fiebre ni dolor lumbar.",), "Giordano negativo, dolor suprapúbico leve.", "Antibiótico, abundantes líquidos.",
        lambda w, a: (Order("nitrofurantoina", 1, 0, 1, 1, days=5),) if a >= 12 else (_fever(w, a),), 0.1, sex="F",
    ),
    Illness(
        "K29.7", "Gastritis", (0, 0.02, 0.13, 0.16), _LEVEL, "Ardor de estómago",
        ("Ardor epigástrico de {d} semanas que empeora con café y chile.",), "Dolor leve en epigastrio, sin masas.", "Dieta, evitar café en ayunas e irritantes.",
        lambda _w, _a: (Order("omeprazol", 1, days=14, instructions="en ayunas"),),
    ),
    Illness(
        "M54.5", "Lumbalgia", (0, 0.005, 0.13, 0.16), (0.9, 1.1, 1.2, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.9, 1.3, 1.4), "Dolor de espalda",
        ("Dolor lumbar de {d} días después de cargar café, sin irradiación.",), "Contractura paravertebral, Lasègue negativo, sin déficit.", "Higiene de columna, calor local.",
        lambda _w, a: (Order("paracetamol", 1, 1, 0, 1, days=5),) if a >= 60 else (Order("naproxeno", 1, 0, 0, 1, days=5, instructions="con alimentos"),),
    ),
    Illness(
        "G44.2", "Cefalea tensional", (0, 0.04, 0.1, 0.05), _LEVEL, "Dolor de cabeza",
        ("Cefalea opresiva de {d} días, sin vómito ni datos de alarma.",), "Exploración neurológica normal.", "Dormir bien, hidratación, vigilar.",
        lambda w, a: (_fever(w, a),),
    ),
    Illness(
        "B86", "Escabiosis", (0.06, 0.06, 0.02, 0.02), _LEVEL, "Comezón",
        ("Prurito nocturno de {d} semanas, otros en casa también.",), "Pápulas y surcos interdigitales.", "Tratar a toda la familia, lavar ropa de cama.",
        lambda _w, _a: (Order("permetrina", 0, 0, 0, 1, days=1, instructions="del cuello a los pies, repetir en una semana"),),
    ),
    Illness(
        "B35.4", "Tiña del cuerpo", (0.03, 0.04, 0.03, 0.02), _RAINS, "Mancha en la piel",
        ("Lesión que crece y pica desde hace {d} semanas.",), "Placa anular de borde activo en tronco.", "Mantener seco, crema por cuatro semanas.",
        lambda _w, _a: (Order("clotrimazol", 1, 0, 0, 1, days=28),),
    ),
    Illness(
        "N76.0", "Vaginitis aguda", (0, 0.002, 0.11, 0.02), _LEVEL, "Flujo",
        ("Flujo con mal olor de {d} días, sin dolor pélvico.",), "Secreción grisácea, sin dolor a la movilización cervical.", "Tratamiento, consejería.",
        lambda _w, _a: (Order("metronidazol", 1, 0, 0, 1, days=7, instructions="sin alcohol"),), sex="F",
    ),
    Illness(
        "S61.9", "Herida de muñeca o mano", (0.02, 0.05, 0.07, 0.04), _LEVEL, "Machetazo en la mano",
        ("Herida con machete hace pocas horas, sangró poco.",), "Herida lineal de 3 cm, bordes limpios, sensibilidad y movilidad conservadas.", "Lavado, sutura, revisar vacuna contra tétanos, retiro de puntos en 8 días.",
        lambda w, a: (_fever(w, a),), back_in=8,
    ),
    Illness(
        "L23.9", "Dermatitis alérgica de contacto", (0.03, 0.03, 0.03, 0.02), _LEVEL, "Ronchas",
        ("Ronchas y comezón desde hace {d} días después de ir a la milpa.",), "Pápulas eritematosas en antebrazos.", "Evitar contacto, lavar con agua y jabón.",
        lambda _w, a: (Order("loratadina", 1, days=5),) if a >= 6 else (),
    ),
)  # fmt: skip
"""Every acute reason to come, as the year goes."""

CHECKUPS = {
    "nino_sano": ("Z00.1", "Control de niño sano"),
    "planificacion": ("Z30.4", "Vigilancia de anticonceptivos"),
}


def band(age: int) -> int:
    """Index into `Illness.rates`: under 5, 5-14, 15-59, from 60 years."""
    return 0 if age < 5 else 1 if age < 15 else 2 if age < 60 else 3


class Season:
    """Draws how often someone of an age and sex falls ill in a month, and of what."""

    def __init__(self) -> None:
        self._table: dict[tuple[int, str, int], tuple[float, list[float]]] = {}
        for age_band in range(4):
            for sex in "FM":
                for month in range(12):
                    weights = [
                        i.rates[age_band] * i.season[month] / 12 if i.sex in ("", sex) else 0.0
                        for i in ILLNESSES
                    ]
                    self._table[age_band, sex, month] = (sum(weights), weights)

    def draw(self, rng: Random, age: int, sex: str, month: date) -> Illness | None:
        """The illness that brings this person in the month, or none."""
        total, weights = self._table[band(age), sex, month.month - 1]
        return rng.choices(ILLNESSES, weights)[0] if rng.random() < total else None

    def any(self, rng: Random, age: int, sex: str, month: date) -> Illness:
        """An illness of the month, for certain."""
        return rng.choices(ILLNESSES, self._table[band(age), sex, month.month - 1][1])[0]
