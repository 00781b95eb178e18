"""Another validated wording of an instrument, loaded from a file by the supervision: checked like those that ship, kept in the log.

It is a document `clinic`, so that it reaches the clinic's other laptops and the office, where the sheets that name it are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from ces_tui.base.errors import NotFound, Refused
from ces_tui.base.record import Record
from ces_tui.people.desk import Desk
from ces_tui.screening.content import TextFile
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.loading import read_text, text_target

SETTING = "texto_instrumento"


class LoadedText(Record, frozen=True, kw_only=True):
    """Document `clinic`: a wording, or that one is no longer offered. Nothing is overwritten: sheets name their version."""

    setting: str
    day: date
    at: int
    author: str
    of: str
    version: str
    file: dict[str, Any] = {}
    """The whole text file; empty where it is withdrawn."""
    withdrawn: bool = False


@dataclass(frozen=True)
class Wording:
    """A loaded wording; one that was withdrawn is still read where a sheet names it."""

    text: TextFile
    offered: bool


def loaded(desk: Desk) -> list[Wording]:
    """The wordings loaded in this store, in the order in which they came; one without the right shape is left out."""
    found: dict[tuple[str, str], Wording] = {}
    for record in sorted(_records(desk), key=lambda r: r.at):
        key = (record.of, record.version)
        if record.withdrawn and key in found:
            found[key] = Wording(found[key].text, offered=False)
        elif key not in found:
            try:
                found[key] = Wording(msgspec.convert(record.file, TextFile), offered=True)
            except msgspec.ValidationError:
                continue
    return list(found.values())


class TextVersions:
    """Load, withdraw."""

    def __init__(self, desk: Desk, instruments: Instruments) -> None:
        self.desk = desk
        self.instruments = instruments

    def load(self, path: Path) -> Instrument:
        """The instrument in the wording of a file, from now on offered; BrokenInstrument with line and reason, NotAllowed, Refused.

        The same file twice changes nothing; the same version with other words is Refused, since sheets name it.
        """
        self.desk.require("ajustar_programa")
        whole = self.instruments.get(text_target(path))
        text = read_text(path, whole)
        held = next((w for w in loaded(self.desk) if (w.text.of, w.text.text.version) == _key(text)), None)
        if held is not None and held.text == text and held.offered:
            return self.instruments.get(whole.id, text.text.version)
        if held is not None or text.text.version in {
            i.text.version for i in self.instruments.texts(whole.id)
        }:
            raise Refused(
                f"{whole.title} ya tiene una versión de texto «{text.text.version}»: cambie «version» en el archivo."
            )
        self._write(text.of, text.text.version, file=msgspec.to_builtins(text))
        return self.instruments.get(whole.id, text.text.version)

    def withdraw(self, instrument: str, version: str) -> Instrument:
        """No longer offer a loaded wording; NotFound for one that was not loaded here. Sheets made with it still read."""
        self.desk.require("ajustar_programa")
        whole = self.instruments.get(instrument)
        key = (whole.parent or whole.id, version)
        if not any((w.text.of, w.text.text.version) == key and w.offered for w in loaded(self.desk)):
            raise NotFound(f"{whole.title} no tiene un texto cargado «{version[:40]}».")
        self._write(*key, withdrawn=True)
        return whole

    def _write(self, of: str, version: str, **more: Any) -> None:
        record = LoadedText(
            setting=SETTING,
            day=self.desk.today(),
            at=self.desk.now(),
            author=self.desk.me.id,
            of=of,
            version=version,
            **more,
        )
        self.desk.vault.shelf("clinic", LoadedText).add(record)


def _key(text: TextFile) -> tuple[str, str]:
    return text.of, text.text.version


def _records(desk: Desk) -> Iterator[LoadedText]:
    vault = desk.vault
    for doc in vault.doc_ids("clinic"):
        body = vault.doc_body("clinic", doc)
        if body is not None and body.get("setting") == SETTING:
            yield vault.shelf("clinic", LoadedText).get(doc).record
