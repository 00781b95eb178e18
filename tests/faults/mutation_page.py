"""What became of the mutants: counts by module, survivors with their reasons, and docs/mutants.md."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass

from tests.faults import figures
from tests.faults.mutation_modules import MODULES, ROOT
from tests.faults.mutation_operators import Mutant
from tests.faults.mutation_trial import KILLED, SURVIVED, TIMEOUT, UNREACHED

ALIVE = (SURVIVED, UNREACHED)
LEAST = 0.9
"""Share of each module's mutants that must be noticed."""
PAGE = ROOT / "docs" / "mutants.md"
REASONS = ROOT / "tests" / "faults" / "mutation_reasons.toml"
_INTRO = """# Mutants: mistakes that the quick tests must notice

For engineers. Written by `python3 packaging/run.py faults --mutation --write`; nothing here is typed by hand but the reasons, which stand in
`tests/faults/mutation_reasons.toml`.

Each mutant is one small mistake in one of the modules on which everything else stands: a comparison turned round or moved by one, a condition
negated or one of its parts left out, a number one more or less, a text or bytes emptied, an operator exchanged, a call, a refusal or an
assignment left out, a kind of error no longer caught, two arguments exchanged, nothing returned. Left alone are annotations, docstrings,
imports, decorators and the options of a class. Against each the tests of the vault, the exchange and the office run until one fails.
"""


@dataclass(frozen=True)
class Reason:
    """Why some survivors may live."""

    why: str
    mutants: tuple[str, ...]


def read_reasons() -> list[Reason]:
    """The reviewed list."""
    if not REASONS.exists():
        return []
    told = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return [Reason(" ".join(r["why"].split()), tuple(r["mutants"])) for r in told.get("survivors", [])]


@dataclass(frozen=True)
class Run:
    """The verdicts of one run, by mutant name."""

    mutants: list[Mutant]
    verdicts: dict[str, str]
    reasons: list[Reason]

    def table(self) -> str:
        """Counts by module, as Markdown."""
        lines = [
            "| module | part | mutants | noticed | of these by time | survived | share |",
            "|---|---|---:|---:|---:|---:|---:|",
        ]
        total: Counter[str] = Counter()
        for module in dict.fromkeys(m.module for m in self.mutants):
            counts = self._counts(module)
            total += counts
            lines.append(_row(f"`{module}.py`", MODULES[module], counts))
        return "\n".join([*lines, _row("all", "", total)])

    def _counts(self, module: str) -> Counter[str]:
        return Counter(self.verdicts[m.name] for m in self.mutants if m.module == module)

    def survivors(self) -> list[str]:
        return [m.name for m in self.mutants if self.verdicts[m.name] in ALIVE]

    def problems(self, *, whole: bool, modules: list[str]) -> list[str]:
        """What makes the run fail: too few noticed, a survivor without a reason, a reason without a survivor."""
        alive, known = set(self.survivors()), {name for r in self.reasons for name in r.mutants}
        found = [f"no reason given: {name}" for name in self.survivors() if name not in known]
        if whole:
            here = tuple(f"{m} " for m in modules)
            found += [f"not among the survivors: {n}" for n in sorted(known - alive) if n.startswith(here)]
            for module in modules:
                counts = self._counts(module)
                if counts[KILLED] + counts[TIMEOUT] < LEAST * counts.total():
                    found.append(f"fewer than {LEAST:.0%} noticed: {module}")
        return found

    def page(self) -> str:
        """The whole document."""
        alive = self.survivors()
        parts = [_INTRO, f"{figures.versions()}.\n", self.table(), "\n## What survives, and why"]
        for reason in self.reasons:
            here = [name for name in reason.mutants if name in alive]
            if here:
                parts += [f"\n{reason.why}\n", *(f"- `{name}`" for name in here)]
        return "\n".join(parts) + "\n"


def _row(name: str, part: str, counts: Counter[str]) -> str:
    alive = sum(counts[a] for a in ALIVE)
    noticed = counts[KILLED] + counts[TIMEOUT]
    share = noticed / max(1, counts.total())
    return f"| {name} | {part} | {counts.total():,} | {noticed:,} | {counts[TIMEOUT]:,} | {alive} | {share:.1%} |"


def write(run: Run) -> None:
    """Write docs/mutants.md."""
    PAGE.write_text(run.page(), encoding="utf-8")
