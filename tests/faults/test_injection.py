"""Terminal injection: whatever a store, a header, a stick or the clipboard holds, only the program's own bytes are sent.

Everyday: each room of a clinic and of an office with its rows, help, palette, jump, cover. `faults --quick`: also what
each key of each room opens. `faults`: the keys of those too, other roles, and thirty more visits to every screen that
shows a text of the record (`--rounds=300` until nearly all 200 sequences were shown on each; the table says on how many). What reaches a real terminal is looked at in tests/terminal/.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.sync import drives
from ces_tui.sync.drives import Stick
from screens import coordinacion, copias, imprimir, recuperar, recuperar_oficina, usb
from screens.app import CesApp
from screens.rooms import ROOMS
from tests.faults import figures
from tests.screens.crawl import Crawler, Seen, streamed
from tests.screens.support import drive
from tests.support import open_clinic
from tests.unit.canary import WORDS
from tests.unit.canary_life import ALIAS, NAMES, Life, live_through
from tests.unit.hostile import Poison, poisoned, sequences
from tests.unit.office.support import Pair, make_pair

WORDS_TO_POISON = (*WORDS, *NAMES, "Coordinación de prueba", ALIAS)
DEPTH = {"": 0, "quick": 1, "full": 2}[figures.LEVEL]
SIZE = (100, 30)
FEWEST = {0: 24, 1: 50, 2: 60}
"""Screens that a run must have been in; fewer and it no longer looks at what it was written for."""


@dataclass
class Place:
    """A clinic in which the canary lived, and its office, closed; what the crawls saw, put together."""

    pair: Pair
    life: Life
    poison: Poison = field(default_factory=lambda: Poison(WORDS_TO_POISON))
    seen: list[Seen] = field(default_factory=list)

    def crawl(self, role: str, names: list[str]) -> Seen:
        """As this person through these rooms; hostile is whatever is read from now on."""
        folder = self.pair.root / ("office" if role == "coordinacion" else "clinic")
        with poisoned(self.poison), streamed() as seen:
            asyncio.run(self._crawl(folder, role, names, seen))
        self.seen.append(seen)
        return seen

    async def _crawl(self, folder: Path, role: str, names: list[str], seen: Seen) -> None:
        app = CesApp(folder, self.pair.clock)
        async with drive(app, SIZE) as d:
            crawler = Crawler(d, seen, self.life.her, rows=(1, 4, 6)[DEPTH])
            await crawler.look()
            await crawler.press("o", "escape")
            app.clinic = open_clinic(folder, self.pair.clock, role)
            try:
                await crawler.everything(names, keys=DEPTH > 0, deep=DEPTH > 1 and role == "pasante")
                for name in sorted(crawler.paths):
                    await self._until_all(crawler, name, folder, role)
                await crawler.frame()
            finally:
                clinic, app.clinic = app.clinic, None
                if clinic is not None:
                    clinic.close()

    async def _until_all(self, crawler: Crawler, name: str, folder: Path, role: str) -> None:
        """Go there again, each time with the record read anew, until this screen has shown every sequence."""
        app, missed = crawler.app, 0
        self.poison.each = 3
        for _ in range(figures.amount("rounds", 0, 0, 30)):
            if len(crawler.seen.shown[name]) == len(self.poison.all) or missed > 3:
                break
            app.go_home()
            await crawler.look()
            assert app.clinic is not None
            app.clinic.close()
            app.clinic = open_clinic(folder, self.pair.clock, role)
            missed += not await crawler.again(name)
        self.poison.each = 1


@pytest.fixture
def place(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    pair = make_pair(tmp_path, clock)
    life = live_through(pair.clinic)
    pair.introduce()
    pair.export()
    pair.close()
    seen = [Stick(folder, "/dev/null", 7_000_000_000) for folder in hostile_sticks(pair)]
    for module in (coordinacion, copias, imprimir, recuperar, recuperar_oficina, usb, drives):
        if hasattr(module, "sticks"):
            monkeypatch.setattr(module, "sticks", lambda: list(seen))
    monkeypatch.setattr(drives, "let_go", lambda _stick: False)
    return Place(pair, life)


def hostile_sticks(pair: Pair) -> list[Path]:
    """Two mounted sticks whose labels, and whose files' names, are sequences."""
    found = []
    for number, text in enumerate(sequences()[10:12]):
        folder = pair.root / f"memoria-{number}-{_file(text)}"
        folder.mkdir()
        for at, name in enumerate(sequences()[number::10]):
            (folder / f"pru-5-{at}{_file(name)}.age").write_bytes(b"age-encryption.org/v1\n")
            (folder / f"pru-copia-{at}{_file(name)}.cesc").write_bytes(b"CESC1\n")
            (folder / f"pru-0000-{at}{_file(name)}-solicitud.json").write_bytes(b"{}")
        for real in pair.stick.iterdir():
            (folder / real.name).write_bytes(real.read_bytes())
        found.append(folder)
    return found


def _file(text: str) -> str:
    return text.replace("/", "-").replace("\x00", "0")


def _judge(seen: Seen) -> None:
    assert seen.foreign == [], seen.foreign[:5]
    assert seen.raised == [], seen.raised[:5]


def test_no_screen_of_a_clinic_sends_a_sequence_that_it_was_given(place: Place) -> None:
    """Every room, and what is opened from there; nothing breaks either."""
    for role in ["pasante", *(["supervision", "enfermeria", "visitante"] if DEPTH > 1 else [])]:
        _judge(place.crawl(role, list(ROOMS)))
    seen = place.seen
    shown: dict[str, set[int]] = {}
    for one in seen:
        for name, numbers in one.shown.items():
            shown.setdefault(name, set()).update(numbers)
    screens = {name for one in seen for name in one.written}
    assert len(screens) >= FEWEST[DEPTH], sorted(screens)
    assert len(place.poison.given) == 200
    shown = {name: numbers for name, numbers in shown.items() if numbers}
    written = sum(sum(one.written.values()) for one in seen)
    whole = sum(len(numbers) == 200 for numbers in shown.values())
    figures.count(
        "terminal injection: a sequence shown on a screen", sum(len(numbers) for numbers in shown.values()),
        note=f"{len(screens)} screens, {len(shown)} of them with texts of the record, {whole} with all 200; {written:,} bytes sent, "
        "only our own sequences in them",
    )  # fmt: skip


def test_no_screen_of_an_office_sends_one(place: Place) -> None:
    """Bundles of hostile clinics, hostile names on sticks, hostile names of people and clinics."""
    seen = place.crawl("coordinacion", list(ROOMS))
    _judge(seen)
    assert {"Coordinacion", "HelpScreen", "Palette"} <= set(seen.written)
    figures.count(
        "terminal injection: a sequence shown on a screen", sum(len(s) for s in seen.shown.values())
    )


def test_every_place_that_takes_text_takes_pasted_sequences_without_them(place: Place) -> None:
    """All 200, in pastes of a line and of a page, in each field of each room; everyday in the first of a few rooms."""
    rooms = [r for r in ROOMS if r not in {"usb", "imprimir"}] if DEPTH else ["buscar", "consulta"]
    every = sequences()
    pastes = ["".join(every[n::4]) for n in range(4)] + ["\n".join(every)]
    taken = asyncio.run(_pasted(place, rooms, pastes, (1, 4, 60)[DEPTH]))
    figures.count(
        "terminal injection: a sequence pasted into a place for text", taken * len(every),
        note=f"{taken} places in {len(rooms)} rooms; none kept one, none sent one",
    )  # fmt: skip


async def _pasted(place: Place, rooms: list[str], pastes: list[str], most: int) -> int:
    taken = 0
    clinic = open_clinic(place.pair.root / "clinic", place.pair.clock)
    app = CesApp(clinic.vault.folder, place.pair.clock)
    with streamed() as seen:
        async with drive(app, SIZE) as d:
            app.clinic = clinic
            crawler = Crawler(d, seen, place.life.her)
            for room in rooms:
                if await crawler.room(room):
                    taken += await crawler.paste(pastes, most)
            app.clinic = None
    clinic.close()
    assert taken and not seen.foreign, seen.foreign[:5]
    return taken
