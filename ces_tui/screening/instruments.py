"""Which instruments there are, in which wordings. A new one is a new file: no code knows their names."""

from __future__ import annotations

from functools import cache

from ces_tui.base.content import names
from ces_tui.base.errors import NotFound
from ces_tui.screening.content import TextFile
from ces_tui.screening.instrument import Instrument, short_form
from ces_tui.screening.loading import load, load_text

FOLDER = "instruments"
TEXTS = "instruments/textos"


class Instruments:
    """`all()`, `get("phq9")`, `get("phq9", "es-MX")`; the short forms (PHQ-2) stand beside their instruments."""

    def all(self) -> tuple[Instrument, ...]:
        """Every instrument, each followed by its short form, in its first wording."""
        whole = sorted((load_one(name) for name in names(FOLDER)), key=lambda i: (i.source.order, i.id))
        return tuple(i for one in whole for i in _with_short(one))

    def offered(self) -> tuple[Instrument, ...]:
        """Those whose wording is confirmed: what a screen offers by itself."""
        return tuple(i for i in self.all() if i.confirmed_text)

    def get(self, instrument: str, text: str = "") -> Instrument:
        """The instrument `instrument` in the wording `text` (its first one when empty); 'PHQ-9' is 'phq9'; NotFound."""
        word = instrument.casefold()
        spellings = {word, word.replace("-", ""), word.replace("-", "_")}
        found = next((i for i in self.all() if i.id in spellings), None)
        if found is None:
            known = ", ".join(i.id for i in self.all())
            raise NotFound(f"No hay un instrumento «{instrument[:30]}». Hay: {known}.")
        if not text or text == found.text.version:
            return found
        whole = self.get(found.parent) if found.parent else found
        other = next((t for t in self._texts(whole) if t.text.version == text), None)
        if other is None:
            raise NotFound(f"{found.title} no tiene una versión de texto «{text[:40]}».")
        worded = whole.with_text(other)
        return (short_form(worded) or worded) if found.parent else worded

    def texts(self, instrument: str) -> tuple[Instrument, ...]:
        """The instrument in each of its wordings, the first one first."""
        first = self.get(instrument)
        whole = self.get(first.parent) if first.parent else first
        return (first, *(self.get(instrument, t.text.version) for t in self._texts(whole)))

    def _texts(self, whole: Instrument) -> list[TextFile]:
        prefix = f"{TEXTS}/{whole.id}-"
        return [load_text(name, whole) for name in names(TEXTS) if name.startswith(prefix)]


@cache
def load_one(name: str) -> Instrument:
    return load(name)


def _with_short(whole: Instrument) -> tuple[Instrument, ...]:
    short = short_form(whole)
    return (whole, short) if short else (whole,)
