"""A clinic and its office, each a real store, and the stick between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic, projector
from ces_tui.office.card import read_card
from ces_tui.office.office import Office
from ces_tui.office.setup import NewOffice, create_office
from tests.support import CHEAP, PASSPHRASE, make_store, open_clinic


@dataclass
class Pair:
    """`clinic` and `office` stand open; `stick` is a folder."""

    clinic: Clinic
    office_clinic: Clinic
    office: Office
    new_office: NewOffice
    stick: Path
    clock: FixedClock
    root: Path

    def write(self, count: int = 1) -> None:
        """Some clinical records of November, one entry each."""
        day = self.clinic.desk.today()
        for n in range(count):
            with self.clinic.vault.transaction(day=day) as tx:
                tx.put(
                    "patient",
                    self.clinic.vault.new_id(),
                    {"names": f"Inventado {n}", "surname": "Ficticio"},
                    new=True,
                )
            self.clock.advance(seconds=61)

    def export(self) -> Path:
        return self.clinic.exchange.export(self.stick).paths[0]

    def introduce(self) -> None:
        """The first bundle waits, the words are compared, the device is accepted."""
        first = self.office.import_file(self.export())
        self.office.accept(first.device, self.clinic.exchange.device_words())

    def close(self) -> None:
        self.clinic.close()
        self.office_clinic.close()


def make_office(root: Path, clock: FixedClock) -> tuple[Clinic, NewOffice]:
    """A new office store, open, with its coordinator at the desk."""
    new = create_office(
        root / "office",
        "Coordinación de prueba",
        "Alba Zepeda",
        PASSPHRASE,
        clock=clock,
        profile=CHEAP,
        projector=projector(),
        demo=True,
    )
    return open_clinic(root / "office", clock, "coordinacion"), new


def make_pair(root: Path, clock: FixedClock) -> Pair:
    """A new clinic that knows a new office."""
    office_clinic, new = make_office(root, clock)
    card = read_card(root / "office" / "oficina.json")
    make_store(root / "clinic", clock, office=card.office, escrow=card.escrow)
    return _pair(root, clock, office_clinic, new)


def open_pair(root: Path, clock: FixedClock, new: NewOffice) -> Pair:
    """The two stores below `root`, made before with `new`."""
    return _pair(root, clock, open_clinic(root / "office", clock, "coordinacion"), new)


def _pair(root: Path, clock: FixedClock, office_clinic: Clinic, new: NewOffice) -> Pair:
    stick = root / "stick"
    stick.mkdir()
    clinic = open_clinic(root / "clinic", clock)
    return Pair(clinic, office_clinic, Office(office_clinic.desk), new, stick, clock, root)


def fingerprint(clinic: Clinic) -> tuple[object, ...]:
    """Everything in a store that an import could change."""
    rows = []
    for table in ("kv", "log", "doc", "proj", "seen"):
        rows.append(tuple(clinic.vault.container.db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()))
    return (clinic.vault.state, *rows)
