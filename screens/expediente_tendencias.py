"""Tendencias: one measure at a time, drawn over the years; left and right change it."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.ink import Span, Stripe
from screens.widgets.plot import Level, Plot, Series


@dataclass(frozen=True)
class Trend:
    """What is drawn together on one scale."""

    title: str
    unit: str
    series: tuple[tuple[str, str], ...]
    """(words, measure of `Chart.series`)."""
    levels: tuple[Level, ...] = ()
    reserved: bool = False


TRENDS = (
    Trend(
        "Presión", "mmHg", (("sistólica", "systolic"), ("diastólica", "diastolic")),
        (Level(140, "meta menor de"), Level(90, "meta menor de")),
    ),
    Trend("Peso", "kg", (("peso", "weight_kg"),)),
    Trend("Glucosa", "mg/dL", (("glucosa", "glucose_mgdl"),)),
    Trend("HbA1c", "%", (("HbA1c", "hba1c"),), (Level(7, "meta menor de"),)),
    Trend("Creatinina", "mg/dL", (("creatinina", "creatinina"),)),
    Trend("Lípidos", "mg/dL", (("total", "colesterol"), ("LDL", "ldl"), ("HDL", "hdl"), ("triglicéridos", "trigliceridos"))),
    Trend("Hemoglobina", "g/dL", (("hemoglobina", "hemoglobina"),)),
    Trend("IMC", "kg/m²", (("IMC", "bmi"),)),
    Trend("PHQ-9", "puntos", (("PHQ-9", "phq9"),), (Level(10, "caso"),), reserved=True),
    Trend("GAD-7", "puntos", (("GAD-7", "gad7"),), (Level(10, "caso"),), reserved=True),
)  # fmt: skip


class Tendencias(Room):
    """The plots of one chart."""

    room = "expediente"
    CSS_PATH = "expediente_tendencias.tcss"
    HELP_TEXT = "Izquierda y derecha cambian la medida. Lo registrado por error no se dibuja."
    BINDINGS = [
        Binding("right,tab,space", "turn(1)", "siguiente", id="tendencias.siguiente", tooltip="La medida siguiente.", priority=True),
        Binding("left,shift+tab", "turn(-1)", "anterior", id="tendencias.anterior", tooltip="La medida anterior.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient]) -> None:
        super().__init__(patient)
        self._drawn: list[tuple[Trend, list[Series]]] = []
        self._at = 0

    @property
    def heading(self) -> str:
        return "Tendencias"

    def body(self) -> ComposeResult:
        yield Stripe(id="which")
        yield Plot(id="plot")

    def on_ready(self) -> None:
        clinic, patient = self.clinic, self.patient.id
        self.query_one(Plot).focus()
        self.service(lambda: _read(clinic, patient), self._show, name="tendencias")

    def _show(self, drawn: list[tuple[Trend, list[Series]]]) -> None:
        self._drawn = drawn
        self._draw()

    def _draw(self) -> None:
        spans: list[Span] = [(" ", "text")]
        for i, (trend, _) in enumerate(self._drawn):
            spans += [(f" {trend.title} ", "sel" if i == self._at else "text"), (" ", "text")]
        self.query_one("#which", Stripe).show(spans)
        if self._drawn:
            trend, series = self._drawn[self._at]
            self.query_one(Plot).show(trend.title, series, unit=trend.unit, levels=trend.levels)
        else:
            self.query_one(Plot).show("Tendencias", [])

    def action_turn(self, by: int) -> None:
        if self._drawn:
            self._at = (self._at + by) % len(self._drawn)
            self._draw()


def _read(clinic: Clinic, patient: str) -> list[tuple[Trend, list[Series]]]:
    """The trends that have at least one point and that the role may see."""
    found = []
    for trend in TRENDS:
        if trend.reserved and not clinic.desk.may("ver_reservado"):
            continue
        series = [
            Series(words, [(p.day, p.value) for p in clinic.chart.series(patient, what)])
            for words, what in trend.series
        ]
        if any(s.points for s in series):
            found.append((trend, series))
    return found
