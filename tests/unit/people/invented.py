"""Invented people and slips of the pen. The slips know nothing of the folding rules: keys of a keyboard, letters lost, doubled,
exchanged, vowels that sound weak, words left out, joined or in another order."""

from __future__ import annotations

import random
from datetime import date, timedelta

from ces_tui.people.records import Patient, Sex

GIVEN_F = [
    "María",
    "Guadalupe",
    "Juana",
    "Rosa",
    "Margarita",
    "Leticia",
    "Elizabeth",
    "Yolanda",
    "Verónica",
    "Francisca",
    "Martha",
    "Patricia",
    "Alejandra",
    "Gloria",
    "Rosario",
    "Carmen",
    "Teresa",
    "Silvia",
    "Araceli",
    "Adriana",
    "Blanca",
    "Norma",
    "Irma",
    "Alicia",
    "Maricela",
    "Lucía",
    "Josefina",
    "Antonia",
    "Dolores",
    "Esperanza",
    "Micaela",
    "Petrona",
    "Candelaria",
    "Floridalma",
    "Yesenia",
    "Deysi",
    "Brenda",
    "Karina",
    "Ximena",
    "Xóchitl",
    "Jimena",
    "Valeria",
    "Itzel",
    "Dulce",
    "Estrella",
    "Azucena",
    "Hortensia",
    "Eulalia",
    "Filomena",
    "Zoila",
    "Herminia",
    "Delfina",
    "Amparo",
    "Isabel",
    "Victoria",
    "Ángela",
    "Cecilia",
    "Evangelina",
    "Concepción",
    "Magnolia",
]
GIVEN_M = [
    "José",
    "Juan",
    "Luis",
    "Carlos",
    "Jesús",
    "Francisco",
    "Miguel",
    "Antonio",
    "Alejandro",
    "Pedro",
    "Manuel",
    "Jorge",
    "Javier",
    "Roberto",
    "Fernando",
    "Ricardo",
    "Mario",
    "Daniel",
    "Rubén",
    "Víctor",
    "Marcos",
    "Mateo",
    "Lucas",
    "Domingo",
    "Agustín",
    "Sebastián",
    "Andrés",
    "Nicolás",
    "Vicente",
    "Gregorio",
    "Eusebio",
    "Artemio",
    "Isidro",
    "Abelardo",
    "Wilber",
    "Yovani",
    "Osvaldo",
    "Eliseo",
    "Abundio",
    "Gilberto",
    "Heriberto",
    "Hilario",
    "Joaquín",
    "Julio",
    "César",
    "Humberto",
    "Ezequiel",
    "Isaías",
    "Quirino",
    "Zacarías",
    "Neftalí",
    "Ulises",
    "Ernesto",
    "Guillermo",
    "Rigoberto",
    "Bartolomé",
    "Cristóbal",
    "Leobardo",
]
SURNAMES = [
    "Hernández",
    "López",
    "Pérez",
    "Gómez",
    "Díaz",
    "Morales",
    "Vázquez",
    "Jiménez",
    "Méndez",
    "Ruiz",
    "Sánchez",
    "Cruz",
    "García",
    "Rodríguez",
    "Ramírez",
    "Aguilar",
    "Velasco",
    "Domínguez",
    "Álvarez",
    "Gutiérrez",
    "Guzmán",
    "Roblero",
    "Escobar",
    "Velázquez",
    "Zunún",
    "Bartolón",
    "Ortiz",
    "Moreno",
    "Mejía",
    "Verdugo",
    "Chávez",
    "Cigarroa",
    "Coutiño",
    "Castillo",
    "Villatoro",
    "Arguello",
    "Solís",
    "Nájera",
    "Ventura",
    "Pinto",
    "Ochoa",
    "Borraz",
    "Hidalgo",
    "Trujillo",
    "Zamora",
    "Ventura",
    "Monzón",
    "Tovilla",
    "Gálvez",
    "Penagos",
    "Moshán",
    "Bautista",
    "Santiz",
    "Girón",
    "Ton",
    "Ara",
    "Encino",
    "Núñez",
    "Xolo",
    "Quintero",
    "Huerta",
    "Llaven",
    "Yáñez",
    "Zepeda",
    "Cifuentes",
    "Figueroa",
    "Matías",
    "Mazariegos",
    "Barrios",
    "Cárdenas",
    "Espinosa",
    "Rosales",
    "Salas",
    "Toledo",
    "Utrilla",
    "Zavala",
    "Abarca",
    "Constantino",
]
PLACES = [
    "El Refugio",
    "La Esperanza",
    "Nueva Palestina",
    "Monte Virgen",
    "Llano Grande",
    "El Porvenir",
    "San Antonio",
    "Río Frío",
    "Las Nubes",
    "Cerro Alto",
]
NEIGHBOURS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "rw",
    "f": "gd",
    "g": "hf",
    "h": "jg",
    "i": "uo",
    "j": "kh",
    "k": "lj",
    "l": "kñ",
    "m": "n",
    "n": "mb",
    "o": "pi",
    "p": "o",
    "q": "w",
    "r": "te",
    "s": "ad",
    "t": "yr",
    "u": "yi",
    "v": "bc",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}


def people(count: int, seed: int = 7) -> list[Patient]:
    """`count` invented people, names as unevenly spread as real ones."""
    rng = random.Random(seed)
    return [person(rng, number) for number in range(count)]


def person(rng: random.Random, number: int) -> Patient:
    sex: Sex = rng.choice(("F", "M"))
    pool = GIVEN_F if sex == "F" else GIVEN_M
    given = uneven(rng, pool) + (f" {uneven(rng, pool)}" if rng.random() < 0.55 else "")
    surname2 = "" if rng.random() < 0.03 else surname(rng)
    return Patient(
        clinic_number=f"LET5{number:06d}",
        given=given,
        surname1=surname(rng),
        surname2=surname2,
        sex=sex,
        birth=date(2026, 11, 20) - timedelta(days=int(rng.triangular(0, 32_000, 3_000))),
        mother_name=uneven(rng, GIVEN_F),
        phone=f"963{rng.randrange(10**7):07d}" if rng.random() < 0.4 else "",
        locality=rng.choice(PLACES),
        day=date(2026, 11, 20),
    )


def uneven(rng: random.Random, pool: list[str]) -> str:
    return pool[int(len(pool) * rng.random() ** 2)]


def surname(rng: random.Random) -> str:
    return ("de la " if rng.random() < 0.03 else "") + uneven(rng, SURNAMES)


def slip(rng: random.Random, word: str) -> str:
    """One word with one slip of the pen."""
    letters = list(word.lower())
    at = rng.randrange(len(letters))
    match rng.randrange(7):
        case 0 if letters[at] in NEIGHBOURS:
            letters[at] = rng.choice(NEIGHBOURS[letters[at]])
        case 1 if len(letters) > 3:
            del letters[at]
        case 2:
            letters.insert(at, letters[at])
        case 3 if at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        case 4:
            return "".join({"e": "i", "i": "e", "o": "u", "u": "o"}.get(c, c) for c in letters)
        case 5:
            return (
                word.lower().replace("r", "l", 1)
                if "r" in word.lower()
                else word.lower().replace("l", "r", 1)
            )
        case _:
            letters.insert(at, rng.choice("aeioulnrst"))
    return "".join(letters)


def misspelt(rng: random.Random, patient: Patient) -> str:
    """A whole name as a hurried person types it: one slip, and sometimes words dropped, joined or turned round."""
    given, s1, s2 = patient.given.split(), patient.surname1.split()[-1], patient.surname2.split()[-1:]
    kept = given[: 1 if rng.random() < 0.4 else 2]
    words = [*kept, s1, *s2] if rng.random() < 0.75 else [s1, *s2, *kept]
    if len(words) > 3 and rng.random() < 0.3:
        words.pop(rng.randrange(len(words)))
    at = rng.randrange(len(words))
    words[at] = slip(rng, words[at])
    text = " ".join(words)
    if rng.random() < 0.05:
        text = text.replace(" ", "", 1)
    return text
