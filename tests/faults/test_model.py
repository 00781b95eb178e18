"""Whatever devices, copies, clones, clocks and sticks do, the stores are what a set of entries says they must be."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ces_tui.base.clock import FixedClock
from ces_tui.vault.receive import known_keys, receive
from tests.faults import figures
from tests.faults.documents import canonical
from tests.faults.places import copy_store
from tests.faults.world import World, machines, make_template
from tests.support import make_store, open_clinic

SCHEDULES = figures.amount("schedules", 2, 30, 5_000)
STEPS = figures.amount("steps", 15, 30, 50)
ORDERS = figures.amount("orders", 3, 20, 10_000)
SHARES = 8
"""Tests that large numbers are dealt out to: one for each process, and none with a long memory."""
_INDEX = st.integers(0, 30)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    with machines(monkeypatch):
        (tmp_path / "template").mkdir()
        yield tmp_path / "template", make_template(tmp_path / "template")


class Schedule(RuleBasedStateMachine):
    """One schedule of a few dozen acts; the world checks each of them."""

    template: Path
    escrow: str
    numbers = iter(range(1, 1 << 30))

    def __init__(self) -> None:
        super().__init__()
        self.root = self.template.parent / f"world-{next(self.numbers)}"
        self.world: World | None = None

    @initialize(seed=st.integers(0, 1 << 30))
    def begin(self, seed: int) -> None:
        self.world = World(self.root, self.template, self.escrow, seed)

    def name(self, index: int) -> str:
        assert self.world is not None
        return self.world.laptops[index % len(self.world.laptops)]

    @rule(who=_INDEX, what=st.sampled_from(("consult", "edit", "edit", "dispense", "strike")))
    def write(self, who: int, what: str) -> None:
        assert self.world is not None
        self.world.write(self.name(who), what)

    @rule(who=_INDEX, year=st.sampled_from((1970, 2025, 2026, 2027, 2099)))
    def clock(self, who: int, year: int) -> None:
        assert self.world is not None
        self.world.set_clock(self.name(who), year)

    @rule(who=_INDEX, act=st.sampled_from(("kill", "copy", "restore", "clone", "export", "export", "answer")))
    def act(self, who: int, act: str) -> None:
        assert self.world is not None
        getattr(self.world, act)(self.name(who))

    @rule(act=st.sampled_from(("kill", "copy", "restore")))
    def at_the_office(self, act: str) -> None:
        assert self.world is not None
        getattr(self.world, act)("office")

    @rule(index=_INDEX)
    def deliver(self, index: int) -> None:
        assert self.world is not None
        self.world.deliver(index)

    @rule(index=_INDEX, at=st.floats(0, 0.999), cut=st.booleans(), answer=st.booleans())
    def damaged(self, index: int, at: float, cut: bool, answer: bool) -> None:
        assert self.world is not None
        self.world.deliver_damaged(index, at, cut=cut, answer=answer)

    @rule(who=_INDEX, index=_INDEX)
    def read(self, who: int, index: int) -> None:
        assert self.world is not None
        self.world.read_answer(self.name(who), index)

    def teardown(self) -> None:
        if self.world is None:
            return
        try:
            self.world.everyone_meets()
            self.world.check_all()
        finally:
            self.world.close()
            shutil.rmtree(self.root, ignore_errors=True)
        figures.count("schedules of the stateful model", note=f"up to {STEPS} acts each", drawn=True)


@pytest.mark.parametrize("share", range(SHARES if SCHEDULES > 100 else 1))
def test_no_schedule_loses_doubles_or_invents_an_entry(template: tuple[Path, str], share: int) -> None:
    Schedule.template, Schedule.escrow = template
    machine = seed(figures.SEED * 1000 + share)(Schedule) if figures.LEVEL else Schedule
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=dealt(SCHEDULES, share),
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not figures.LEVEL,
            database=None,
            phases=[Phase.generate] if figures.LEVEL else list(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )


def dealt(number: int, share: int) -> int:
    """How many of them this share tries."""
    return len(range(share, number, SHARES)) if number > 100 else number


def test_a_clone_that_wrote_nothing_and_is_restored_begins_its_numbers_after_a_real_entry(
    template: tuple[Path, str], tmp_path: Path
) -> None:
    """Found by the model: its new incarnation named the beginning of the empty one, and every later check failed."""
    world = World(tmp_path / "w", *template)
    world.clone("first")
    for act in ("copy", "write", "restore", "write", "export"):
        getattr(world, act)("first-clone")
    world.deliver(0)
    world.check_all()


@pytest.mark.parametrize("share", range(SHARES if ORDERS > 100 else 1))
def test_any_order_of_arrival_shows_the_same(template: tuple[Path, str], tmp_path: Path, share: int) -> None:
    world = World(tmp_path / "w", *template, seed=5)
    for name, what in [("first", w) for w in ("edit", "dispense", "dispense", "consult")]:
        world.write(name, what)
    world.clone("first")
    for what in ("edit", "strike", "edit", "strike", "consult", "edit"):
        for name in ("first", "first-clone"):
            world.write(name, what)
    for name in world.laptops:
        world.export(name)
    for index in range(len(world.bundles)):
        world.deliver(index)
    vault = world.office.vault
    keys = known_keys(vault) | world.office.clinic.office.book.known_keys()
    sent = [(e.signature, e.to_bytes()) for e in vault.entries() if e.header.dev != vault.device_id]
    rng, shown = random.Random(figures.SEED * 1000 + share), frozenset[tuple[object, ...]]()
    empty = tmp_path / "empty"
    make_store(empty, FixedClock.at(2026, 11, 20))
    for number in range(dealt(ORDERS, share)):
        folder = tmp_path / f"order-{number}"
        copy_store(empty, folder)
        other = open_clinic(folder, FixedClock.at(2026, 11, 20))
        rng.shuffle(sent)
        for low in range(0, len(sent), 3):
            receive(other.vault, sent[low : low + 3], keys)
        now = canonical(other.vault)
        other.close()
        shutil.rmtree(folder)
        shown = shown or now
        assert now == shown, f"order {number} shows something else: {sorted(now ^ shown)[:6]}"
        figures.count("orders of arrival", note=f"{len(sent)} entries of three laptops", drawn=True)
    world.check_all()
