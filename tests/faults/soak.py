"""Years of many clinics and their office: daily power cuts, lost sticks, changes of people, thefts, clocks gone wrong.

The model knows for each clinic how far its logs were promised and what of it must survive: all of it, but what a
stolen laptop had written since its last copy outside and its last stick that arrived. Every act runs in a child
(`soak_acts.py`) that dies in the middle of things.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.office.card import read_card
from ces_tui.vault.vault import Vault
from tests.faults import soak_acts as acts
from tests.faults.children import Machine, power_cut, run, start, start_until_killed
from tests.faults.soak_acts import Chains
from tests.faults.world import become
from tests.support import make_store, open_clinic
from tests.unit.office.support import make_office

DAY = 86_400_000
BEGIN = FixedClock.at(2026, 11, 2).ms
WRONG = (FixedClock.at(1970, 1, 3).ms, FixedClock.at(2099, 1, 1).ms)


@dataclass
class Plan:
    """How large a soak is."""

    clinics: int
    days: int
    consults: int
    copy_every: int
    """Days between copies on a clinic's second stick."""
    jobs: int = 2
    thefts_a_year: int = 1
    lost: float = 0.1
    """Of the sticks, on each way."""


@dataclass
class Site:
    """One place as the model knows it."""

    name: str
    folder: Path
    machine: Machine
    store: str = ""
    promised: Chains = field(default_factory=dict)
    delivered: Chains = field(default_factory=dict)
    """What sticks that arrived, or will, have taken to the office."""
    must: Chains = field(default_factory=dict)
    copy: tuple[Path, Chains] | None = None
    answers: list[Path] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    """Patients that the store has promised."""
    wrong: int = 0
    """What the clock says instead of the time, while it is wrong."""


def furthest(*many: Chains) -> Chains:
    """For each log the longest of several."""
    found: Chains = {}
    for chains in many:
        for key, held in chains.items():
            found[key] = max(found.get(key, (0, "")), held)
    return found


class Soak:
    """A run; `tally` counts what happened."""

    def __init__(self, root: Path, plan: Plan, seed: int = 7) -> None:
        self.root, self.plan, self.rng = root, plan, random.Random(seed)
        self.tally: Counter[str] = Counter()
        self.stick = root / "stick"
        self.stick.mkdir(parents=True)
        self.office = self._place("office", 0)
        self.sites = [self._place(f"clinic-{n}", n) for n in range(1, plan.clinics + 1)]
        self._set_up()

    def _place(self, name: str, number: int) -> Site:
        return Site(name, self.root / name, Machine(f"{number:016x}", self.root / f"{name}-state"))

    def _set_up(self) -> None:
        clock, opened = FixedClock(BEGIN), list[tuple[Site, Clinic]]()
        become(self.office.machine.name, self.office.machine.state)
        office, _ = make_office(self.root, clock)
        card = read_card(self.root / "office" / "oficina.json")
        for number, site in enumerate(self.sites):
            become(site.machine.name, site.machine.state)
            code = "".join(chr(65 + number // 26**n % 26) for n in (2, 1, 0))
            make_store(site.folder, clock, office=card.office, escrow=card.escrow, code=code)
            opened.append((site, open_clinic(site.folder, clock)))
        for site, clinic in opened:
            become(site.machine.name, site.machine.state)
            path, words = clinic.exchange.export(self.stick).paths[0], clinic.exchange.device_words()
            site.store, site.promised = clinic.vault.store_id, acts.own_chains(clinic)
            become(self.office.machine.name, self.office.machine.state)
            office.office.import_file(path)
            office.office.accept(clinic.vault.device_id, words)
            clinic.close()
        become(self.office.machine.name, self.office.machine.state)
        office.close()

    # -- days ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        """All days, then the end."""
        for day in range(1, self.plan.days + 1):
            self.now = BEGIN + day * DAY
            self._consults(day)
            for number, site in enumerate(self.sites):
                self._troubles(day + number * 3, site)
            self._exchange([s for n, s in enumerate(self.sites) if (day + n) % 7 == 0], self.plan.lost)
            jobs, every = self.plan.jobs, self.plan.copy_every
            self._copies([s for n, s in enumerate(self.sites) if (day + n // jobs) % every == 0])
            for number, site in enumerate(self.sites):
                if (day + number * 20) % 365 == 200:
                    self._turnover(site, day)
            if self.plan.thefts_a_year and day % (some := 365 // self.plan.thefts_a_year) == some * 2 // 3:
                self._theft(self.rng.choice(self.sites))
        self._end()

    def time_at(self, site: Site) -> int:
        return site.wrong or self.now

    def _consults(self, day: int) -> None:
        """Each clinic works until its process dies and what no sync covers is lost or torn."""
        jobs = self.plan.jobs
        for low in range(0, len(self.sites), jobs):
            group = self.sites[low : low + jobs]
            waits = [
                start_until_killed(
                    s.machine,
                    partial(acts.work_a_day, s.folder, self.time_at(s), day, s.promised, s.people),
                    self.plan.consults,
                    self.rng,
                )
                for s in group
            ]
            for site, wait in zip(group, waits, strict=True):
                told = wait()
                key, seq, head, size, _ = told[-1].split(" ")
                seen, met = set(site.people), dict.fromkeys(line.rpartition(" ")[2] for line in told)
                site.people += [patient for patient in met if patient not in seen]
                site.promised[key] = (int(seq), head)
                power_cut(Path(f"{site.folder / Vault.peek(site.folder).db}-wal"), int(size), self.rng)
                self.tally["consults"] += len(told)
                self.tally["cuts"] += 1

    def _troubles(self, day: int, site: Site) -> None:
        if day % 30 == 11:
            site.wrong = self.rng.choice(WRONG)
            self.tally["clocks"] += 1
        elif day % 30 == 13:
            site.wrong = 0

    def _exchange(self, sites: list[Site], lost: float) -> None:
        """Sticks to the office and back; some are lost on each way."""
        arrived: list[Path] = []
        for site in sites:
            clean = self.rng.random() < 0.5
            work = partial(
                acts.read_and_export,
                *(site.folder, self.time_at(site), site.promised, site.answers, self.stick),
                clean=clean,
            )
            paths, site.promised, refused = run(site.machine, work)
            site.answers = []
            self.tally["refused answers"] += refused
            self.tally["sticks"] += 1
            if self.rng.random() < lost:
                self.tally["lost sticks"] += 1
                continue
            site.delivered = furthest(site.delivered, site.promised)
            arrived += paths * (1 + (self.rng.random() < 0.1))
        if not arrived:
            return
        stores = [s.store for s in sites]
        work_there = partial(
            acts.receive_and_answer, self.office.folder, self.now, arrived, stores, self.stick
        )
        answers = run(self.office.machine, work_there)
        for site in sites:
            self.tally["sticks"] += 1
            if self.rng.random() < lost:
                self.tally["lost sticks"] += 1
            else:
                site.answers.append(answers[site.store])
        for path in self.stick.glob("*.age"):
            if path not in {a for s in self.sites for a in s.answers}:
                path.unlink()

    def _copies(self, sites: list[Site]) -> None:
        for low in range(0, len(sites), self.plan.jobs):
            group = sites[low : low + self.plan.jobs]
            waits = [start(site.machine, self._copying(site)) for site in group]
            for site, wait in zip(group, waits, strict=True):
                site.copy = wait()
                self.tally["copies"] += 1

    def _copying(self, site: Site) -> Callable[[], tuple[Path, Chains]]:
        stick = self.root / f"{site.name}-second"
        return partial(acts.copy_out, site.folder, self.time_at(site), site.promised, stick)

    def _turnover(self, site: Site, day: int) -> None:
        name = f"Pasante {day} de {site.name}"
        work = partial(acts.change_people, site.folder, self.time_at(site), site.promised, name)
        site.promised = run(site.machine, work)
        self.tally["turnovers"] += 1
        self._copies([site])  # the stick holds nothing any more that the leaver opens

    def _theft(self, site: Site) -> None:
        """The laptop is gone: what its last copy and its sticks hold survives, no more is promised."""
        if site.copy is None:
            return
        path, held = site.copy
        number = self.tally["thefts"] = self.tally["thefts"] + 1
        shutil.rmtree(site.machine.state, ignore_errors=True)
        site.machine = Machine(f"{number:08x}{'f' * 8}", self.root / f"{site.name}-state-{number}")
        survives = furthest(held, site.delivered)
        gone = {k: seq - survives.get(k, (0, ""))[0] for k, (seq, _) in site.promised.items()}
        self.tally["gone with a laptop"] += sum(max(0, n) for n in gone.values())
        site.must = furthest(site.must, survives)
        work = partial(acts.begin_again, site.folder, self.now, path, held)
        site.promised, site.people = run(site.machine, work)

    # -- the end -------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """No stick is lost any more: after three rounds everything that survives is at the office and in its clinic."""
        for site in self.sites:
            site.wrong = 0
        for _ in range(3):
            self.now += DAY
            self._exchange(self.sites, lost=0.0)
        self.now += DAY
        everything: Chains = {}
        for site in self.sites:
            site.must = furthest(site.must, site.promised)
            everything |= site.must
        self._check([(s, s.must, "pasante") for s in self.sites])
        entries, size = run(
            self.office.machine,
            partial(acts.held_at, self.office.folder, self.now, everything, "coordinacion"),
        )
        self.tally["at the office"], self.tally["MB at the office"] = entries, size >> 20
        self.tally["must survive"] = sum(seq for seq, _ in everything.values())

    def _check(self, work: list[tuple[Site, Chains, str]]) -> None:
        for low in range(0, len(work), self.plan.jobs):
            waits: list[Callable[[], tuple[int, int]]] = [
                start(s.machine, partial(acts.held_at, s.folder, self.now, must, role))
                for s, must, role in work[low : low + self.plan.jobs]
            ]
            for wait in waits:
                wait()
