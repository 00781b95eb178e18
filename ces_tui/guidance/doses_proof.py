"""No dose exceeds its maximum: the file's own caps and the limits written apart, at both ends of every stretch."""

from __future__ import annotations

from collections.abc import Iterator

from ces_tui.base.text import fold
from ces_tui.guidance.bottles import generics
from ces_tui.guidance.dosing import compute, exact, step_of
from ces_tui.guidance.limits import DrugLimit, limits
from ces_tui.guidance.pathway import Medicine, Pathway
from ces_tui.guidance.walk import End, Table


def medicine_problems(pathway: Pathway, medicine: Medicine) -> Iterator[str]:
    """What is wrong with a medicine whatever the patient: not in the formulary, no limit, another unit."""
    if fold(medicine.drug) not in generics():
        yield f"«{medicine.drug}» no está en el formulario."
    limit = limits().of(medicine.drug, pathway.population, medicine.route)
    if limit is None:
        yield f"«{medicine.drug}» no tiene topes en pathways/limits/doses.yaml para esta vía y edad."
    elif limit.unit != medicine.unit:
        yield f"los topes de «{medicine.drug}» están en {limit.unit} y la dosis en {medicine.unit}."
    for figure, unit in ((medicine.times_a_day, "al día"), (medicine.days, "días")):
        if figure and figure.unit != unit:
            yield f"«{figure.name}» está en {figure.unit} y debe estar en «{unit}»."
    for figure, unit in (
        (medicine.fixed, medicine.unit),
        (medicine.per_kg, f"{medicine.unit}/kg"),
        (medicine.max_dose, medicine.unit),
        (medicine.max_day, medicine.unit),
        (medicine.max_day_per_kg, f"{medicine.unit}/kg"),
    ):
        if figure and figure.unit != unit:
            yield f"«{figure.name}» está en {figure.unit} y debe estar en {unit}."


class DoseProof:
    """Computes each dose at the ends of every weight stretch that reaches it; remembers what it has seen."""

    def __init__(self, pathway: Pathway, table: Table) -> None:
        self.pathway = pathway
        self.table = table
        self.computed = 0
        self._done: set[tuple[str, float | None, float]] = set()
        self._limits = {
            m.name: limits().of(m.drug, pathway.population, m.route) for m in pathway.medicines.values()
        }
        self._drugs = {m.name: fold(m.drug) for m in pathway.medicines.values()}

    def problems(self, end: End) -> Iterator[tuple[str, str]]:
        """(medicine, reason) for every dose of this end that exceeds a limit."""
        assert end.place is not None
        drugs = [self._drugs[m.name] for m in end.place.medicines]
        for medicine, drug in zip(end.place.medicines, drugs, strict=True):
            if drugs.count(drug) > 1:
                yield medicine.name, f"«{medicine.drug}» se da dos veces en la regla «{end.place.rule.id}»."
            limit = self._limits[medicine.name]
            if limit is None:
                continue
            youngest = self._youngest(end)
            for weight in self._weights(end, medicine):
                key = (medicine.name, weight, youngest)
                if key not in self._done:
                    self._done.add(key)
                    self.computed += 1
                    for reason in _over(medicine, weight, youngest, limit):
                        yield medicine.name, reason

    def _weights(self, end: End, medicine: Medicine) -> Iterator[float | None]:
        """Both ends of every stretch of weight at this end, and where the cap begins to bind."""
        if medicine.per_kg is None:
            yield None
            return
        assert self.pathway.weight is not None
        name = self.pathway.weight.weight_kg
        for cell in end.cells[name].cells if name in end.cells else self.table[name]:
            if isinstance(cell.low, int | float) and isinstance(cell.high, int | float):
                yield cell.low
                yield cell.high
                bend = medicine.max_dose.value / medicine.per_kg.value if medicine.max_dose else cell.low
                if cell.low < bend < cell.high:
                    yield bend

    def _youngest(self, end: End) -> float:
        """The lowest age of this end, months."""
        for spec in self.pathway.inputs.values():
            months = {"age_months": 1, "age_years": 12}.get(spec.origin)
            if months:
                run = end.cells.get(spec.name)
                low = run.cells[0].low if run else spec.low
                if isinstance(low, int | float):
                    return low * months
        return 0


def _over(medicine: Medicine, weight: float | None, age_months: float, limit: DrugLimit) -> Iterator[str]:
    """Every limit that the dose breaks at this weight and age."""
    where = f"con {weight:g} kg" if weight is not None else "siempre"
    dose = compute(medicine, weight)
    day = dose.amount * exact(medicine.times_a_day.value)
    ceilings = [
        ("dosis", dose.amount, medicine.max_dose.value if medicine.max_dose else None, "el protocolo"),
        ("día", day, medicine.max_day.value if medicine.max_day else None, "el protocolo"),
        ("dosis", dose.amount, limit.max_dose, "los topes"),
        ("día", day, limit.max_day, "los topes"),
        ("día anunciado", dose.max_a_day, limit.max_day, "los topes"),
    ]
    for what, amount, ceiling, who in ceilings:
        if ceiling is not None and amount > exact(ceiling):
            yield f"{medicine.drug}: {float(amount):g} {medicine.unit} por {what} {where} pasa de {ceiling:g} ({who})."
    if dose.amount <= 0:
        yield f"{medicine.drug}: la dosis {where} es cero."
    if age_months < limit.from_months:
        yield f"{medicine.drug}: se da desde {age_months:g} meses y los topes piden {limit.from_months}."
    if limit.per_kg is not None:
        yield from _per_kg(medicine, weight, float(dose.amount), limit)


def _per_kg(medicine: Medicine, weight: float | None, amount: float, limit: DrugLimit) -> Iterator[str]:
    assert limit.per_kg is not None
    least, most = limit.per_kg
    unit = limit.unit
    if weight is None or medicine.per_kg is None:
        yield f"{medicine.drug}: los topes piden dosis por kilogramo."
    elif not least <= medicine.per_kg.value <= most:
        yield f"{medicine.drug}: {medicine.per_kg.value:g} {unit}/kg está fuera de {least:g}-{most:g} {unit}/kg."
    elif amount > most * weight + 1e-9:
        yield f"{medicine.drug}: {amount:g} {unit} con {weight:g} kg pasa de {most:g} {unit}/kg."
    elif amount < least * weight - float(step_of(limit.unit)) and (
        medicine.max_dose is None or amount < medicine.max_dose.value - 0.01
    ):
        yield f"{medicine.drug}: {amount:g} {unit} con {weight:g} kg no llega a {least:g} {unit}/kg."
