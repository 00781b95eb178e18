"""`packaging/run.py faults --mutation [module…]`: small mistakes in the core, and whether the quick tests notice them.

    --sample=200   so many of them, chosen by --seed=1, instead of all
    --match=TEXT   those whose name holds the text
    --functions    those in functions and constants only (a mistake in another line that runs at import takes seconds)
    --again        only those that no earlier run noticed in this very text of their function; the others count as noticed
    --open         of these only those without a verdict, or that survived without a reason
    --report       none: only the table of what earlier runs found in the present text
    --write        write docs/mutants.md (when every mutant of every module has its verdict)

What survives must stand with its reason in tests/faults/mutation_reasons.toml; a survivor without one fails the run,
and so does a reason for a mutant that died or is no longer there.
"""

from __future__ import annotations

import ast
import hashlib
import json
import random
import sys
import time

from tests.faults import mutation_page as page
from tests.faults.mutation_modules import ROOT, TESTS, chosen, path_of, say
from tests.faults.mutation_operators import Mutant, mutants_of
from tests.faults.mutation_trial import at_import, in_functions

OPTIONS = {"--sample", "--seed", "--match", "--functions", "--again", "--open", "--report", "--write"}
_LAST = ROOT / ".cache" / "mutants.json"


class Memory:
    """Verdicts of earlier runs; one counts only while the text of its function is the same.

    A verdict may grow old without that, when what calls the function or its tests change: before a release everything
    is tried anew (without --again and --open).
    """

    def __init__(self, texts: dict[str, str]) -> None:
        self._digests = {m: digests(t) for m, t in texts.items()}
        self._all: dict[str, list[str]] = (
            json.loads(_LAST.read_text(encoding="utf-8")) if _LAST.exists() else {}
        )

    def verdict(self, mutant: Mutant) -> str | None:
        verdict, digest = self._all.get(mutant.name, ("", ""))
        return verdict if digest == self._digest(mutant) else None

    def keep(self, mutant: Mutant, verdict: str) -> None:
        self._all[mutant.name] = [verdict, self._digest(mutant)]

    def _digest(self, mutant: Mutant) -> str:
        return self._digests[mutant.module][mutant.function]

    def write(self) -> None:
        _LAST.parent.mkdir(exist_ok=True)
        _LAST.write_text(json.dumps(self._all, ensure_ascii=False, indent=0), encoding="utf-8")


def digests(text: str) -> dict[str, str]:
    """Function ("Class.method") -> a digest of its code without comments; "" -> the same of what is left of the module."""
    tree = ast.parse(text)
    found: dict[str, str] = {}

    def walk(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[prefix + node.name] = _digest(node)
                node.body = [ast.Pass()]
            elif isinstance(node, ast.ClassDef):
                walk(node.body, f"{prefix}{node.name}.")

    walk(tree.body, "")
    return {"": _digest(tree), **found}


def _digest(node: ast.AST) -> str:
    return hashlib.sha256(ast.unparse(node).encode()).hexdigest()[:16]


def main(args: list[str]) -> int:
    options = {a.partition("=")[0]: a.partition("=")[2] for a in args if a.startswith("--")}
    if options.keys() - OPTIONS:
        say(__doc__ or "")
        return 2
    modules = chosen([a for a in args if not a.startswith("--")])
    texts = {name: path_of(name).read_text(encoding="utf-8") for name in modules}
    everything = [m for name in modules for m in mutants_of(name, texts[name])]
    memory = Memory(texts)
    wanted = _picked(everything, options, memory)
    done: list[str] = []
    begun = time.monotonic()

    def told(mutant: Mutant, verdict: str) -> None:
        done.append(mutant.name)
        memory.keep(mutant, verdict)
        if verdict in page.ALIVE:
            say(f"{verdict}: {mutant.name} (line {mutant.line})")
        if len(done) % 50 == 0:
            memory.write()
            say(f"… {len(done)} of {len(wanted)}, {time.monotonic() - begun:.0f} s")

    whole = at_import([m for m in wanted if not m.function and not m.constant], told)
    broken = in_functions([m for m in wanted if m.function or m.constant], told)
    memory.write()
    return _report(
        everything if {"--again", "--open", "--report"} & set(options) else wanted,
        memory,
        options,
        whole and not broken,
        modules,
        broken,
    )


def _report(
    mutants: list[Mutant],
    memory: Memory,
    options: dict[str, str],
    sound: bool,
    modules: list[str],
    broken: list[str],
) -> int:
    verdicts = {m.name: v for m in mutants if (v := memory.verdict(m)) is not None}
    run = page.Run([m for m in mutants if m.name in verdicts], verdicts, page.read_reasons())
    complete = len(run.mutants) == len(mutants) and not {"--match", "--sample", "--functions"} & set(options)
    problems = run.problems(whole=complete, modules=modules)
    if not sound:
        problems += ["without any mutant these fail:", *(broken or TESTS)]
    say(run.table(), *problems)
    if "--write" in options and sound and complete and modules == chosen([]):
        page.write(run)
    return 1 if problems else 0


def _picked(mutants: list[Mutant], options: dict[str, str], memory: Memory) -> list[Mutant]:
    if "--report" in options:
        return []
    if "--again" in options:
        mutants = [m for m in mutants if memory.verdict(m) in (None, *page.ALIVE)]
    if "--open" in options:
        known = {name for reason in page.read_reasons() for name in reason.mutants}
        mutants = [
            m
            for m in mutants
            if (v := memory.verdict(m)) is None or (v in page.ALIVE and m.name not in known)
        ]
    if "--functions" in options:
        mutants = [m for m in mutants if m.function or m.constant]
    if text := options.get("--match"):
        mutants = [m for m in mutants if text in m.name]
    if size := int(options.get("--sample") or 0):
        seeded = random.Random(int(options.get("--seed") or 1))
        mutants = seeded.sample(mutants, min(size, len(mutants)))
    return mutants


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
