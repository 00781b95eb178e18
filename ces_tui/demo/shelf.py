"""The demo's shelf: what each course brings, what leaves first, and what runs out or expires."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ces_tui.demo.events import Delivery, Given, Parcel, WriteOff
from ces_tui.demo.medicines import MEDICINES, Medicine

OUT_TODAY = frozenset({"sertralina", "zinc", "loratadina"})
"""What the last three courses did not bring."""


@dataclass(slots=True)
class _Lot:
    number: int
    expiry: date
    left: int


class Shelf:
    """Lots by medicine, first expired first out; knows how much is asked for in a month, given or not."""

    def __init__(self, rng: Random, people: int, today: date) -> None:
        self._rng = rng
        self._today = today
        self._lots: dict[str, list[_Lot]] = defaultdict(list)
        self._asked: dict[str, float] = defaultdict(float)
        self._usual = {m.key: m.monthly * people / 300 for m in MEDICINES.values()}
        self._next = 0

    def give(self, medicine: str, asked: int, day: date) -> Given:
        """Take `asked` units from what has not expired on `day`; less when the shelf is empty."""
        self._asked[medicine] += asked
        taken: list[tuple[int, int]] = []
        missing = asked
        for lot in self._lots[medicine]:
            if missing and lot.left and lot.expiry >= day:
                quantity = min(missing, lot.left)
                lot.left -= quantity
                missing -= quantity
                taken.append((lot.number, quantity))
        return Given(asked, tuple(taken))

    def deliveries(self, day: date, at: int, *, months: float = 1.0) -> tuple[Delivery, ...]:
        """What a course brings for `months`, one delivery a source; too little of some things, always the same ones."""
        found = []
        for n, source in enumerate(("CES", "SSA")):
            parcels = [
                p for m in MEDICINES.values() if m.source == source for p in self._parcel(m, day, months)
            ]
            document = f"{source}-{day:%y%m}-{self._rng.randint(100, 999)}"
            found.append(Delivery(at + n * 600_000, source, tuple(parcels), document))
        self._asked.clear()
        return tuple(found)

    def _parcel(self, medicine: Medicine, day: date, months: float) -> list[Parcel]:
        usual = self._usual[medicine.key]
        if asked := self._asked[medicine.key]:
            usual = self._usual[medicine.key] = 0.6 * usual + 0.4 * asked
        if medicine.key in OUT_TODAY and day > self._today - timedelta(days=100):
            return []
        on_shelf = sum(lot.left for lot in self._lots[medicine.key] if lot.expiry > day)
        wanted = usual * months * medicine.supply * self._rng.uniform(0.9, 1.1)
        if on_shelf > 2.5 * usual:
            return []
        pack = 10 if medicine.per_item == 1 and usual > 40 else 1
        quantity = max(pack, math.ceil(wanted / pack) * pack)
        short = self._rng.random() < 0.06
        expiry = day + timedelta(days=self._rng.randint(40, 95) if short else self._rng.randint(240, 720))
        lot = _Lot(self._next, expiry, quantity)
        self._next += 1
        self._lots[medicine.key] = sorted(
            [kept for kept in self._lots[medicine.key] if kept.left] + [lot], key=lambda each: each.expiry
        )
        letters = "".join(self._rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2))
        number = f"{letters}{expiry:%y}{self._rng.randint(1000, 9999)}"
        return [Parcel(lot.number, medicine.key, number, expiry, quantity)]

    def write_off(self, day: date, at: int) -> WriteOff | None:
        """Take what has expired off the shelf."""
        gone: list[tuple[int, str, int]] = []
        for medicine, lots in self._lots.items():
            for lot in lots:
                if lot.left and lot.expiry < day:
                    gone.append((lot.number, medicine, lot.left))
                    lot.left = 0
        return WriteOff(at, tuple(gone)) if gone else None
