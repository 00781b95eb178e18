"""What the screening room draws: questions for the questionnaire, the sheet to look over, the result. No rules here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ces_tui.screening import report
from ces_tui.screening.administration import DIFFICULTY, Given, sheet, to_ask
from ces_tui.screening.content import Option as Words
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.report import Said
from ces_tui.screening.rules import score
from ces_tui.screening.screenings import Saved
from screens.widgets.fields import Option
from screens.widgets.paper import Para
from screens.widgets.plot import Level
from screens.widgets.questionnaire import Item

_INK = {"title": "title", "danger": "bad", "text": "text", "note": "dim"}
_SHORT = 40


def questions(instrument: Instrument, given: Given) -> list[Item]:
    """The questions this person is asked so far: the instruction before the first, the period before each other one."""
    found = []
    for key in to_ask(instrument, given):
        if key == DIFFICULTY and instrument.difficulty:
            found.append(Item(key, instrument.difficulty.text, _options(instrument.difficulty.options)))
            continue
        index = next(i for i, item in enumerate(instrument.items) if str(item.n) == key)
        item = instrument.items[index]
        text = f"{item.text}\n{item.detail}" if item.detail else item.text
        intro = instrument.lead if index else instrument.preamble
        found.append(Item(key, text, _options(instrument.options[index]), intro))
    return found


def review(instrument: Instrument, given: Given, *, aloud: bool) -> list[Para]:
    """Every answer in words, then what the sheet says; read before it is signed."""
    how = "Se leyó en voz alta" if aloud else "La persona contestó a solas"
    lines = [
        Para("Revise antes de firmar. Enter guarda y firma; Retroceso corrige.", "strong"),
        Para(f"{how} (la tecla «a» lo cambia).", "dim"),
        Para(),
    ]
    for item, options in zip(instrument.items, instrument.options, strict=True):
        key = str(item.n)
        if key in given:
            lines.append(_answer(f"{item.n:>2}.", item.text, options, given[key]))
    if instrument.difficulty and DIFFICULTY in given:
        known = instrument.difficulty
        lines.append(_answer("  +", known.text, known.options, given[DIFFICULTY]))
    answers = sheet(instrument, given)
    found = score(instrument, answers)
    return [*lines, Para(), *paragraphs(report.danger(instrument, found)), *_head(instrument, given)]


def result(instrument: Instrument, saved: Saved) -> list[Para]:
    """Total or why there is none, what to do, the change, the source."""
    record = saved.stored.record
    said = report.result(instrument, saved.score, record.answers)
    if saved.change is not None and saved.before is not None:
        said.append(Said(report.change_said(saved.change, saved.before)))
    if saved.course is not None:
        said += [Said(text) for text in report.course_said(instrument, saved.course, saved.before)]
    if text := report.difficulty_said(instrument, record):
        said.append(Said(text))
    if text := report.follow_up_said(instrument):
        said.append(Said(text, "note"))
    lines: list[Para] = []
    for para in paragraphs([*said, *report.source_said(instrument)]):
        if para.ink in {"title", "bad"} and lines:
            lines.append(Para())
        lines.append(para)
    return lines


def wording(instrument: Instrument) -> str:
    """The name of a wording as a choice shows it."""
    return instrument.text.name + ("" if instrument.confirmed_text else " (por confirmar)")


def levels(instrument: Instrument) -> list[Level]:
    """The cut-off as a line across the trend."""
    case = instrument.source.case
    return [Level(case.cut, "corte")] if case and not instrument.parent else []


def paragraphs(said: Iterable[Said]) -> list[Para]:
    """Sentences of the core with their ink."""
    return [Para(s.text, _INK[s.kind]) for s in said]


def _head(instrument: Instrument, given: Given) -> list[Para]:
    answers = sheet(instrument, given)
    return paragraphs(report.headline(instrument, score(instrument, answers), answers)[:1])


def _options(words: Sequence[Words]) -> list[Option]:
    return [Option(str(o.value), o.text) for o in words]


def _answer(mark: str, text: str, options: Sequence[Words], value: int | None) -> Para:
    short = text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
    if value is None:
        return Para(f"[NO CONTESTÓ] {short}", "warn", mark=f"{mark} ")
    words = next(o.text for o in options if o.value == value)
    return Para(f"[{value} {words}] {short}", mark=f"{mark} ")
