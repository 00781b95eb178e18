"""Scores: exact sums of whole answer sheets, comparison with earlier ones. Pure: no clock, no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ces_tui.base.errors import BadInput
from ces_tui.screening.content import Condition
from ces_tui.screening.instrument import Instrument

Answers = Sequence[int | None]
"""One value per item; None = refused or not answered."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a sheet of answers says. `total` and `band` are None until every item that had to be asked was answered."""

    complete: bool
    total: int | None
    band: str | None
    """Id of the band; of the result for instruments without a sum."""
    flags: tuple[str, ...]

    @property
    def alarming(self) -> bool:
        """Whether a safety item is positive or went unanswered."""
        return bool(self.flags)


@dataclass(frozen=True)
class Change:
    """From an earlier total to this one; a fall is an improvement."""

    before: int
    now: int
    response: bool
    """At least the published percentage (50 %) below the earlier total."""
    remission: bool
    """Below the published limit (5)."""
    better: bool
    """Fell by the published number of points or more (PHQ-9: 5, GAD-7: 4)."""
    worse: bool
    """Rose by as much."""
    reached: bool
    """Remission now and not before."""

    @property
    def points(self) -> int:
        return self.now - self.before


def score(instrument: Instrument, answers: Answers) -> Score:
    """The score of a whole sheet; BadInput when it is not one answer per item or a value is not an option.

    Source of sums and bands: the instrument's file. A refused item makes the sheet incomplete, never a zero.
    """
    if len(answers) != len(instrument.items):
        raise BadInput(
            f"{instrument.title} tiene {len(instrument.items)} ítems y llegaron {len(answers)} respuestas."
        )
    total = 0
    complete = True
    sheet = zip(answers, instrument.allowed, instrument.counted, strict=True)
    for index, (answer, allowed, counted) in enumerate(sheet):
        if answer is None:
            complete = complete and not asked(instrument, answers, index)
        elif answer not in allowed:
            raise BadInput(_not_an_option(instrument, index, answer))
        elif counted:
            total += answer
    flags = _flags(instrument, answers) if instrument.safety else ()
    if not instrument.band_of:
        return Score(complete, None, _result(instrument, answers), flags)
    if not complete:
        return Score(False, None, None, flags)
    return Score(True, total, instrument.band_of[total].id, flags)


def asked(instrument: Instrument, answers: Answers, index: int) -> bool:
    """Whether the item at `index` has to be asked, given the answers before it."""
    rule = instrument.items[index].ask_if
    if rule is None:
        return True
    return any(
        answers[n - 1] in rule.answers and asked(instrument, answers, n - 1)
        for n in rule.items
        if n <= len(answers)
    )


def estimate(instrument: Instrument, answers: Answers) -> int | None:
    """The instrument's published estimate for a sheet with few missing items, to be labelled as such; else None.

    None too where the rule is not confirmed (certainty U) or a safety item is missing: those are never imputed.
    """
    rule = instrument.source.missing
    if rule is None or rule.certainty == "U" or instrument.parent:
        return None
    given = [a for a in answers if a is not None]
    missing = len(answers) - len(given)
    if not 0 < missing <= rule.allowed or any(answers[s.index] is None for s in instrument.safety):
        return None
    # Half up, in integers: a float would round 12.5 to 12.
    return (2 * sum(given) * len(answers) + len(given)) // (2 * len(given))


def compare(instrument: Instrument, now: int, before: int) -> Change | None:
    """What the change between two totals means by the instrument's rules; None where it has none."""
    rules = instrument.change
    if rules is None:
        return None
    fall = before - now
    return Change(
        before=before,
        now=now,
        response=before > 0 and fall * 100 >= rules.response.fall_percent * before,
        remission=now < rules.remission.below,
        better=fall >= rules.points.at_least,
        worse=-fall >= rules.points.at_least,
        reached=now < rules.remission.below <= before,
    )


def _flags(instrument: Instrument, answers: Answers) -> tuple[str, ...]:
    flags = []
    for item in instrument.safety:
        answer = answers[item.index]
        if answer is None:
            if asked(instrument, answers, item.index):
                flags.append(item.unanswered_flag)
        elif answer >= item.start:
            flags.append(item.flag)
    return tuple(flags)


def _result(instrument: Instrument, answers: Answers) -> str | None:
    for result in instrument.results:
        if all(_holds(condition, answers) for condition in result.when):
            return result.id
    return None


def _holds(condition: Condition, answers: Answers) -> bool:
    found = (answers[n - 1] in condition.answers for n in condition.items)
    return all(found) if condition.every else any(found)


def _not_an_option(instrument: Instrument, index: int, answer: int) -> str:
    allowed = ", ".join(str(v) for v in sorted(instrument.allowed[index]))
    return f"La respuesta {answer} del ítem {index + 1} de {instrument.title} no existe; use {allowed} o «-»."
