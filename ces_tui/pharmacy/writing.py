"""Writing a receta: what a form about one line needs, so that the screen holds no rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.dispensing import Dispensing
from ces_tui.pharmacy.doses import CHILD_UNTIL, Dose, PaediatricDose, compute, doses_for, fresh_weight
from ces_tui.pharmacy.findings import Finding
from ces_tui.pharmacy.formulary import Entry, Formulary
from ces_tui.pharmacy.records import Override, PrescriptionLine, Source
from ces_tui.pharmacy.rules import (
    DAY_PARTS,
    check_line,
    parse_amount,
    parse_quantity,
    quantity_of,
    show_amount,
)
from ces_tui.pharmacy.safety import check, unanswered
from ces_tui.pharmacy.stock import Stock

if TYPE_CHECKING:
    from ces_tui.pharmacy.findings import PatientFacts

PARTS_BY_TIMES: dict[int, tuple[bool, bool, bool, bool]] = {
    1: (True, False, False, False),
    2: (True, False, False, True),
    3: (True, False, True, True),
    4: (True, True, True, True),
}
"""So many doses a day -> morning, noon, afternoon, night."""


@dataclass(frozen=True)
class Offer:
    """An entry found by a search, with what the shelf holds of it today."""

    entry: Entry
    ces: int
    ssa: int

    @property
    def stock(self) -> str:
        """'CES 30  SSA 0', or 'agotado'."""
        return f"CES {self.ces}  SSA {self.ssa}" if self.ces or self.ssa else "agotado"


@dataclass(frozen=True)
class ChildDose:
    """One way to dose a child: what it comes to, or why it can't be computed."""

    row: PaediatricDose
    dose: Dose | None
    refusal: str

    @property
    def text(self) -> str:
        """'neumonía (AIEPI): 40 mg/kg/dosis, cada 12 h → 500 mg = 5 mL'."""
        if self.dose is None:
            return f"{self.row.label} → {self.refusal}"
        capped = " (tope)" if self.dose.capped else ""
        return f"{self.row.label} → {self.dose.text}{capped}"

    def parts(self) -> list[str]:
        """The dose in the parts of the day; empty where it does not fit four of them."""
        if self.dose is None or self.dose.times not in PARTS_BY_TIMES:
            return []
        given = show_amount(self.dose.amount)
        return [given if taken else "" for taken in PARTS_BY_TIMES[self.dose.times]]


@dataclass(frozen=True)
class Typed:
    """A line as it stands in the form, nothing validated."""

    item: str
    parts: tuple[str, ...]
    days: str = ""
    quantity: str = ""
    give: str = ""
    give_reason: str = ""
    instructions: str = ""
    source: str = ""
    weekday: str = ""
    prn: bool = False


class Writer:
    """Helps to write one patient's receta; reads the record once."""

    def __init__(self, desk: Desk, patient: str) -> None:
        self._formulary = Formulary(desk)
        self._stock = Stock(desk)
        self.facts: PatientFacts = Dispensing(desk).facts(patient)

    def get(self, item: str) -> Entry | None:
        return self._formulary.get(item)

    def suggest(self, text: str, limit: int = 8) -> list[Offer]:
        """Entries by what was typed, those on the shelf before those that are out."""
        offers = [self.offer(entry) for entry in self._formulary.search(text, limit)]
        return sorted(offers, key=lambda o: not (o.ces or o.ssa))

    def offer(self, entry: Entry) -> Offer:
        by = {"CES": 0, "SSA": 0}
        for lot in self._stock.lots(entry.id):
            if not lot.expired:
                by[lot.source] += lot.quantity
        return Offer(entry, by["CES"], by["SSA"])

    def quantity(self, typed: Typed) -> int | None:
        """The units that what is typed comes to; None while it can't be computed."""
        entry = self._formulary.get(typed.item)
        if entry is None:
            return None
        try:
            line = self._line(typed, entry, quantity=0)
            return quantity_of(line, entry)
        except BadInput:
            return None

    def line(self, typed: Typed, overrides: Sequence[Override] = ()) -> PrescriptionLine:
        """The line; BadInput names the field. A blank quantity is the computed one."""
        entry = self._formulary.get(typed.item)
        if entry is None:
            raise BadInput("Elija el medicamento de la lista.", field="item")
        if typed.quantity.strip():
            quantity = parse_quantity(typed.quantity, zero=True)
        else:
            computed = self.quantity(typed)
            if computed is None and entry.pack is None:
                raise BadInput(
                    f"No se sabe cuánto trae cada {entry.unit}: escriba la cantidad.", field="quantity"
                )
            quantity = computed or 0
        line = self._line(typed, entry, quantity=quantity)
        line = msgspec.structs.replace(line, overrides=tuple(overrides))
        check_line(line, entry)
        return line

    def child_doses(self, entry: Entry) -> list[ChildDose]:
        """The doses by weight for this patient; none for those who are no children."""
        if self.facts.years >= CHILD_UNTIL:
            return []
        found = []
        for row in doses_for(entry):
            if row.kind == "ban":
                continue
            dose, refusal = None, ""
            try:
                facts = self.facts
                weight = fresh_weight(facts.weight_kg, facts.weight_day, facts.birth, facts.on)
                dose = compute(row, entry, weight, facts.months)
            except Refused as no:
                refusal = str(no)
            found.append(ChildDose(row, dose, refusal))
        return found

    def stop(self, line: PrescriptionLine) -> PrescriptionLine:
        """The line that says that this medicine is to be stopped."""
        return PrescriptionLine(
            item=line.item, name=line.name, unit=line.unit, item_unit=line.item_unit, stopped=True
        )

    def findings(self, lines: Sequence[PrescriptionLine]) -> list[Finding]:
        """What is to be said about these lines for this patient."""
        return check(lines, self.facts, self._formulary.get)

    def unanswered(self, lines: Sequence[PrescriptionLine]) -> list[Finding]:
        """What still stops the receta."""
        return unanswered(lines, self.findings(lines))

    def answer(self, lines: Sequence[PrescriptionLine], reasons: Mapping[str, str]) -> list[PrescriptionLine]:
        """The lines with a reason (by finding key) kept on the line that it is about."""
        items = {f.key: f.item for f in self.findings(lines)}
        out = []
        for line in lines:
            mine = {o.warning: o for o in line.overrides}
            for key, reason in reasons.items():
                if items.get(key) == line.item:
                    mine[key] = Override(warning=key, reason=clean_line(reason, field="reason"))
            out.append(msgspec.structs.replace(line, overrides=tuple(mine.values())))
        return out

    def _line(self, typed: Typed, entry: Entry, *, quantity: int) -> PrescriptionLine:
        amounts = [parse_amount(text, field="dose") for text in (*typed.parts, "", "", "", "")[:4]]
        days = parse_quantity(typed.days, field="days") if typed.days.strip() else None
        give = parse_quantity(typed.give, field="give", zero=True) if typed.give.strip() else None
        source: Source | None = "CES" if typed.source == "CES" else "SSA" if typed.source == "SSA" else None
        return PrescriptionLine(
            item=entry.id,
            name=entry.name,
            unit=entry.dose_unit,
            item_unit=entry.unit,
            **dict(zip(DAY_PARTS, amounts, strict=True)),  # type: ignore[arg-type]
            prn=typed.prn,
            weekday=int(typed.weekday) if typed.weekday else None,
            days=days,
            quantity=quantity,
            route=entry.route,
            instructions=clean_line(typed.instructions, field="instructions"),
            source=source,
            give=give,
            give_reason=clean_line(typed.give_reason, field="give_reason"),
        )


def typed_of(line: PrescriptionLine) -> Typed:
    """A line as the form shows it again."""
    return Typed(
        item=line.item,
        parts=tuple(getattr(line, part) for part in DAY_PARTS),
        days="" if line.days is None else str(line.days),
        quantity=str(line.quantity),
        give="" if line.give is None else str(line.give),
        give_reason=line.give_reason,
        instructions=line.instructions,
        source=line.source or "",
        weekday="" if line.weekday is None else str(line.weekday),
        prn=line.prn,
    )
