"""Two clinics, their office and the sticks between them, as real stores on machines of their own, beside a plain model.

The model is a set of entries for each store. After each act the store's log must have grown by exactly what the model
says: its own new entries, and from outside what the file at hand carried and nothing else.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused, CesError
from ces_tui.clinic import Clinic
from ces_tui.office.card import read_card
from ces_tui.sync import age, bundle
from ces_tui.sync.export import unconfirmed
from ces_tui.sync.ledger import Ledger
from ces_tui.sync.records import Held
from ces_tui.vault import create, identity, state
from ces_tui.vault.copies import copy_here
from ces_tui.vault.entry import Entry, decode_entry
from tests.faults import stock
from tests.faults.checks import is_whole
from tests.faults.documents import check_documents
from tests.faults.places import File, Place, copy_store
from tests.support import make_store, open_clinic
from tests.unit.office.support import make_office

TEAM = ("office", "first", "second")
SHARED = "a" * 32
"""A patient that every laptop of the first clinic changes."""
_machine = ["0" * 16]


@contextmanager
def machines(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the tests say on which machine the program runs."""
    for module in (state, identity, create):
        patch.setattr(module, "machine_id", lambda: _machine[0])
    _machine[0] = "0" * 16
    yield


def become(machine: str, state_folder: Path) -> None:
    """This process runs on that machine from now on (within `machines`)."""
    os.environ["XDG_STATE_HOME"], _machine[0] = str(state_folder), machine


def make_template(root: Path) -> str:
    """Two clinics that their office accepted, closed; the escrow's secret."""
    clock = FixedClock.at(2026, 11, 2)
    world = World(root, root / "none", "")
    opened: list[Place] = []
    for number, name in enumerate(TEAM):
        place = Place(name, root / name, root / f"{name}-state", f"{number}" * 16, FixedClock(clock.ms))
        place.role = "coordinacion" if name == "office" else "pasante"
        with world.at(place):
            if name == "office":
                place.clinic, new = make_office(root, place.clock)
                card = read_card(root / "office" / "oficina.json")
            else:
                code = "PRU" if name == "first" else "SEG"
                make_store(root / name, place.clock, office=card.office, escrow=card.escrow, code=code)
                place.clinic = open_clinic(root / name, place.clock)
                if name == "first":
                    with place.vault.transaction() as tx:
                        tx.put("patient", SHARED, {"given": "Compartida"}, new=True)
        opened.append(place)
    stick = root / "stick"
    stick.mkdir()
    for place in opened[1:]:
        with world.at(place):
            path = place.clinic.exchange.export(stick).paths[0]
            words = place.clinic.exchange.device_words()
        with world.at(opened[0]):
            opened[0].clinic.office.import_file(path)
            opened[0].clinic.office.accept(place.vault.device_id, words)
    for place in opened:
        with world.at(place):
            place.clinic.close()
    return new.escrow_secret


class World:
    """Everything that can happen, with what must hold after it."""

    def __init__(self, root: Path, template: Path, escrow: str, seed: int = 0) -> None:
        self.root = root
        self.rng = random.Random(seed)
        self.escrow = escrow
        self.log: dict[bytes, Entry] = {}
        self.bundles: list[File] = []
        self.answers: list[File] = []
        self.places: dict[str, Place] = {}
        self.stick = root / "stick"
        if template.exists():
            copy_store(template, root)
            for number, name in enumerate(TEAM):
                clock = FixedClock.at(2026, 11, 20)
                role = "coordinacion" if name == "office" else "pasante"
                self.settle(
                    Place(name, root / name, root / f"{name}-state", f"{number}" * 16, clock, role), set()
                )

    @property
    def office(self) -> Place:
        return self.places["office"]

    @property
    def laptops(self) -> list[str]:
        return [n for n in self.places if n != "office"]

    @contextmanager
    def at(self, place: Place) -> Iterator[Clinic]:
        """Act on this machine."""
        before = os.environ.get("XDG_STATE_HOME"), _machine[0]
        os.environ["XDG_STATE_HOME"], _machine[0] = str(place.state), place.machine
        try:
            yield place.clinic
        finally:
            os.environ["XDG_STATE_HOME"], _machine[0] = before[0] or "", before[1]

    def settle(self, place: Place, known: set[bytes]) -> None:
        """Open a store on its machine; `known` is what it must hold, or anything when this is its first time here."""
        self.places[place.name] = place
        with self.at(place):
            place.clinic = open_clinic(place.folder, place.clock, place.role)
        place.rows = 0
        held = {e.hash: e for e in place.vault.entries()}
        self.log |= held
        place.known = set(held)
        place.rows = place.vault.state.n
        place.ever |= place.known
        if known:
            lost = known - place.known
            assert not lost, f"{len(lost)} acknowledged entries are gone from {place.name}"

    def grown(self, place: Place, foreign: frozenset[bytes] = frozenset()) -> None:
        """The log grew by own entries and by exactly the `foreign` ones that were not held."""
        new = {e.hash: e for e in place.vault.entries(place.rows + 1)}
        assert len(new) == place.vault.state.n - place.rows, "an entry lies twice in the log"
        assert not new.keys() & place.known, "an entry lies twice in the log"
        vault = place.vault
        own = {
            h
            for h, e in new.items()
            if e.header.dev == vault.device_id and e.header.inc == vault.inc and h not in foreign
        }
        assert new.keys() - own == foreign - place.known, (
            "what came from outside is not what the file carried"
        )
        last = [tuple(e.header.hlc) for h, e in new.items() if h in own]
        assert last == sorted(set(last)), "the hybrid clock went back"
        self.log |= new
        place.known |= new.keys()
        place.ever |= place.known
        place.rows = vault.state.n

    # -- at a laptop ---------------------------------------------------------------------------------------

    def write(self, name: str, what: str = "consult") -> None:
        """A signed note, a change of the shared patient, a dispense, or a dispense struck out."""
        place = self.places[name]
        with self.at(place):
            vault = place.vault
            with vault.transaction(day=date(2026, 11, 20)) as tx:
                patient = SHARED
                if what == "edit" and vault.held("hot/patient", SHARED):
                    tx.put("patient", SHARED, {"given": f"Cambio {self.rng.random()}"})
                elif what == "dispense":
                    tx.put("dispense", vault.new_id(), stock.dispensed(3), patient=patient, new=True)
                elif what == "strike" and (given := vault.doc_ids("dispense", patient)):
                    void = stock.struck(self.rng.choice(given), self.rng.randrange(4))
                    tx.put("void", vault.new_id(), void, patient=patient, new=True)
                else:
                    tx.put(
                        "consult",
                        vault.new_id(),
                        {"text": "nota", "day": "2026-11-20"},
                        patient=patient,
                        new=True,
                    )
            place.clock.advance(seconds=self.rng.choice((0, 1, 60)))
        self.grown(place)

    def set_clock(self, name: str, year: int) -> None:
        """The battery is empty, or someone set the year wrong."""
        self.places[name].clock.ms = FixedClock.at(year, 1, 1).ms

    def kill(self, name: str) -> None:
        """The process dies: what the disk holds now is all there is."""
        place = self.places[name]
        frozen = self.root / "frozen"
        copy_store(place.folder, frozen)
        with self.at(place):
            place.clinic.close()
        shutil.rmtree(place.folder)
        frozen.rename(place.folder)
        self.settle(place, set(place.known))

    def copy(self, name: str) -> None:
        """A copy of the day, kept outside."""
        place = self.places[name]
        with self.at(place):
            place.clock.advance(seconds=2)
            made = copy_here(place.vault)
            kept = self.root / f"{name}-{len(place.copies)}-copy"
            shutil.copytree(made.path, kept)
        self.grown(place)
        place.copies.append((kept, set(place.known)))

    def restore(self, name: str) -> None:
        """The disk broke: the last copy comes back; what it held is there, under a new incarnation."""
        place = self.places[name]
        if not place.copies:
            return
        kept, known = place.copies[-1]
        before, lost = place.vault.inc, place.known - known
        with self.at(place):
            place.clinic.close()
        shutil.rmtree(place.folder)
        shutil.copytree(kept, place.folder)
        self.settle(place, known)
        assert place.known == known
        assert place.vault.inc != before or not lost, "a restored store goes on with numbers already given"

    def clone(self, name: str) -> None:
        """Someone copies the folder to another laptop, and both go on."""
        place, other = self.places[name], f"{name}-clone"
        if name == "office" or other in self.places or name.endswith("clone"):
            return
        with self.at(place):
            place.clinic.close()
        twin = Place(
            other, self.root / other, self.root / f"{other}-state", "f" * 16, FixedClock(place.clock.ms)
        )
        copy_store(place.folder, twin.folder)
        self.settle(place, set(place.known))
        self.settle(twin, set(place.known))
        assert twin.vault.inc != place.vault.inc, "two laptops give the same numbers"

    # -- sticks --------------------------------------------------------------------------------------------

    def export(self, name: str) -> None:
        """A bundle on a stick: with what the office confirmed, it holds everything this device ever wrote here."""
        place = self.places[name]
        with self.at(place):
            waiting = {e.hash for e in self._unconfirmed(place)}
            done = place.clinic.exchange.export(self.stick)
        self.grown(place)
        for path in done.paths:
            carried = self.inside(path)
            assert waiting <= carried, "the export leaves out what no receipt confirms"
            self.bundles.append(File(path, place.vault.store_id, carried))

    def _unconfirmed(self, place: Place) -> list[Entry]:
        ledger = Ledger(place.vault)
        return list(unconfirmed(place.vault, ledger.basis(), ledger.covered_row()))

    def inside(self, path: Path) -> frozenset[bytes]:
        """The entries in a bundle, opened with the paper key."""
        plain = age.decrypt(path.read_bytes(), [age.identity_bytes(self.escrow)])
        envelope = bundle.split(plain)
        signed = bundle.read_content(envelope, bundle.read_manifest(envelope))
        entries = [decode_entry(raw, signature) for signature, raw in signed]
        self.log |= {e.hash: e for e in entries}
        return frozenset(e.hash for e in entries)

    def deliver(self, index: int) -> None:
        """Any bundle, for the first time or again, in any order."""
        if not self.bundles:
            return
        file = self.bundles[index % len(self.bundles)]
        with self.at(self.office) as office:
            result = office.office.import_file(file.path)
        assert result.state in {"new", "already"}
        assert result.state == "new" or file.hashes <= self.office.known, "«ya estaba», and it was not"
        self.grown(self.office, file.hashes)

    def deliver_damaged(self, index: int, at: float, *, cut: bool, answer: bool = False) -> None:
        """A torn or changed file changes nothing."""
        files = self.answers if answer else self.bundles
        if not files:
            return
        file = files[index % len(files)]
        raw = bytearray(file.path.read_bytes())
        place = int(at * len(raw))
        if cut:
            del raw[place:]
        else:
            raw[place] ^= 1 + int(at * 200)
        bad = self.root / "bad.age"
        bad.write_bytes(raw)
        for target in [p for p in self.places.values() if answer == (p is not self.office)]:
            before = target.vault.state
            with self.at(target) as there:
                with pytest.raises(CesError):
                    if answer:
                        there.exchange.read_answer(bad)
                    else:
                        there.office.import_file(bad)
            assert target.vault.state == before

    def answer(self, name: str) -> None:
        """The office answers a clinic: each word of its receipt is true."""
        clinic = self.places[name].vault.store_id
        with self.at(self.office) as office:
            done = office.office.answer(clinic, self.stick)
        self.grown(self.office)
        for held in done.held:
            self.true_receipt(held)
        self.answers.append(File(done.path, clinic, self.inside(done.path), done.number))

    def true_receipt(self, held: Held) -> None:
        """Contiguous, gaps and head are what the office's log holds of that device and incarnation."""
        entries = [self.log[h] for h in self.office.known]
        seqs = {
            e.header.seq: e.hash.hex()
            for e in entries
            if (e.header.dev, e.header.inc) == (held.dev, held.inc)
        }
        missing = {n for first, last in held.gaps for n in range(first, last + 1)}
        assert set(range(1, held.contiguous + 1)) <= seqs.keys(), "the receipt claims what is not there"
        assert not missing & seqs.keys() and missing | seqs.keys() >= set(range(1, max(seqs, default=0) + 1))
        assert held.contiguous == 0 or seqs[held.contiguous] == held.head
        assert held.contiguous + 1 not in seqs, "the receipt claims less than is there"

    def read_answer(self, name: str, index: int) -> None:
        """Any answer, in any order: taken, known already, or refused for one that is missing."""
        place = self.places[name]
        mine = [a for a in self.answers if a.clinic == place.vault.store_id]
        if not mine:
            return
        file = mine[index % len(mine)]
        with self.at(place) as clinic:
            before = place.vault.state
            try:
                done = clinic.exchange.read_answer(file.path)
            except BundleRefused as error:
                assert "falta una anterior" in str(error)
                assert place.vault.state == before
                return
            if done.already:
                assert place.vault.state == before
                return
            pending = {e.hash for e in self._unconfirmed(place)}
        self.grown(place, file.hashes)
        lost = place.own - pending - self.office.ever
        assert not lost, f"{len(lost)} entries count as confirmed that the office never held"

    # -- at the end ----------------------------------------------------------------------------------------

    def everyone_meets(self) -> None:
        """All sticks arrive, then one more round: the office holds what every laptop holds, and they know it."""
        for place in self.places.values():
            place.clock.ms = max(place.clock.ms, FixedClock.at(2026, 12, 1).ms)
        for name in self.laptops:
            self.export(name)
        for index in range(len(self.bundles)):
            self.deliver(index)
        for name in self.laptops:
            assert self.places[name].own <= self.office.known, "the office lacks what a laptop wrote"

    def check_all(self) -> None:
        """Each store is whole, and its documents are what its set of entries gives."""
        for place in self.places.values():
            held = {e.hash for e in place.vault.entries()}
            assert held == place.known, f"the log of {place.name} is not the model's set"
            check_documents(place.vault, [self.log[h] for h in held])
        self.close()
        for place in self.places.values():
            assert is_whole(place.folder), place.name

    def close(self) -> None:
        for place in self.places.values():
            with self.at(place):
                place.clinic.close()
