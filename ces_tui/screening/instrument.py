"""An instrument ready to administer and to score: the file's content and what follows from it, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from ces_tui.screening.content import (
    Band,
    ChangeRules,
    Difficulty,
    Gate,
    InstrumentFile,
    Item,
    Option,
    Result,
    Safety,
    TextFile,
    TextVersion,
)

REFUSED_SUFFIX = "_sin_respuesta"


@dataclass(frozen=True)
class SafetyItem:
    """A danger item by its place in the answers."""

    index: int
    start: int
    flag: str
    unanswered_flag: str
    rule: Safety


@dataclass(frozen=True)
class Instrument:
    """`source` is the file; the short form of an instrument (PHQ-2) is one of its own, with `parent` set."""

    id: str
    title: str
    items: tuple[Item, ...]
    options: tuple[tuple[Option, ...], ...]
    """The options of each item, by its place."""
    allowed: tuple[frozenset[int], ...]
    counted: tuple[bool, ...]
    """Which items are part of the sum."""
    band_of: tuple[Band, ...]
    """The band of each possible total; empty for instruments without one."""
    safety: tuple[SafetyItem, ...]
    difficulty: Difficulty | None
    text: TextVersion
    preamble: str
    lead: str
    source: InstrumentFile
    parent: str = ""

    @property
    def bands(self) -> tuple[Band, ...]:
        """The bands in order of severity, each once."""
        return tuple(dict.fromkeys(self.band_of))

    @property
    def results(self) -> tuple[Result, ...]:
        return () if self.parent else tuple(self.source.results)

    @property
    def change(self) -> ChangeRules | None:
        return None if self.parent else self.source.change

    @property
    def gate(self) -> Gate | None:
        return None if self.parent else self.source.gate

    @property
    def reviewed(self) -> bool:
        """Whether a clinician of CES has signed the file; otherwise the screen says "pendiente de revisión clínica"."""
        return bool(self.source.reviewed_by)

    @property
    def confirmed_text(self) -> bool:
        """False for a wording of certainty U: shown "por confirmar" and not offered by itself."""
        return self.text.certainty != "U"

    def band_named(self, band_id: str) -> Band | None:
        return next((b for b in self.bands if b.id == band_id), None)

    def result_named(self, result_id: str) -> Result | None:
        return next((r for r in self.results if r.id == result_id), None)

    def with_text(self, text: TextFile) -> Instrument:
        """The same instrument in another wording: words change, values, codes and bands do not."""
        words = text.item_options or [text.options] * len(self.items)
        options = tuple(
            tuple(replace_words(o, w) for o, w in zip(row, new, strict=True))
            for row, new in zip(self.options, words, strict=True)
        )
        items = tuple(replace_item(i, w) for i, w in zip(self.items, text.items, strict=True))
        return replace(
            self,
            items=items,
            options=options,
            difficulty=_difficulty(self.difficulty, text),
            text=text.text,
            preamble=text.preamble,
            lead=text.lead,
        )


def build(source: InstrumentFile) -> Instrument:
    """The instrument of a checked file."""
    options = tuple(tuple(i.options or source.options) for i in source.items)
    return Instrument(
        id=source.id,
        title=source.title,
        items=tuple(source.items),
        options=options,
        allowed=tuple(frozenset(o.value for o in row) for row in options),
        counted=tuple(i.counts for i in source.items),
        band_of=_band_of(source.bands),
        safety=tuple(_safety(source, s) for s in source.safety),
        difficulty=source.difficulty,
        text=source.text,
        preamble=source.preamble,
        lead=source.lead,
        source=source,
    )


def short_form(whole: Instrument) -> Instrument | None:
    """The gate of an instrument (PHQ-2 of PHQ-9) as an instrument of its own, in the same wording."""
    gate = whole.gate
    if gate is None:
        return None
    places = [n - 1 for n in gate.items]
    top = sum(max(whole.allowed[p]) for p in places)
    first = gate.between[0].min if gate.between else gate.cut
    bands = [
        Band(
            id="negativo", min=0, max=first - 1, name="negativo", action=gate.below, certainty=gate.certainty
        ),
        *gate.between,
        Band(
            id="positivo", min=gate.cut, max=top, name="positivo", action=gate.above, certainty=gate.certainty
        ),
    ]
    return replace(
        whole,
        id=gate.id,
        title=gate.title,
        items=tuple(whole.items[p] for p in places),
        options=tuple(whole.options[p] for p in places),
        allowed=tuple(whole.allowed[p] for p in places),
        counted=tuple(whole.counted[p] for p in places),
        band_of=_band_of(bands),
        safety=tuple(replace(s, index=places.index(s.index)) for s in whole.safety if s.index in places),
        difficulty=None,
        parent=whole.id,
    )


def replace_words(option: Option, words: str) -> Option:
    return msgspec.structs.replace(option, text=words)


def replace_item(item: Item, words: str) -> Item:
    return msgspec.structs.replace(item, text=words)


def _difficulty(present: Difficulty | None, text: TextFile) -> Difficulty | None:
    if present is None or text.difficulty is None:
        return present
    options = [replace_words(o, w) for o, w in zip(present.options, text.difficulty.options, strict=True)]
    return Difficulty(text=text.difficulty.text, options=options, loinc=present.loinc)


def _band_of(bands: list[Band]) -> tuple[Band, ...]:
    return tuple(band for band in bands for _ in range(band.min, band.max + 1))


def _safety(source: InstrumentFile, rule: Safety) -> SafetyItem:
    flag = f"item{rule.item}"
    index = next(i for i, item in enumerate(source.items) if item.n == rule.item)
    return SafetyItem(index, rule.start, flag, flag + REFUSED_SUFFIX, rule)
