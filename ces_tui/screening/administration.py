"""Asking one person item by item: what is asked next, what is asked again, and the sheet that comes of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ces_tui.screening.instrument import Instrument, SafetyItem
from ces_tui.screening.rules import asked

DIFFICULTY = "dificultad"
"""Key of the functional item among the answers; items have their number."""

Given = Mapping[str, int | None]
"""What was answered so far; a refusal is None, what was not yet asked is not there."""


def key_of(instrument: Instrument, index: int) -> str:
    """The item's number as the key of its answer."""
    return str(instrument.items[index].n)


def sheet(instrument: Instrument, given: Given) -> list[int | None]:
    """One answer per item; what was answered but no longer has to be asked counts as not asked."""
    answers = [given.get(key_of(instrument, i)) for i in range(len(instrument.items))]
    return [a if asked(instrument, answers, i) else None for i, a in enumerate(answers)]


def to_ask(instrument: Instrument, given: Given) -> list[str]:
    """The keys of the items that this person is asked, as far as the answers tell, in order.

    The difficulty comes last, and only when every item has its answer and something was positive.
    """
    answers = [given.get(key_of(instrument, i)) for i in range(len(instrument.items))]
    keys = []
    for index, item in enumerate(instrument.items):
        known = item.ask_if is None or all(
            str(n) in given or not asked(instrument, answers, n - 1) for n in item.ask_if.items
        )
        if known and asked(instrument, answers, index):
            keys.append(key_of(instrument, index))
    if instrument.difficulty and all(k in given for k in keys) and any(given[k] for k in keys):
        keys.append(DIFFICULTY)
    return keys


def finished(instrument: Instrument, given: Given) -> bool:
    """Whether everything that has to be asked was answered or refused."""
    return all(key in given for key in to_ask(instrument, given))


def safety_item(instrument: Instrument, key: str) -> SafetyItem | None:
    """The danger rule of an item, if it has one: a refusal of it is asked again once."""
    return next((s for s in instrument.safety if key_of(instrument, s.index) == key), None)


def carry_over(short: Instrument, whole: Instrument, given: Given) -> dict[str, int | None]:
    """The answers of a short form as the first answers of the whole instrument (same items, same values)."""
    known = {str(i.n) for i in whole.items}
    return {str(i.n): given[str(i.n)] for i in short.items if str(i.n) in known and str(i.n) in given}
