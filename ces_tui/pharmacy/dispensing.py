"""Prescription = dispensing: what leaves the shelf for a patient, from the lot that expires first, with what was missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec

from ces_tui.base.errors import BadInput, Refused
from ces_tui.base.text import clean_line
from ces_tui.people.desk import Desk
from ces_tui.pharmacy.demand import asked_lines, last_dispense
from ces_tui.pharmacy.facts import month_drawer
from ces_tui.pharmacy.findings import Finding, PatientFacts
from ces_tui.pharmacy.formulary import Formulary
from ces_tui.pharmacy.patient_facts import patient_facts
from ces_tui.pharmacy.records import (
    SHORT_STOCK,
    Dispense,
    DispenseLine,
    PrescriptionLine,
    Source,
    TakenLot,
)
from ces_tui.pharmacy.rules import CurrentMedicine, Pick, current_medicines, pick, repeatable
from ces_tui.pharmacy.safety import check
from ces_tui.pharmacy.shelf_view import LotOnHand
from ces_tui.pharmacy.stock import Stock
from ces_tui.vault.projections import Row
from ces_tui.vault.shelf import Stored

MOST_PENDING_DAYS = 62
"""A shortfall is looked for this far back, as long as its treatment still runs."""

CHRONIC_DAYS = 28
"""A treatment this long is a long one: consultations for chronic disease are monthly."""
LATELY_DAYS = 60
"""A long treatment that ended up to so many days ago is still repeated: people come late."""


@dataclass(frozen=True)
class Plan:
    """Which lots would serve a line, and what would be missing."""

    asked: int
    picks: tuple[Pick, ...]

    @property
    def given(self) -> int:
        return sum(p.quantity for p in self.picks)

    @property
    def short(self) -> int:
        return max(0, self.asked - self.given)


@dataclass(frozen=True)
class Pending:
    """A shortfall that can still be made good."""

    dispense: str
    patient: str
    day: date
    item: str
    name: str
    missing: int
    on_hand: int


class Dispensing:
    """Hands out, checks what is prescribed, and knows what a patient takes now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._stock = Stock(desk)
        self._formulary = Formulary(desk)

    # Handing out

    def plan(self, item: str, quantity: int, source: Source | None = None) -> Plan:
        """The lots that would serve `quantity` units: first expired first out, the preferred source before the other."""
        balances = [lot.balance for lot in self._stock.lots(item)]
        return Plan(quantity, tuple(pick(balances, quantity, self._desk.today(), source)))

    def dispense(
        self,
        patient: str,
        lines: Sequence[PrescriptionLine],
        *,
        consult: str | None = None,
        day: date | None = None,
    ) -> Stored[Dispense] | None:
        """Take what the lines ask for out of the shelf and sign it; joins an open transaction.

        Whatever is missing is recorded with its reason. None when no line asks for anything from this pharmacy.
        """
        self._desk.require("surtir")
        wanted = [line for line in lines if line.quantity and not line.stopped]
        return self._give(patient, [self._line(line) for line in wanted], consult=consult, day=day)

    def settle(self, pending: Pending, quantity: int | None = None) -> Stored[Dispense]:
        """Give what an earlier dispense still owed, all of it or `quantity` units; Refused when there is none."""
        self._desk.require("surtir")
        asked = pending.missing if quantity is None else quantity
        if not 0 < asked <= pending.missing:
            raise BadInput(f"Faltaban {pending.missing}; no se puede entregar más.", field="quantity")
        if not self._stock.on_hand(pending.item):
            raise Refused(f"No hay {pending.name} en el estante.", field="quantity")
        entry = self._formulary.get(pending.item)
        name = entry.name if entry else pending.name
        line = _Wanted(pending.item, name, asked, asked, pending=pending.dispense)
        stored = self._give(pending.patient, [line])
        assert stored is not None
        return stored

    def pending(self, patient: str | None = None) -> list[Pending]:
        """Shortfalls whose treatment still runs, oldest first; of one patient, or of all.

        Of a patient and item only the last receta counts: it replaced what an earlier one still owed.
        """
        self._desk.require("surtir")
        today = self._desk.today()
        rows = self._recent(today)
        lines, last = asked_lines(rows, owed=True), last_dispense(rows)
        settled: dict[tuple[str, str], int] = defaultdict(int)
        for line in lines:
            if line.pending:
                settled[line.pending, line.item] += line.given
        found = []
        for line in lines:
            missing = line.missing - settled[line.dispense, line.item]
            runs = line.day + timedelta(days=max(line.days or 0, 7)) >= today
            if line.pending or missing <= 0 or not runs or patient not in (None, line.patient):
                continue
            if last[line.patient, line.item] != line.dispense:
                continue
            entry = self._formulary.get(line.item)
            name = entry.name if entry else line.item
            on_hand = self._stock.on_hand(line.item)
            found.append(Pending(line.dispense, line.patient, line.day, line.item, name, missing, on_hand))
        return sorted(found, key=lambda p: (p.day, p.dispense))

    # What is prescribed

    def facts(self, patient: str) -> PatientFacts:
        """What the checks know of a patient today."""
        self._desk.require_part(patient)
        return patient_facts(self._desk, patient, tuple(self.current(patient, grace=3)))

    def check(
        self, patient: str, lines: Sequence[PrescriptionLine], facts: PatientFacts | None = None
    ) -> list[Finding]:
        """Everything to be said about a prescription for this patient, gravest first."""
        self._desk.require_part(patient)
        return check(lines, facts or self.facts(patient), self._formulary.get)

    def current(self, patient: str, *, grace: int = 0) -> list[CurrentMedicine]:
        """The medicines a patient is on today (and those that ended up to `grace` days ago)."""
        self._desk.require_part(patient)
        return current_medicines(self._prescriptions(patient), self._desk.today(), grace=grace)

    def last_prescription(self, patient: str) -> tuple[PrescriptionLine, ...]:
        """What 'repetir la receta anterior' prescribes again; empty when there is nothing.

        The long treatments of the patient (28 days or more, running or ended lately), each as last written; without
        any, the lines of the last receta: a cold in between does not hide the tablets for blood pressure.
        """
        self._desk.require_part(patient)
        recetas = list(self._prescriptions(patient))
        lately = current_medicines(recetas, self._desk.today(), grace=LATELY_DAYS)
        chronic = [m.line for m in lately if (m.line.days or 0) >= CHRONIC_DAYS]
        if chronic:
            return repeatable(chronic)
        with_lines = [(day, doc, lines) for day, doc, lines in recetas if repeatable(lines)]
        return repeatable(max(with_lines, key=lambda p: (p[0], p[1]))[2]) if with_lines else ()

    # Inside

    def _line(self, line: PrescriptionLine) -> _Wanted:
        give = line.quantity if line.give is None else line.give
        if not 0 <= give <= line.quantity:
            raise BadInput(f"{line.name}: la cantidad por entregar no es posible.", field="quantity")
        return _Wanted(line.item, line.name, line.quantity, give, line.give_reason, line.days, line.source)

    def _give(
        self,
        patient: str,
        wanted: Sequence[_Wanted],
        *,
        consult: str | None = None,
        day: date | None = None,
    ) -> Stored[Dispense] | None:
        self._desk.require("surtir")
        if not wanted:
            return None
        with self._desk.vault.transaction():
            left = {item: self._stock.lots(item) for item in {w.item for w in wanted}}
            record = Dispense(
                lines=tuple(self._take(w, left[w.item]) for w in wanted),
                author=self._desk.me.id,
                at=self._desk.now(),
                day=day or self._desk.today(),
                consult=consult,
            )
            return self._desk.vault.shelf("dispense", Dispense, patient=patient).add(record)

    def _take(self, wanted: _Wanted, lots: list[LotOnHand]) -> DispenseLine:
        """One line out of `lots`, which it lowers: a second line of the same item sees what is left."""
        if self._formulary.get(wanted.item) is None:
            raise BadInput(f"{wanted.name} no está en el formulario; quítelo de la receta.", field="item")
        picks = pick((x.balance for x in lots), wanted.give, self._desk.today(), wanted.source)
        taken = {p.lot: p.quantity for p in picks}
        given = []
        for n, lot in enumerate(lots):
            if quantity := taken.get(lot.id, 0):
                lots[n] = replace(lot, quantity=lot.quantity - quantity)
                given.append(
                    TakenLot(
                        lot=lot.id,
                        number=lot.number,
                        expiry=lot.expiry,
                        source=lot.source,
                        quantity=quantity,
                    )
                )
        total = sum(taken.values())
        reason = SHORT_STOCK if total < wanted.give else clean_line(wanted.reason, field="give_reason")
        return DispenseLine(
            item=wanted.item,
            name=wanted.name,
            asked=wanted.asked,
            given=tuple(given),
            short_reason=reason if total < wanted.asked else "",
            days=wanted.days,
            pending=wanted.pending,
        )

    def _recent(self, today: date) -> list[Row]:
        """The rows of the months in which a shortfall could still run."""
        months = {f"{today - timedelta(days=n):%Y-%m}" for n in range(0, MOST_PENDING_DAYS + 1, 15)}
        return [row for month in sorted(months) for row in self._desk.vault.projection(month_drawer(month))]

    def _prescriptions(self, patient: str) -> Iterable[tuple[date, str, tuple[PrescriptionLine, ...]]]:
        """(day, consult, lines) of every consult of a chart that was not registered by mistake."""
        chart = self._desk.vault.chart(patient)
        struck = {void["target"] for void in chart.table("void").all()}
        for consult in chart.table("consult").all():
            if consult.doc_id in struck or not consult.get("prescription"):
                continue
            lines = msgspec.convert(consult["prescription"], tuple[PrescriptionLine, ...])
            yield date.fromisoformat(consult["day"]), str(consult.doc_id), lines


@dataclass(frozen=True)
class _Wanted:
    """A line to be served: `asked` by the receta, `give` of it now."""

    item: str
    name: str
    asked: int
    give: int
    reason: str = ""
    days: int | None = None
    source: Source | None = None
    pending: str | None = None
