"""Treatment changes on a trend: a sign on the axis and below it what each sign means. The register and the chart draw them alike."""

from __future__ import annotations

from collections.abc import Sequence

from ces_tui.base.dates import show_date
from ces_tui.screening.programme_medicines import TreatmentChange
from screens.widgets.paper import Para
from screens.widgets.plot import Mark

SIGNS = "123456789"


def change_marks(changes: Sequence[TreatmentChange]) -> tuple[list[Mark], list[Para]]:
    """The latest changes as marks, and the line that explains each."""
    latest = changes[-len(SIGNS) :]
    marks = [Mark(c.day, SIGNS[i]) for i, c in enumerate(latest)]
    told = [Para(f"{show_date(c.day)} {c.words}", "dim", mark=f"{SIGNS[i]} ") for i, c in enumerate(latest)]
    return marks, told
