"""The list of the day. Pure.

A reserved matter stands by clinic number alone, and then no other line may carry numbers: beside a name they would tell
whose matter it is (UX, principle 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_day_long
from ces_tui.care.agenda import AppointmentLine
from ces_tui.care.records import CAME_WORDS, STATE_WORDS
from ces_tui.care.waiting import WaitingLine
from ces_tui.paper.common import Desktop, head
from ces_tui.paper.records import Block, Column, Line, Sheet, Table

_ARRIVED = (
    Column(title="Llegó", width=0.7),
    Column(title="Nombre", width=3),
    Column(title="Edad y localidad", width=2.2),
    Column(title="Cómo llegó", width=1.2),
    Column(title="Estado", width=1.2),
)
_DUE = (
    Column(title="Nombre", width=3),
    Column(title="Edad y localidad", width=2.2),
    Column(title="Asunto", width=2),
    Column(title="Vino", width=0.6),
)


def lista(desk: Desktop, day: date, waiting: Sequence[WaitingLine], due: Sequence[AppointmentLine]) -> Sheet:
    """Who came and who is expected on a day; empty rows for those who come without power."""
    arrived = tuple(
        Line(
            cells=(
                f"{clinic_time(w.at):%H:%M}",
                w.who,
                w.about,
                CAME_WORDS.get(w.came, w.came),
                STATE_WORDS.get(w.state, w.state),
            )
        )
        for w in sorted(waiting, key=lambda w: (w.at, w.id))
    )
    expected = tuple(Line(cells=(a.who, a.about, a.what, "")) for a in due)
    blocks = (
        Block(key="day", paragraphs=(show_day_long(day).capitalize(),)),
        Block(key="arrivals", heading="Llegaron", table=Table(columns=_ARRIVED, lines=arrived, blank=4)),
        Block(key="due", heading="Citas", table=Table(columns=_DUE, lines=expected, blank=2)),
    )
    return msgspec.structs.replace(
        head(desk, "hoja", "Lista del día"),
        blocks=blocks,
        remark="Lista con datos personales: no se deja a la vista y se destruye al terminar el día.",
    )
