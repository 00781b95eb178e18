"""Every sheet of the clinic that stands, as FHIR resources. They hold patient data: whoever takes them seals them at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from ces_tui.base.errors import NotFound
from ces_tui.care.shelves import live
from ces_tui.people.desk import Desk
from ces_tui.screening import fhir
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.records import Screening


class Sheets:
    """Reads the sheets of one chart after another."""

    def __init__(self, desk: Desk, instruments: Instruments | None = None) -> None:
        self._desk = desk
        self._instruments = instruments or Instruments()

    def resources(self) -> Iterator[fhir.Resource]:
        """QuestionnaireResponse and Observation of each sheet, chart by chart; NotAllowed without "ver_reservado".

        A sheet of an instrument that this version does not know is left out: its items have no text here.
        """
        self._desk.require("exportar")
        self._desk.require("ver_reservado")
        return chain.from_iterable(self._of(p) for p in self._desk.vault.doc_ids("patient"))

    def _of(self, patient: str) -> Iterator[fhir.Resource]:
        for stored in live(self._desk, "screening", Screening, patient):
            sheet = stored.record
            try:
                instrument = self._instruments.get(sheet.instrument, sheet.text_version)
            except NotFound:
                try:
                    instrument = self._instruments.get(sheet.instrument)
                except NotFound:
                    continue
            if len(sheet.answers) != len(instrument.items):
                continue
            yield fhir.response(instrument, sheet, sheet_id=stored.id, patient=patient)
            total = fhir.observation(instrument, sheet, sheet_id=stored.id, patient=patient)
            if total is not None:
                yield total
