"""Invented people's names as they sound in the Sierra of Chiapas, and invented places. No living person is meant."""

from __future__ import annotations

from random import Random

_WOMEN_OLD = (
    "María Candelaria", "Guadalupe", "Juana", "Rosa", "Petrona", "Manuela", "Dominga", "Catarina", "Josefa",
    "Francisca", "Pascuala", "Micaela", "Elvira", "Hermelinda", "Ofelia", "Natividad", "Eulalia", "Amparo",
    "Celia", "Irma", "Romelia", "Adelina", "Flor de María", "Concepción", "Zoila", "Delfina", "Olga", "Marcela",
)  # fmt: skip
_WOMEN_YOUNG = (
    "Yesenia", "Daniela", "Ximena", "Brenda", "Karla", "Yuliana", "Mariela", "Dulce María", "Fátima", "Heidi",
    "Leydi", "Monserrat", "Alondra", "Jazmín", "Keyla", "Sofía", "Camila", "Evelin", "Nayeli", "Rosa Isela",
    "Ana Karen", "Luz Clarita", "Vanesa", "Wendy", "Itzel", "Esmeralda", "Maricruz", "Anayeli",
)  # fmt: skip
_MEN_OLD = (
    "José", "Juan", "Pedro", "Manuel", "Sebastián", "Mateo", "Domingo", "Isidro", "Hilario", "Rosendo",
    "Amado", "Eleuterio", "Bartolo", "Fidel", "Adán", "Humberto", "Rigoberto", "Ausencio", "Román", "Noé",
    "Gilberto", "Artemio", "Lázaro", "Octavio", "Jacinto", "Teófilo", "Germán", "Abelardo",
)  # fmt: skip
_MEN_YOUNG = (
    "Brayan", "Kevin", "Luis Fernando", "Ángel", "Emanuel", "Josué", "Diego", "Alexis", "Yahir", "Cristian",
    "Elías", "Samuel", "Abdiel", "Uriel", "Iker", "Santiago", "Leonel", "Darinel", "Wilder", "Deyvi",
    "Jesús Alberto", "Marco Antonio", "Edilzar", "Rudy", "Obed", "Neftalí", "Eduardo", "Gael",
)  # fmt: skip

_SURNAMES = (
    ("Hernández", 9), ("López", 9), ("Pérez", 8), ("Gómez", 6), ("Roblero", 6), ("Díaz", 5), ("Morales", 5),
    ("Velázquez", 5), ("Vázquez", 4), ("González", 4), ("Ramírez", 4), ("Escobar", 4), ("Bartolón", 4),
    ("Méndez", 3), ("Gutiérrez", 3), ("Jiménez", 3), ("Sánchez", 3), ("Cruz", 3), ("Ortiz", 3), ("Mejía", 3),
    ("Zunún", 3), ("Verdugo", 3), ("Aguilar", 3), ("Domínguez", 2), ("Ruiz", 2), ("Santizo", 2), ("Girón", 2),
    ("Guillén", 2), ("Gordillo", 2), ("Nucamendi", 1), ("Chanona", 1), ("Coutiño", 1), ("Farrera", 1),
    ("Grajales", 2), ("Megchún", 1), ("Nandayapa", 1), ("Solórzano", 2), ("Barrios", 2), ("de la Cruz", 2),
    ("Monzón", 1), ("Arreola", 1), ("Ventura", 1), ("Matías", 1), ("Tovilla", 1), ("Ballinas", 1), ("Núñez", 1),
)  # fmt: skip

LOCALITIES = (
    ("El Ocotal Viejo", 40),
    ("Nueva Aurora", 18),
    ("Loma del Quetzal", 14),
    ("San Isidro Las Nubes", 10),
    ("El Jocotal", 8),
    ("Cerro Sereno", 6),
    ("Río Escondido", 4),
)
"""Invented places of the demo clinic's area with the weight of people in each; the first is the clinic's own."""

CLINIC = "Clínica El Ocotal Viejo"
CLINIC_CODE = "OCO"
MUNICIPALITY = "Ángel Albino Corzo"
STATE = "Chiapas"

STAFF = (
    ("Ximena Farrera Coutiño", "pasante"),
    ("Adelina Grajales Zunún", "enfermeria"),
    ("Octavio Nucamendi Solórzano", "supervision"),
)
"""Display name and role; none bears Hernández, López or Pérez, so a search for a patient never finds staff."""

FORBIDDEN_STAFF_SURNAMES = frozenset({"Hernández", "López", "Pérez"})

_SURNAME_NAMES = [name for name, _ in _SURNAMES]
_SURNAME_WEIGHTS = [weight for _, weight in _SURNAMES]


def given_name(rng: Random, sex: str, birth_year: int) -> str:
    """One or two given names for `sex` ('F' or 'M'), older-sounding before 1985."""
    old, young = (_WOMEN_OLD, _WOMEN_YOUNG) if sex == "F" else (_MEN_OLD, _MEN_YOUNG)
    modern = rng.random() < (0.15 if birth_year < 1985 else 0.75)
    first = rng.choice(young if modern else old)
    if " " in first or rng.random() < 0.55:
        return first
    second = rng.choice(young if modern else old)
    return first if second == first or " " in second else f"{first} {second}"


def surname(rng: Random) -> str:
    """One surname, by how often it is heard in the Sierra."""
    return rng.choices(_SURNAME_NAMES, _SURNAME_WEIGHTS)[0]


def locality(rng: Random) -> str:
    """One of the invented localities, by weight."""
    return rng.choices([name for name, _ in LOCALITIES], [weight for _, weight in LOCALITIES])[0]
