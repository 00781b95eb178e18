"""Which instruments there are, in which wordings. A new one is a new file: no code knows their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from ces_tui.base.content import names
from ces_tui.base.errors import CesError, NotFound
from ces_tui.screening.checks import text_faults
from ces_tui.screening.content import TextFile
from ces_tui.screening.instrument import Instrument, short_form
from ces_tui.screening.loading import load, load_text

if TYPE_CHECKING:
    from ces_tui.screening.texts import Wording

FOLDER = "instruments"
TEXTS = "instruments/textos"


class Instruments:
    """`all()`, `get("phq9")`, `get("phq9", "es-MX")`; the short forms (PHQ-2) stand beside their instruments."""

    def __init__(self, loaded: Callable[[], Iterable[Wording]] = tuple) -> None:
        """`loaded` gives the wordings that a store holds besides those that ship."""
        self._loaded = loaded

    def all(self) -> tuple[Instrument, ...]:
        """Every instrument, each followed by its short form, in its first wording; a broken file keeps no other away."""
        found = [one for name in names(FOLDER) if isinstance(one := _try(name), Instrument)]
        whole = sorted(found, key=lambda i: (i.source.order, i.id))
        return tuple(i for one in whole for i in _with_short(one))

    @staticmethod
    def broken() -> list[str]:
        """Which files are not used, each with its line and the reason."""
        return [one for name in names(FOLDER) if isinstance(one := _try(name), str)]

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
        """The instrument in each of the wordings that are offered, the first one first."""
        first = self.get(instrument)
        whole = self.get(first.parent) if first.parent else first
        found = self._texts(whole, offered=True)
        return (first, *(self.get(instrument, t.text.version) for t in found))

    def _texts(self, whole: Instrument, *, offered: bool = False) -> list[TextFile]:
        """Those that ship and those that were loaded; one that no longer fits the instrument is left out."""
        prefix = f"{TEXTS}/{whole.id}-"
        shipped = [load_text(name, whole) for name in names(TEXTS) if name.startswith(prefix)]
        mine = (w for w in self._loaded() if w.text.of == whole.id and (w.offered or not offered))
        return [*shipped, *(w.text for w in mine if next(text_faults(w.text, whole), None) is None)]


@cache
def load_one(name: str) -> Instrument:
    return load(name)


def _try(name: str) -> Instrument | str:
    """The instrument, or why its file is not used."""
    try:
        return load_one(name)
    except CesError as error:
        return str(error)


def _with_short(whole: Instrument) -> tuple[Instrument, ...]:
    short = short_form(whole)
    return (whole, short) if short else (whole,)
