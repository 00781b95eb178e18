"""One fixed schedule through save, log, merge, import and receipt: whatever is wrong in any of them fails it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused, Conflict, DiskProblem
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.entry import entry_hash
from ces_tui.vault.receive import known_keys, receive
from ces_tui.vault.vault import Vault
from tests.faults.documents import canonical
from tests.faults.world import SHARED, World
from tests.support import make_store, open_clinic


def run(root: Path, template: Path, escrow: str) -> None:
    """Raises when anything does not hold."""
    world = World(root / "world", template, escrow, seed=3)
    try:
        for what in ("edit", "dispense", "dispense", "consult"):
            world.write("first", what)
        saves(world)
        deliveries(world)
        clones(world)
        forgeries(world)
        clocks(world)
        orders(world, root)
        world.everyone_meets()
        world.check_all()
    finally:
        world.close()


def saves(world: World) -> None:
    """A save is whole, never over someone else's, and what a bad disk leaves open is settled."""
    place = world.places["first"]
    with world.at(place):
        vault = place.vault
        read = vault.doc_body("patient", SHARED)
        assert read is not None
        vault.drafts.save("d" * 32, place="consulta", data={"s": "x"})
        with vault.transaction() as tx:
            tx.put("patient", SHARED, {"given": "Uno"}, read_rev=read.rev)
            tx.put("consult", vault.new_id(), {"text": "n"}, patient=SHARED, new=True)
            tx.drop_draft("d" * 32)
        assert vault.drafts.open_drafts() == []
        with pytest.raises(Conflict), vault.transaction() as tx:
            tx.put("patient", SHARED, {"given": "Dos"}, read_rev=read.rev)
        for happened in (True, False):
            before = vault.state.n
            with failing_commit(after=happened):
                try:
                    vault.hot.table("item").insert({"n": before})
                    said = True
                except DiskProblem:
                    said = False
            assert said == happened == (vault.state.n == before + 1), (
                "what the disk holds is not what was said"
            )
            vault.try_writing()
            assert vault.state.n == before + happened
    world.grown(place)
    world.kill("first")
    assert place.vault.drafts.open_drafts() == [], "a draft outlived the record made of it"


@contextmanager
def failing_commit(*, after: bool) -> Iterator[None]:
    """The next commit reports an error, after it happened or instead of happening."""
    honest, left = Container.commit, [1]

    @contextmanager
    def commit(self: Container) -> Iterator[None]:
        with honest(self):
            yield
            if left and not after:
                left.pop()
                raise DiskProblem
        if left:
            left.pop()
            raise DiskProblem

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Container, "commit", commit)
        yield


def deliveries(world: World) -> None:
    """Lost sticks, repeats, an office that lost its last weeks, answers in the wrong order."""
    world.copy("first")
    world.export("first")  # this stick is lost
    world.write("first")
    world.export("first")
    world.copy("office")
    world.deliver(1)
    world.deliver(1)
    world.answer("first")
    world.read_answer("first", 0)
    assert not world._unconfirmed(world.places["first"])
    world.write("first", "strike")
    world.restore("office")
    world.export("first")
    world.deliver(2)  # only what came after the receipt: the rest is a gap now
    world.answer("first")
    world.answer("first")
    world.answer("first")
    world.read_answer("first", 3)
    world.read_answer("first", 1)
    world.export("first")
    world.deliver(3)
    for at in (0.2, 0.6, 0.97):
        world.deliver_damaged(3, at, cut=False)
        world.deliver_damaged(3, at, cut=True)
    world.write("first")
    world.restore("first")
    world.write("first")
    world.export("first")
    world.deliver(4)
    (office,) = [p for p in world.places.values() if p.name == "office"]
    assert not office.vault.state.forks, "the same numbers were given twice"


def clones(world: World) -> None:
    """Two laptops of one store change one record and strike one dispense."""
    world.clone("first")
    for what in ("edit", "strike", "edit", "consult"):
        for name in ("first", "first-clone"):
            world.write(name, what)
    held = len(world.bundles)
    for name in ("first-clone", "first"):
        world.export(name)
    for index in (held + 1, held, held + 1):
        world.deliver(index)
    shown = world.office.vault.held("hot/patient", SHARED)
    assert shown is not None and len(shown.heads) == 2, "one of both changes was lost"


def forgeries(world: World) -> None:
    """Signed by a stranger, with another body, with a broken chain, half good and half bad: nothing changes."""
    source, target = world.places["second"], world.office.vault
    with world.at(source):
        start = source.vault.state.n
        world.write("second")
        world.write("second")
        entries = list(source.vault.entries(start + 1))
        me = source.vault.author
    assert me is not None
    keys = known_keys(target) | known_keys(source.vault)
    good = [(e.signature, e.to_bytes()) for e in entries]
    stranger = KeyPair.make()
    bad_sign = (stranger.sign(entries[1].hash), good[1][1])
    bad_body = (good[1][0], good[1][1].replace(b"nota", b"nada"))  # still JSON: only its hash can tell
    assert bad_body != good[1]
    loose = good[1][1].replace(entries[1].header.prev.encode(), b"0" * 64)
    size = int.from_bytes(loose[:4], "big")
    bad_chain = (me.keys.sign(entry_hash(loose[4 : 4 + size])), loose)
    with world.at(world.office):
        for wrong in (bad_sign, bad_body, bad_chain):
            before = target.state
            with pytest.raises(BundleRefused):
                receive(target, [good[0], wrong], keys)
            assert target.state == before and target.row_of(entries[0].hash) is None, (
                "half a delivery was taken"
            )
        waiting = receive(target, [(s, r) for s, r in good], {})
        strangers = known_keys(target)
        assert me.id in strangers or (waiting.new == 0 and waiting.waiting), "an unknown author was taken"
    if waiting.new:
        world.grown(world.office, frozenset(e.hash for e in entries))


def clocks(world: World) -> None:
    """One laptop in 2099 drags nobody; one whose clock goes back keeps its order."""
    world.set_clock("second", 2099)
    world.write("second")
    world.set_clock("second", 2025)
    world.write("second")
    world.export("second")
    world.deliver(len(world.bundles) - 1)
    assert world.office.vault.state.hlc[0] < FixedClock.at(2030, 1, 1).ms, (
        "the office follows a clock in 2099"
    )
    world.set_clock("second", 2026)


def orders(world: World, root: Path) -> None:
    """Every order of arrival shows the same."""
    vault = world.office.vault
    keys = known_keys(vault) | world.office.clinic.office.book.known_keys()
    sent = [(e.signature, e.to_bytes()) for e in vault.entries() if e.header.dev != vault.device_id]
    shown = []
    for number in range(4):
        make_store(root / f"o{number}", FixedClock.at(2026, 11, 20))
        other = open_clinic(root / f"o{number}", FixedClock.at(2026, 11, 20))
        own = canonical(other.vault)
        random.Random(number).shuffle(sent)
        for one in sent:
            receive(other.vault, [one], keys)
        gaps = [c.gaps() for c in other.vault.state.chains.values()]
        assert not any(gaps), "a chain with all its entries has gaps"
        shown.append({r for r in canonical(other.vault) - own if r[0] == "row" or r[1] in set(_docs(vault))})
        other.close()
        shutil.rmtree(root / f"o{number}")
    assert all(s == shown[0] for s in shown), "the order of arrival shows"


def _docs(vault: Vault) -> Iterator[str]:
    for entry in vault.entries():
        for change in entry.header.ch:
            yield change.doc
