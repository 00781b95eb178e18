"""What an instrument file must satisfy beyond its shape: bands without gaps, items that exist, codes that are unique."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ces_tui.base.text import is_control
from ces_tui.screening.content import InstrumentFile, Option, TextFile

if TYPE_CHECKING:
    from ces_tui.screening.instrument import Instrument

_ID = re.compile(r"[a-z][a-z0-9_]{1,30}\Z")
_LOINC = re.compile(r"(LA)?\d{1,6}-\d\Z")


class Fault(Exception):
    """A reason and the place in the file (keys and list positions) that it is about."""

    def __init__(self, reason: str, *where: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where


def instrument_faults(file: InstrumentFile) -> Iterator[Fault]:
    """Every reason why this file must not be used."""
    if not _ID.match(file.id):
        yield Fault("el «id» lleva solo minúsculas, números y guion bajo", "id")
    if not file.items:
        yield Fault("no hay ítems", "items")
        return
    yield from _items(file)
    yield from _codes(file)
    yield from _scoring(file)
    yield from _safety(file)
    yield from _gate(file)
    yield from _early(file)
    for place, words in _texts(file):
        if any(is_control(c) for c in words):
            yield Fault("el texto trae un carácter de control", *place)


def text_faults(file: TextFile, instrument: Instrument) -> Iterator[Fault]:
    """Why this wording cannot be laid over the instrument: it must have the same items and options, one for one."""
    if file.of != instrument.id:
        yield Fault(f"es texto de «{file.of}» y no de «{instrument.id}»", "of")
    if len(file.items) != len(instrument.items):
        yield Fault(f"hay {len(file.items)} ítems y el instrumento tiene {len(instrument.items)}", "items")
        return
    rows = file.item_options or [file.options] * len(instrument.items)
    if len(rows) != len(instrument.items):
        yield Fault("debe haber una lista de opciones por ítem", "item_options")
        return
    place = "item_options" if file.item_options else "options"
    for index, (row, present) in enumerate(zip(rows, instrument.options, strict=True)):
        if len(row) != len(present):
            yield Fault(f"el ítem {index + 1} tiene {len(present)} opciones y aquí hay {len(row)}", place)
            return
    if (file.difficulty is None) != (instrument.difficulty is None):
        yield Fault(
            "la pregunta de dificultad debe estar si el instrumento la tiene, y solo entonces", "difficulty"
        )
    elif (
        file.difficulty
        and instrument.difficulty
        and len(file.difficulty.options) != len(instrument.difficulty.options)
    ):
        yield Fault("la pregunta de dificultad no tiene las mismas opciones", "difficulty", "options")
    words = [*file.items, *(w for row in rows for w in row), file.preamble, file.lead]
    if any(is_control(c) for line in words for c in line):
        yield Fault("el texto trae un carácter de control", "items")


def _items(file: InstrumentFile) -> Iterator[Fault]:
    for index, item in enumerate(file.items):
        if item.n != index + 1:
            yield Fault(f"los ítems van numerados 1, 2, 3…: aquí toca {index + 1}", "items", index, "n")
        options = item.options or file.options
        if len(options) < 2:
            yield Fault(f"el ítem {item.n} no tiene al menos dos opciones", "items", index)
        yield from _options(options, ("items", index) if item.options else ("options",))
        if item.ask_if and any(n >= item.n for n in item.ask_if.items):
            yield Fault("«ask_if» solo puede mirar ítems anteriores", "items", index, "ask_if")
    if file.difficulty:
        yield from _options(file.difficulty.options, ("difficulty",))


def _options(options: Sequence[Option], where: tuple[str | int, ...]) -> Iterator[Fault]:
    values = [o.value for o in options]
    if len(set(values)) != len(values):
        yield Fault("dos opciones tienen el mismo valor", *where)


def _codes(file: InstrumentFile) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, item in enumerate(file.items):
        if not item.loinc:
            continue
        if not _LOINC.match(item.loinc):
            yield Fault(f"«{item.loinc}» no tiene forma de código LOINC", "items", index, "loinc")
        if item.loinc in seen:
            yield Fault(f"el código {item.loinc} está en dos ítems", "items", index, "loinc")
        seen.add(item.loinc)


def _scoring(file: InstrumentFile) -> Iterator[Fault]:
    if file.scoring.method == "pattern":
        yield from _results(file)
        return
    low, high = file.scoring.min, file.scoring.max
    rows = [[o.value for o in (i.options or file.options)] for i in file.items if i.counts]
    if low != 0 or high != sum(max(row, default=0) for row in rows):
        yield Fault("«min» y «max» no son los de la suma de los ítems", "scoring")
        return
    if not file.bands:
        yield Fault("faltan las bandas", "bands")
        return
    expected = 0
    for index, band in enumerate(file.bands):
        if band.min != expected or band.max < band.min:
            yield Fault(
                f"las bandas dejan un hueco o se enciman: aquí toca {expected}", "bands", index, "min"
            )
        expected = band.max + 1
    if expected != (high or 0) + 1:
        yield Fault(f"la última banda termina en {expected - 1} y el puntaje llega a {high}", "bands")
    if len({b.id for b in file.bands}) != len(file.bands):
        yield Fault("dos bandas tienen el mismo «id»", "bands")
    if file.missing and not 0 < file.missing.allowed < len(file.items):
        yield Fault("«allowed» no tiene sentido para ese número de ítems", "missing", "allowed")


def _results(file: InstrumentFile) -> Iterator[Fault]:
    if not file.results:
        yield Fault("un instrumento sin suma necesita «results»", "scoring")
    for index, result in enumerate(file.results):
        for condition in result.when:
            if any(n > len(file.items) for n in condition.items):
                yield Fault("un resultado mira un ítem que no existe", "results", index, "when")
    if file.results and file.results[-1].when:
        yield Fault(
            "el último resultado recibe todo lo demás: su «when» va vacío", "results", len(file.results) - 1
        )


def _safety(file: InstrumentFile) -> Iterator[Fault]:
    for index, rule in enumerate(file.safety):
        if rule.item > len(file.items):
            yield Fault(f"el ítem de seguridad {rule.item} no existe", "safety", index, "item")
            continue
        item = file.items[rule.item - 1]
        if rule.start not in {o.value for o in (item.options or file.options)}:
            yield Fault(f"«from» {rule.start} no es una respuesta del ítem", "safety", index, "from")


def _gate(file: InstrumentFile) -> Iterator[Fault]:
    if file.gate is None:
        return
    if any(n > len(file.items) for n in file.gate.items):
        yield Fault("el filtro mira un ítem que no existe", "gate", "items")
        return
    rows = [file.items[n - 1].options or file.options for n in file.gate.items]
    top = sum(max((o.value for o in row), default=0) for row in rows)
    if not 0 < file.gate.cut <= top:
        yield Fault("el corte del filtro está fuera de su puntaje", "gate", "cut")
    expected = file.gate.between[0].min if file.gate.between else file.gate.cut
    for index, band in enumerate(file.gate.between):
        if band.min != expected or band.min < 1:
            yield Fault("las bandas del filtro dejan un hueco o se enciman", "gate", "between", index)
        expected = band.max + 1
    if expected != file.gate.cut:
        yield Fault("las bandas del filtro no llegan al corte", "gate", "cut")


def _early(file: InstrumentFile) -> Iterator[Fault]:
    early = file.change.early if file.change else None
    if early is None:
        return
    falls = [b.fall_at_least for b in early.bands]
    known = [f for f in falls[:-1] if f is not None]
    if not falls or falls[-1] is not None or len(known) != len(falls) - 1:
        yield Fault("solo la última lectura va sin «fall_at_least»", "change", "early", "bands")
    for index, (higher, lower) in enumerate(itertools.pairwise(known), 1):
        if lower >= higher:
            yield Fault("las lecturas van de la mayor baja a la menor", "change", "early", "bands", index)
    if early.from_days > early.to_days:
        yield Fault("el plazo termina antes de empezar", "change", "early", "to_days")


def _texts(file: InstrumentFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield ("preamble",), file.preamble
    yield ("lead",), file.lead
    for index, item in enumerate(file.items):
        yield ("items", index, "text"), item.text
        for option in item.options or file.options:
            yield ("items", index) if item.options else ("options",), option.text
