"""Arithmetic of prescriptions and lots: amounts, quantities, first-expired-first-out, medicines now. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from ces_tui.base.errors import BadInput
from ces_tui.base.text import clean_line
from ces_tui.pharmacy.formulary import Entry
from ces_tui.pharmacy.records import PrescriptionLine, Source

DAY_PARTS = ("morning", "noon", "afternoon", "night")
DAY_PART_WORDS = {"morning": "mañana", "noon": "medio día", "afternoon": "tarde", "night": "noche"}
WEEKDAY_WORDS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
UNIT_SHORT = {
    "UI": "unidades",
    "tableta": "tab",
    "comprimido": "comp",
    "cápsula": "cáp",
    "ampolleta": "amp",
    "inhalación": "inh",
    "aplicación": "aplic",
}
"""Units in a narrow column; units of insulin stay a full word (high-alert rule)."""
MAX_DAYS = 366
EARLIEST_EXPIRY = 2000

_FRACTIONS = {
    "½": "0.5",
    "1/2": "0.5",
    "1/4": "0.25",
    "¼": "0.25",
    "3/4": "0.75",
    "¾": "0.75",
    "1 1/2": "1.5",
}
_AMOUNT = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?\Z")


def parse_amount(text: str, *, field: str | None = None) -> str:
    """An amount as typed ('1', '0,5', '.5', '1/2') as a stored decimal text; '' for a blank or zero."""
    cleaned = " ".join(text.split())
    cleaned = _FRACTIONS.get(cleaned, cleaned)
    if cleaned.startswith((".", ",")):
        cleaned = f"0{cleaned}"
    if not cleaned:
        return ""
    if not _AMOUNT.match(cleaned):
        raise BadInput(f"«{cleaned[:12]}» no es una cantidad. Escriba por ejemplo 1, 0.5 o 1/2.", field=field)
    value = Decimal(cleaned.replace(",", "."))
    return show_amount(value) if value else ""


def show_amount(value: Decimal) -> str:
    """No trailing zeros, a leading zero, a decimal point: 5, 0.5, 1000."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(text: str) -> Decimal:
    """A stored amount as a number; 0 for an empty one."""
    try:
        return Decimal(text) if text else Decimal(0)
    except InvalidOperation:
        raise BadInput("La receta trae una cantidad que no es un número.") from None


def parts(line: PrescriptionLine) -> tuple[Decimal, ...]:
    """Morning, noon, afternoon and night, in dose units."""
    return tuple(amount(getattr(line, part)) for part in DAY_PARTS)


def per_day(line: PrescriptionLine) -> Decimal:
    """Dose units in one day of taking it."""
    return sum(parts(line), Decimal(0))


def takes(line: PrescriptionLine) -> int:
    """How many single doses the whole treatment has."""
    a_day = sum(1 for part in parts(line) if part)
    if line.days is None:
        return a_day
    return a_day * (math.ceil(line.days / 7) if line.weekday is not None else line.days)


def quantity_of(line: PrescriptionLine, entry: Entry) -> int | None:
    """Dispensing units for the whole treatment; None where the size of the container is not known."""
    if entry.pack is None:
        return None
    repeats = 1 if line.days is None else line.days
    if line.weekday is not None and line.days is not None:
        repeats = math.ceil(line.days / 7)
    if entry.single_use:
        return sum(math.ceil(part / entry.pack) for part in parts(line)) * repeats
    return math.ceil(per_day(line) * repeats / entry.pack)


def fits_step(value: Decimal, entry: Entry) -> bool:
    """Whether the amount can be given: halves of a tablet that may be split, 0.1 mL by syringe, whole capsules."""
    step = min(entry.step, Decimal("0.1")) if entry.dose_unit == "mL" else entry.step
    return value % step == 0


def check_line(line: PrescriptionLine, entry: Entry) -> None:
    """Refuse what cannot be taken or counted; BadInput names the field."""
    if line.stopped:
        return
    for part in DAY_PARTS:
        value = amount(getattr(line, part))
        if value and not fits_step(value, entry):
            least = show_amount(entry.step)
            raise BadInput(
                f"{entry.name}: {show_amount(value)} {line.unit} no se puede dar; la fracción más chica es {least}.",
                field=part,
            )
    if not per_day(line):
        raise BadInput("Escriba cuánto toma en al menos un momento del día.", field="morning")
    if line.days is not None and not 1 <= line.days <= MAX_DAYS:
        raise BadInput(f"Los días van de 1 a {MAX_DAYS}.", field="days")
    if line.quantity < 0 or line.quantity > 100_000:
        raise BadInput("La cantidad por surtir no puede ser negativa ni tan grande.", field="quantity")
    if line.give is not None and not 0 <= line.give <= line.quantity:
        raise BadInput("Lo que se entrega no puede pasar de lo recetado.", field="give")
    if line.give is not None and line.give < line.quantity and not line.give_reason.strip():
        raise BadInput("Escriba por qué se entrega menos de lo recetado.", field="give_reason")


def parse_quantity(text: str, *, field: str = "quantity", zero: bool = False) -> int:
    """Whole units as typed; BadInput for blanks, fractions, negatives (and zero unless `zero`)."""
    cleaned = text.strip()
    if not cleaned:
        raise BadInput("Escriba la cantidad; en blanco no es cero.", field=field)
    if not cleaned.isdecimal() or not cleaned.isascii() or len(cleaned) > 6:
        raise BadInput("La cantidad va en unidades enteras, sin fracciones ni signos.", field=field)
    value = int(cleaned)
    if value == 0 and not zero:
        raise BadInput("La cantidad no puede ser cero.", field=field)
    return value


def lot_number(text: str, *, field: str = "lot") -> str:
    """A lot number as it is stored: upper case, no blanks; BadInput when nothing is left."""
    number = "".join(clean_line(text, field=field, limit=60).upper().split())
    if not any(c.isalnum() for c in number):
        raise BadInput("Escriba el número de lote como viene en la caja.", field=field)
    if len(number) > 30:
        raise BadInput("El número de lote es demasiado largo (máximo 30).", field=field)
    return number


def check_expiry(expiry: date, today: date, *, field: str = "expiry") -> None:
    """Refuse a year that can't be (0049, 2126) and what has expired; today counts as expired."""
    if not EARLIEST_EXPIRY <= expiry.year <= today.year + 15:
        raise BadInput(f"El año {expiry.year:04d} no puede ser una caducidad.", field=field)
    if is_expired(expiry, today):
        raise BadInput(
            "Ese lote ya caducó (lo que caduca hoy cuenta como caducado). No se recibe.", field=field
        )


def is_expired(expiry: date, today: date) -> bool:
    """What expires today counts as expired."""
    return expiry <= today


@dataclass(frozen=True)
class Balance:
    """What one lot holds."""

    lot: str
    expiry: date
    source: Source
    quantity: int


@dataclass(frozen=True)
class Pick:
    """So many units from one lot."""

    lot: str
    quantity: int
    source: Source
    expiry: date


def pick(balances: Iterable[Balance], quantity: int, today: date, prefer: Source | None = None) -> list[Pick]:
    """First expired first out, the preferred source before the other; expired lots never; at most what there is."""
    usable = [b for b in balances if b.quantity > 0 and not is_expired(b.expiry, today)]
    usable.sort(key=lambda b: (prefer is not None and b.source != prefer, b.expiry, b.lot))
    picks = []
    for balance in usable:
        if quantity <= 0:
            break
        taken = min(quantity, balance.quantity)
        picks.append(Pick(balance.lot, taken, balance.source, balance.expiry))
        quantity -= taken
    return picks


@dataclass(frozen=True)
class CurrentMedicine:
    """A medicine of the last prescription that named it, while its days run."""

    line: PrescriptionLine
    day: date
    ends: date | None
    """Last day of taking it; None when no length was written (a single dose is not here)."""
    consult: str = ""

    def running(self, on: date) -> bool:
        return self.ends is None or self.ends >= on


def current_medicines(
    prescriptions: Iterable[tuple[date, str, Sequence[PrescriptionLine]]], on: date, *, grace: int = 0
) -> list[CurrentMedicine]:
    """What a patient takes on a day: (day, consult id, lines) of every consult that stands, in any order.

    The latest line of an item counts; `stopped` ends it; `grace` keeps what ended up to so many days ago.
    """
    latest: dict[str, CurrentMedicine | None] = {}
    for day, consult, lines in sorted(prescriptions, key=lambda p: (p[0], p[1])):
        if day > on:
            continue
        for line in lines:
            if line.stopped:
                latest[line.item] = None
            elif line.days is not None:
                latest[line.item] = CurrentMedicine(line, day, day + timedelta(days=line.days - 1), consult)
    found = [m for m in latest.values() if m is not None and m.running(on - timedelta(days=grace))]
    return sorted(found, key=lambda m: (m.line.name, m.day))


def repeatable(lines: Sequence[PrescriptionLine]) -> tuple[PrescriptionLine, ...]:
    """The lines of an earlier receta to prescribe again: without what was stopped, its overrides and its shortfalls."""
    import msgspec

    return tuple(
        msgspec.structs.replace(line, give=None, give_reason="", overrides=())
        for line in lines
        if not line.stopped and line.days is not None
    )


def describe(line: PrescriptionLine) -> str:
    """'1 tableta mañana, 0.5 noche · 30 días · 45 tabletas', as the note and the screens show it."""
    if line.stopped:
        return "SUSPENDER"
    said: list[str] = []
    for part, value in zip(DAY_PARTS, parts(line), strict=True):
        if value:
            unit = f" {plural(line.unit, value)}" if not said else ""
            said.append(f"{show_amount(value)}{unit} {DAY_PART_WORDS[part]}")
    text = ", ".join(said)
    if line.weekday is not None:
        text += f", UNA VEZ POR SEMANA el {WEEKDAY_WORDS[line.weekday]}"
    if line.prn:
        text += ", solo si lo necesita"
    if line.days is not None:
        text += f" · {line.days} {'día' if line.days == 1 else 'días'}"
    else:
        text += " · dosis única"
    if line.quantity:
        text += f" · {line.quantity} {plural(line.item_unit, Decimal(line.quantity))}"
    return text


def describe_short(line: PrescriptionLine) -> str:
    """'1-0-0-0.5 tab · 30 d': mañana-medio día-tarde-noche, for a column of a list."""
    if line.stopped:
        return "SUSPENDER"
    amounts = "-".join(show_amount(value) for value in parts(line))
    unit = UNIT_SHORT.get(line.unit, line.unit)
    days = "única" if line.days is None else f"{line.days} d"
    week = f" {WEEKDAY_WORDS[line.weekday][:3]}/semana" if line.weekday is not None else ""
    return f"{amounts} {unit}{week} · {days}{' si necesita' if line.prn else ''}"


def plural(unit: str, value: Decimal | int) -> str:
    """'tableta' or 'tabletas'; abbreviations stay, UI is said in full (a high-alert rule)."""
    if unit == "UI":
        return "unidad" if value == 1 else "unidades"
    if 0 < value <= 1 or unit in {"mL", "mg", "g", "L/min", "dosis"}:
        return unit
    if unit in {"inhalación", "aplicación"}:
        return unit[:-2] + "ones"
    return unit + ("es" if unit[-1] in "nr" else "s")
