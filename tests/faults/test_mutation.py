"""The tool that puts mistakes in: which ones it makes, that they reach the running code, and what it asks of survivors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.vault import state
from tests.faults import mutation_page as page
from tests.faults.mutation import digests
from tests.faults.mutation_modules import MODULES, chosen, path_of
from tests.faults.mutation_operators import mutants_of
from tests.faults.mutation_trial import KILLED, SURVIVED, TIMEOUT, UNREACHED, in_child, replace_code

SAMPLE = '''
"""A docstring."""

@decorated(1)
class Box(Base, frozen=True):
    size: int = 3

    def fits(self, a: "x", b=2):
        """Another."""
        if a < b and not self.full:
            raise Full("no room")
        self.seen(a, b)
        try:
            self.count += 1
        except (KeyError, ValueError):
            pass
        return a + b
'''


def named(text: str) -> list[str]:
    return [m.name.removeprefix("m ") for m in mutants_of("m", text)]


def test_each_kind_of_mistake_is_made_and_what_says_nothing_is_left_alone() -> None:
    told = named(SAMPLE)
    assert set(told) == {
        "(module): 3 -> 4", "(module): 3 -> 2", "(module): 2 -> 3", "(module): 2 -> 1",
        "Box.fits: if a < b and (not self.full) -> if not (a < b and (not self.full))",
        "Box.fits: a < b and (not self.full) -> a < b or not self.full", "Box.fits: a < b and (not self.full) -> not self.full",
        "Box.fits: a < b and (not self.full) -> a < b", "Box.fits: a < b -> a <= b", "Box.fits: a < b -> a >= b",
        "Box.fits: not self.full -> self.full", "Box.fits: without raise Full('no room')", "Box.fits: 'no room' -> ''",
        "Box.fits: without self.seen(a, b)", "Box.fits: self.seen(a, b) -> self.seen(b, a)",
        "Box.fits: self.count += 1 -> self.count -= 1", "Box.fits: without self.count += 1", "Box.fits: 1 -> 2",
        "Box.fits: 1 -> 0", "Box.fits: except (KeyError, ValueError) -> except (ValueError,)",
        "Box.fits: except (KeyError, ValueError) -> except (KeyError,)", "Box.fits: return a + b -> return None",
        "Box.fits: a + b -> a - b",
    }  # fmt: skip
    assert len(told) == len(set(told))


def test_every_mutant_of_the_core_compiles_has_its_own_name_and_leaves_the_tree_as_it_was() -> None:
    for module in MODULES:
        text = path_of(module).read_text(encoding="utf-8")
        mutants = mutants_of(module, text)
        assert len({m.name for m in mutants}) == len(mutants) > 20
        for mutant in mutants[::17]:
            compile(mutant.source(), module, "exec")
        assert [m.name for m in mutants_of(module, text)] == [m.name for m in mutants]


def test_the_same_mistake_twice_in_a_function_has_two_names() -> None:
    assert named("def f():\n    g(1)\n    g(1)\n").count("f: without g(1) #2") == 1


def test_a_mistake_is_in_the_running_code_of_the_child_and_in_no_other(tmp_path: Path) -> None:
    text = path_of("vault/state").read_text(encoding="utf-8")
    mutant = next(
        m for m in mutants_of("vault/state", text) if m.name.endswith("seq <= self.to -> seq < self.to")
    )
    chain = state.Chain(1, "a")

    def changed() -> int:
        replace_code(mutant)
        return 0 if chain.plus(1, "b") != chain else 1

    assert in_child(changed, 30, tmp_path / "scratch") == 0
    assert chain.plus(1, "b") == chain and not (tmp_path / "scratch").exists()


def test_a_child_that_never_ends_is_ended_and_one_that_breaks_has_noticed(tmp_path: Path) -> None:
    assert in_child(lambda: sum(iter(lambda: 1, 0)), 0.2, tmp_path / "a") is None
    assert in_child(lambda: 1 // 0, 30, tmp_path / "b") == 9


def test_modules_are_asked_for_by_name_or_part() -> None:
    assert chosen(["log"]) == ["vault/entry", "vault/commit", "vault/state", "vault/late"]
    assert chosen(["seal", "sync/age"]) == ["vault/seal", "sync/age"]
    assert chosen([]) == list(MODULES)
    with pytest.raises(SystemExit):
        chosen(["nothing"])


def run_of(verdicts: list[str], *reasons: page.Reason) -> page.Run:
    mutants = mutants_of("vault/seal", "".join(f"a{n} = {n}\n" for n in range(100, 110)))
    given = dict(zip((m.name for m in mutants), verdicts + [KILLED] * 20, strict=False))
    return page.Run(mutants, given, list(reasons))


def test_a_survivor_needs_a_reason_and_a_reason_a_survivor() -> None:
    run = run_of([SURVIVED, UNREACHED])
    first, second = run.survivors()
    assert run.problems(whole=True, modules=["vault/seal"]) == [
        f"no reason given: {n}" for n in (first, second)
    ]
    known = page.Reason("why", (first, second))
    assert run_of([SURVIVED, UNREACHED], known).problems(whole=True, modules=["vault/seal"]) == []
    stale = run_of([SURVIVED, KILLED], known).problems(whole=True, modules=["vault/seal"])
    assert stale == [f"not among the survivors: {second}"]
    assert "why" in run_of([SURVIVED], known).page()


def test_nine_in_ten_of_each_module_must_be_noticed() -> None:
    names = tuple(m.name for m in run_of([]).mutants)
    known = page.Reason("why", names[:3])
    assert len(names) == 20
    problems = run_of([SURVIVED] * 3, known).problems(whole=True, modules=["vault/seal"])
    assert problems == ["fewer than 90% noticed: vault/seal"]
    row = run_of([SURVIVED, TIMEOUT, UNREACHED]).table().splitlines()[2]
    assert row == "| `vault/seal.py` | seal | 20 | 18 | 1 | 2 | 90.0% |"


def test_every_reason_is_a_sentence_for_mutants_that_could_be_made() -> None:
    told = page.read_reasons()
    modules = tuple(f"{m} " for m in MODULES)
    names = [name for reason in told for name in reason.mutants]
    assert len(names) == len(set(names))
    assert all(name.startswith(modules) for name in names)
    assert all(reason.why.endswith(".") and len(reason.why) > 20 for reason in told)


def test_a_verdict_holds_while_the_code_of_its_function_is_the_same() -> None:
    text = "A = 1\n\nclass C:\n    def f(self):\n        return A\n\ndef g():\n    return 2\n"
    before = digests(text)
    assert set(before) == {"", "C.f", "g"}
    assert digests(text.replace("return 2", "return 2  # said")) == before
    changed = digests(text.replace("return 2", "return 3"))
    assert {name for name in before if changed[name] != before[name]} == {"g"}
    moved = digests(text.replace("A = 1", "A = 2"))
    assert {name for name in before if moved[name] != before[name]} == {""}
