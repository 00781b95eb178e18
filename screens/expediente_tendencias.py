"""Tendencias: one measure at a time, drawn over the years; left and right change it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from ces_tui.consult.trends import Trend
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.trend_marks import change_marks
from screens.widgets.ink import Span, Stripe
from screens.widgets.paper import Paper, Para
from screens.widgets.plot import Level, Plot, Series


class Tendencias(Room):
    """The plots of one chart."""

    room = "expediente"
    CSS_PATH = "expediente_tendencias.tcss"
    HELP_TEXT = (
        "Izquierda y derecha cambian la medida. Las líneas son metas y cortes, con su fuente abajo; cada número del eje es un cambio de "
        "tratamiento recetado aquí, explicado abajo. Lo registrado por error no se dibuja."
    )
    BINDINGS = [
        Binding("right,tab,space", "turn(1)", "siguiente", id="tendencias.siguiente", tooltip="La medida siguiente.", priority=True),
        Binding("left,shift+tab", "turn(-1)", "anterior", id="tendencias.anterior", tooltip="La medida anterior.", priority=True),
        Binding("down", "roll(1)", "bajar", id="tendencias.bajar", show=False, tooltip="Sigue leyendo lo de abajo.", priority=True),
        Binding("up", "roll(-1)", "subir", id="tendencias.subir", show=False, tooltip="Vuelve a lo de arriba.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient]) -> None:
        super().__init__(patient)
        self._drawn: list[Trend] = []
        self._at = 0

    @property
    def heading(self) -> str:
        return "Tendencias"

    def body(self) -> ComposeResult:
        with Vertical():
            yield Stripe(id="which")
            yield Plot(id="plot")
            yield Paper(id="marks")

    def on_ready(self) -> None:
        self.query_one("#marks").can_focus = False
        self.query_one(Plot).focus()
        chart, patient = self.clinic.chart, self.patient.id
        self.service(lambda: chart.trends(patient), self._show, name="tendencias")

    def _show(self, drawn: list[Trend]) -> None:
        self._drawn = drawn
        self._draw()

    def on_resize(self) -> None:
        self._draw_names()

    def _draw(self) -> None:
        self._draw_names()
        plot, below = self.query_one(Plot), self.query_one("#marks", Paper)
        if not self._drawn:
            plot.show("Tendencias", [])
            below.display = False
            return
        trend = self._drawn[self._at]
        marks, told = change_marks(trend.changes)
        plot.show(
            trend.title,
            [Series(name, [(p.day, p.value) for p in points]) for name, points in trend.series],
            unit=trend.unit,
            levels=[Level(line.value, line.name) for line in trend.levels],
            marks=marks,
        )
        sources = [Para(f"Fuente de las líneas: {'; '.join(trend.sources)}.", "dim")] if trend.sources else []
        below.display = bool(told or sources)
        below.show([*reversed(told), *sources])

    def _draw_names(self) -> None:
        """The names of the drawings, as many as fit around the one that is shown."""
        names = [f" {trend.title} " for trend in self._drawn]
        room, first = self.size.width - 3, 0
        while first < self._at and sum(len(n) + 1 for n in names[first : self._at + 1]) > room - 2:
            first += 1
        spans: list[Span] = [("«" if first else " ", "dim")]
        used = 0
        for i, name in enumerate(names[first:], first):
            used += len(name) + 1
            if used > room:
                spans.append(("»", "dim"))
                break
            spans += [(name, "sel" if i == self._at else "text"), (" ", "text")]
        self.query_one("#which", Stripe).show(spans)

    def action_turn(self, by: int) -> None:
        if self._drawn:
            self._at = (self._at + by) % len(self._drawn)
            self._draw()

    def action_roll(self, by: int) -> None:
        self.query_one("#marks", Paper).action_roll(by)
