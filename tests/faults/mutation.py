"""`packaging/run.py faults --mutation [module…]`: small mistakes in the core, and whether the quick tests notice them.

    --sample=200   so many of them, chosen by --seed=1, instead of all
    --match=TEXT   those whose name holds the text
    --functions    those in functions only (a mistake in a line that runs at import takes seconds)
    --again        those that survived the last run
    --write        write docs/mutants.md (a whole run only)

What survives must stand with its reason in tests/faults/mutation_reasons.toml; a survivor without one fails the run,
and so does a reason for a mutant that died or is no longer there.
"""

from __future__ import annotations

import json
import random
import sys
import time

from tests.faults import mutation_page as page
from tests.faults.mutation_modules import ROOT, TESTS, chosen, path_of, say
from tests.faults.mutation_operators import Mutant, mutants_of
from tests.faults.mutation_trial import at_import, in_functions

_LAST = ROOT / ".cache" / "mutants.json"


def main(args: list[str]) -> int:
    options = {a.partition("=")[0]: a.partition("=")[2] for a in args if a.startswith("--")}
    modules = chosen([a for a in args if not a.startswith("--")])
    mutants = [m for name in modules for m in mutants_of(name, path_of(name).read_text(encoding="utf-8"))]
    everything = len(mutants)
    wanted = _picked(mutants, options)
    verdicts: dict[str, str] = {}
    begun = time.monotonic()

    def told(mutant: Mutant, verdict: str) -> None:
        verdicts[mutant.name] = verdict
        if verdict in page.ALIVE:
            say(f"{verdict}: {mutant.name} (line {mutant.line})")
        if len(verdicts) % 100 == 0:
            say(f"… {len(verdicts)} of {len(wanted)}, {time.monotonic() - begun:.0f} s")

    whole = at_import([m for m in wanted if not m.function], told)
    broken = in_functions([m for m in wanted if m.function], told)
    _remember(verdicts)
    wanted = [m for m in wanted if m.name in verdicts]
    run = page.Run(wanted, verdicts, page.read_reasons())
    say(run.table())
    problems = run.problems(whole=len(wanted) == everything, modules=modules)
    if broken or not whole:
        problems += ["without any mutant these fail:", *(broken or TESTS)]
    say(*problems)
    if (
        "--write" in options
        and whole
        and not broken
        and len(wanted) == everything
        and len(modules) == len(chosen([]))
    ):
        page.write(run)
    return 1 if problems else 0


def _picked(mutants: list[Mutant], options: dict[str, str]) -> list[Mutant]:
    if "--again" in options:
        last = json.loads(_LAST.read_text(encoding="utf-8"))
        mutants = [m for m in mutants if last.get(m.name, page.ALIVE[0]) in page.ALIVE]
    if "--functions" in options:
        mutants = [m for m in mutants if m.function]
    if text := options.get("--match"):
        mutants = [m for m in mutants if text in m.name]
    if size := int(options.get("--sample") or 0):
        seeded = random.Random(int(options.get("--seed") or 1))
        mutants = seeded.sample(mutants, min(size, len(mutants)))
    return mutants


def _remember(verdicts: dict[str, str]) -> None:
    before = json.loads(_LAST.read_text(encoding="utf-8")) if _LAST.exists() else {}
    _LAST.parent.mkdir(exist_ok=True)
    _LAST.write_text(json.dumps(before | verdicts, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
