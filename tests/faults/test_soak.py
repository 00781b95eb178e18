"""Weeks of two clinics and their office in seconds: daily cuts, lost sticks, changes of key, a theft, empty batteries."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ces_tui.vault.reseal import reseal
from tests.faults import figures
from tests.faults.world import World, machines, make_template

pytestmark = pytest.mark.faults
DAYS = figures.amount("days", 10, 30, 365)
CONSULTS = figures.amount("consults", 3, 4, 25)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    with machines(monkeypatch):
        (tmp_path / "template").mkdir()
        yield tmp_path / "template", make_template(tmp_path / "template")


def turnover(world: World, name: str) -> None:
    """Someone leaves: a new key for the store."""
    place = world.places[name]
    with world.at(place):
        reseal(place.vault)
    world.grown(place)


def test_weeks_of_work_lose_nothing_that_was_outside_the_laptop(
    template: tuple[Path, str], tmp_path: Path
) -> None:
    world = World(tmp_path / "world", *template, seed=7)
    rng, sticks, lost, written = world.rng, 0, 0, 0
    try:
        for day in range(1, DAYS + 1):
            for name in ("first", "second"):
                for what in rng.choices(("consult", "edit", "dispense", "strike"), (6, 2, 2, 1), k=CONSULTS):
                    world.write(name, what)
                    written += 1
                world.kill(name)
                if day % 3 == 0:
                    world.copy(name)
                if day % 7 == 0:
                    world.export(name)
                    sticks += 1
                    if rng.random() < 0.1:
                        lost += 1
                        world.bundles.pop()
                    else:
                        world.deliver(len(world.bundles) - 1)
                        world.deliver(rng.randrange(len(world.bundles)))
                        world.answer(name)
                        world.read_answer(name, -1)
                if day % 30 == 11:
                    world.set_clock(name, rng.choice((1970, 2099)))
                if day % 30 == 12:
                    world.set_clock(name, 2026)
            if day % 28 == 8:
                turnover(world, "first")
            if day % 30 == 20:
                world.restore("second")  # stolen: another laptop begins with the last copy
            world.kill("office")
        world.everyone_meets()
        world.check_all()
    finally:
        world.close()
    figures.count(
        "days of two clinics",
        DAYS,
        note=f"{written} saves, {sticks} sticks of which {lost} lost, 1 theft a month",
    )
