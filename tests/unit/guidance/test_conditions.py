"""Conditions: three truths, and a truth once known is never taken back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ces_tui.guidance.conditions import (
    All,
    Any,
    Compare,
    Condition,
    Gap,
    Known,
    Not,
    OneOf,
    Span,
    Value,
    Versus,
    Yes,
    inputs_of,
    judge,
)

NAMES = ("a", "b", "n", "m", "c")
ANSWERS = st.fixed_dictionaries(
    {
        "a": st.booleans(),
        "b": st.booleans() | st.just(Gap.MISSING),
        "n": st.integers(0, 6),
        "m": st.integers(0, 6) | st.just(Gap.MISSING),
        "c": st.sampled_from(["x", "y"]) | st.just(Gap.MISSING),
    }
)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from(["a", "b"]).map(Yes),
    st.builds(
        Compare,
        st.sampled_from(["n", "m"]),
        st.sampled_from([">=", ">", "<=", "<"]),
        st.just("f"),
        st.integers(0, 6).map(float),
    ),
    st.just(OneOf("c", ("x",))),
    st.sampled_from(["m", "c"]).map(Known),
    st.just(Versus("n", "<", "m")),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        part.map(Not),
        st.lists(part, min_size=1, max_size=3).map(lambda p: All(tuple(p))),
        st.lists(part, min_size=1, max_size=3).map(lambda p: Any(tuple(p))),
    ),
    max_leaves=8,
)


@given(CONDITIONS, ANSWERS, st.sets(st.sampled_from(NAMES)))
def test_a_truth_known_from_some_answers_holds_with_all_of_them(
    condition: Condition, answers: dict[str, Value | Gap], asked: set[str]
) -> None:
    some, need = judge(condition, lambda n: answers[n] if n in asked else Gap.UNKNOWN)
    everything, nothing_needed = judge(condition, lambda n: answers[n])
    assert everything is not None and nothing_needed is None
    if some is None:
        assert need in inputs_of(condition) - asked
    else:
        assert some is everything


@given(CONDITIONS, ANSWERS)
def test_asking_what_is_needed_always_ends(condition: Condition, answers: dict[str, Value | Gap]) -> None:
    asked: set[str] = set()
    for _ in range(len(NAMES) + 1):
        truth, need = judge(condition, lambda n: answers[n] if n in asked else Gap.UNKNOWN)
        if truth is not None:
            return
        assert need is not None and need not in asked
        asked.add(need)
    raise AssertionError


@given(st.sampled_from([">=", ">", "<=", "<"]), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_span_is_judged_only_when_every_number_in_it_agrees(
    sign: str, bound: int, one: int, other: int
) -> None:
    low, high = min(one, other), max(one, other)
    compare = Compare("n", sign, "f", float(bound))
    truth, _ = judge(compare, lambda _: Span(low, high))
    truths = {judge(compare, lambda _, v=v: v)[0] for v in range(low, high + 1)}  # type: ignore[misc]
    assert truths == ({truth} if truth is not None else {True, False})


def test_a_missing_answer_fulfils_no_comparison() -> None:
    for condition in (
        Compare("m", "<", "f", 3.0),
        OneOf("m", ("x",)),
        Yes("m"),
        Known("m"),
        Versus("m", "<", "n"),
    ):
        assert judge(condition, lambda name: Gap.MISSING if name == "m" else 1) == (False, None)
