"""What a bundle carries of a mistake: the office ends with the same month, shelf, agenda and alerts as the clinic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Consult, ProgrammeChange, ProtocolResult
from ces_tui.vault.projections import Row
from ces_tui.vault.shelf import Stored
from tests.unit.consult.visits import LOSARTAN, TODAY, line, page, pressure, someone, stock
from tests.unit.office.support import Pair, make_pair

NEXT = TODAY + timedelta(days=28)
DRAWERS = (
    "month/consult/2026-11",
    f"hot/stock/{LOSARTAN}",
    f"agenda/{TODAY:%Y-%m}",
    f"agenda/{NEXT:%Y-%m}",
    "hot/alerts",
    "hot/programmes",
)


@pytest.fixture
def pair(tmp_path: Path, clock: FixedClock) -> Iterator[Pair]:
    made = make_pair(tmp_path, clock)
    yield made
    made.close()


def wrong(clinic: Clinic) -> tuple[str, Stored[Consult]]:
    """A whole consult in the wrong chart."""
    patient = someone(clinic)
    stock(clinic)
    pressure(clinic, patient)
    red = ProtocolResult(protocol="hipertension", version="1", classification="Crisis", gravity=3)
    draft = page(prescription=(line(),), programmes=(ProgrammeChange(kind="hipertension"),), protocols=(red,))
    return patient, clinic.consults.sign(draft, patient)


def mark(clinic: Clinic, patient: str, note: str) -> None:
    returned = {lot.lot: 30 for lot in clinic.consults.dispensed(patient, note)}
    clinic.consults.mark_error(patient, note, "Era otra paciente", returned)


def drawers(clinic: Clinic) -> dict[str, list[Row]]:
    """The projections that the mistake touched, in an order that does not depend on arrival."""
    return {name: sorted(clinic.vault.projection(name), key=repr) for name in DRAWERS}


def test_a_mark_that_comes_later_takes_the_note_out_of_the_offices_counts(pair: Pair) -> None:
    """First bundle with the note, second with the mark."""
    patient, note = wrong(pair.clinic)
    pair.introduce()
    assert [row["p"] for row in pair.office_clinic.vault.projection("month/consult/2026-11")] == [patient]
    assert pair.office_clinic.vault.projection("hot/alerts")
    mark(pair.clinic, patient, note.id)
    pair.office.import_file(pair.export())
    assert pair.office_clinic.vault.projection("month/consult/2026-11") == []
    assert pair.office_clinic.vault.projection("hot/alerts") == []
    assert drawers(pair.office_clinic) == drawers(pair.clinic)


def test_a_note_and_its_mark_in_one_bundle_never_count(pair: Pair) -> None:
    """Both at once; and the signed note itself arrives, to be read with its mark."""
    patient, note = wrong(pair.clinic)
    mark(pair.clinic, patient, note.id)
    pair.introduce()
    office = pair.office_clinic
    assert office.vault.projection("month/consult/2026-11") == []
    assert drawers(office) == drawers(pair.clinic)
    assert office.vault.shelf("consult", Consult, patient=patient).get(note.id).record == note.record
