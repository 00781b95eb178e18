"""Names of a pathway file and what they stand for; every failure names its place in the file and the reason."""

from __future__ import annotations

from itertools import combinations
from typing import Any as Anything
from typing import NoReturn

from ces_tui.base.errors import BadInput
from ces_tui.guidance.conditions import (
    OPERATORS,
    All,
    Any,
    Compare,
    Condition,
    Known,
    Named,
    Not,
    OneOf,
    Versus,
    Yes,
)
from ces_tui.guidance.pathway import Figure, Input, Source


class PathwayBroken(BadInput):
    """A protocol file that can't be trusted; nothing of it is used. The sentence says where and why."""

    def __init__(self, protocol: str, place: str, reason: str) -> None:
        super().__init__(f"El protocolo «{protocol}» no se puede usar: en {place}, {reason}")
        self.protocol = protocol
        self.place = place
        self.reason = reason


class Scope:
    """The figures, inputs, definitions and sources that a file has named so far."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.sources: dict[str, Source] = {}
        self.figures: dict[str, Figure] = {}
        self.inputs: dict[str, Input] = {}
        self.definitions: dict[str, Condition] = {}
        self.used_figures: set[str] = set()
        self.decisive: set[str] = set()
        """Figures on which an outcome depends or that it says: not those of the pages to read."""
        self.speaking = False
        """True while reading what only chooses a sentence (the reasons)."""
        self.used_definitions: set[str] = set()

    def broken(self, place: str, reason: str) -> NoReturn:
        raise PathwayBroken(self.protocol, place, reason)

    def figure(self, name: str, place: str, *, decisive: bool = True) -> Figure:
        """The figure called `name`, which may be used in rules only if its certainty is V or K."""
        found = self.figures.get(name)
        if found is None:
            self.broken(place, f"la cifra «{name}» no está en «figures» (cada número va ahí, con su fuente).")
        if found.certainty == "U":
            self.broken(place, f"la cifra «{name}» está por confirmar (U) y no puede ser regla.")
        self.used_figures.add(name)
        if decisive and not self.speaking:
            self.decisive.add(name)
        return found

    def source(self, name: str, place: str) -> str:
        """`name` (one or several ids with commas) if every id is a source of the file."""
        for part in name.split(","):
            if part.strip() not in self.sources:
                self.broken(place, f"la fuente «{part.strip()}» no está en «sources».")
        return name

    def condition(self, raw: Anything, place: str, *, relations: bool = False) -> Condition:
        """The condition that `raw` describes; `relations` allows one number against another."""
        match raw:
            case str():
                return self._name(raw, place)
            case [str(name), str(sign), value]:
                return self._compare(name, sign, value, place, relations=relations)
            case {"all": [_, *_] as parts} if len(raw) == 1:
                return All(self._parts(parts, f"{place}.all", relations))
            case {"any": [_, *_] as parts} if len(raw) == 1:
                return Any(self._parts(parts, f"{place}.any", relations))
            case {"two_of": [_, _, *_] as parts} if len(raw) == 1:
                found = self._parts(parts, f"{place}.two_of", relations)
                return Any(tuple(All(pair) for pair in combinations(found, 2)))
            case {"not": part} if len(raw) == 1:
                return Not(self.condition(part, f"{place}.not", relations=relations))
            case {"known": str(name)} if len(raw) == 1:
                if self._input(name, place).required:
                    self.broken(place, f"«{name}» es obligatorio: siempre se conoce.")
                return Known(name)
        return self.broken(place, "la condición no tiene una forma conocida.")

    def _parts(self, parts: list[Anything], place: str, relations: bool) -> tuple[Condition, ...]:
        return tuple(self.condition(p, f"{place}[{i}]", relations=relations) for i, p in enumerate(parts))

    def _name(self, name: str, place: str) -> Condition:
        if name in self.definitions:
            self.used_definitions.add(name)
            return Named(name, self.definitions[name])
        if self._input(name, place).kind != "yes_no":
            self.broken(place, f"«{name}» no es una pregunta de sí o no.")
        return Yes(name)

    def _compare(self, name: str, sign: str, value: Anything, place: str, *, relations: bool) -> Condition:
        found = self._input(name, place)
        if sign in {"is", "in"}:
            return self._choice(found, [value] if sign == "is" else value, place)
        if sign not in OPERATORS:
            self.broken(place, f"«{sign}» no es una comparación.")
        if found.kind != "number":
            self.broken(place, f"«{name}» no es un número.")
        if not isinstance(value, str):
            self.broken(place, f"el número {value} va suelto: póngalo en «figures» con su fuente.")
        if value in self.inputs:
            if not relations:
                self.broken(place, "comparar dos respuestas solo se permite en «refusals».")
            return Versus(name, sign, value)
        return Compare(name, sign, value, self.figure(value, place).value)

    def _choice(self, found: Input, values: Anything, place: str) -> Condition:
        known = {o.value for o in found.options}
        if found.kind != "choice" or not isinstance(values, list) or not values:
            self.broken(place, f"«{found.name}» no es una pregunta de opciones.")
        for value in values:
            if value not in known:
                self.broken(place, f"«{value}» no es una opción de «{found.name}».")
        return OneOf(found.name, tuple(values))

    def _input(self, name: str, place: str) -> Input:
        found = self.inputs.get(name)
        if found is None:
            self.broken(place, f"«{name}» no es un dato ni una definición del protocolo.")
        return found
