"""Crecimiento: one index at a time between the lines of the WHO, and below what the newest measurements say."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.errors import CesError
from ces_tui.care.calculators_gestation import show_gestation
from ces_tui.care.calculators_growth import Index, rule
from ces_tui.child.growth import GrowthChart, curve, lines_for
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.crecimiento_plot import GrowthPlot, Picture
from screens.room import Room
from screens.widgets.bars import Hint
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Span, Stripe
from screens.widgets.modals import CLOSE
from screens.widgets.paper import Paper, Para

_MONTH = 30.4375


class Crecimiento(Room):
    """The growth curves of one child."""

    room = "crecimiento"
    CSS_PATH = "crecimiento.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]
    HELP_TEXT = (
        "Izquierda y derecha cambian la curva; «e» cambia las edades. ● es cada medición; las líneas de puntos son las de la OMS: "
        "0 la mediana, ±2 y ±3 desviaciones. Abajo, lo último de cada índice y cómo se llama. Se mide en Signos vitales."
    )
    BINDINGS = [
        Binding("right,tab,space", "turn(1)", "siguiente", id="crecimiento.siguiente", tooltip="La curva siguiente.", priority=True),
        Binding("left,shift+tab", "turn(-1)", "anterior", id="crecimiento.anterior", tooltip="La curva anterior.", priority=True),
        Binding("down", "roll(1)", "bajar", id="crecimiento.bajar", show=False, tooltip="Sigue leyendo lo de abajo.", priority=True),
        Binding("up", "roll(-1)", "subir", id="crecimiento.subir", show=False, tooltip="Vuelve a lo de arriba.", priority=True),
        Binding("e", "ages", "edades", id="crecimiento.edades", tooltip="Cambia las edades que se dibujan."),
        Binding("s", "measure", "signos", id="crecimiento.signos", tooltip="Toma peso, talla y perímetros."),
        Binding("p", "born", "semanas al nacer", id="crecimiento.prematuro", tooltip="Anota con cuántas semanas nació: si fue prematuro, la edad se corrige."),
        Binding("q", "app.back", "cerrar", id="crecimiento.cerrar", show=False, tooltip="Vuelve al expediente."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient]) -> None:
        super().__init__(patient)
        self._chart: GrowthChart | None = None
        self._at = self._span = 0

    def body(self) -> ComposeResult:
        yield Stripe(id="which")
        yield GrowthPlot(id="plot")
        yield Paper(id="says")

    def on_ready(self) -> None:
        self.query_one(GrowthPlot).focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            self.service(partial(self.clinic.growth.of, self.patient.id), self._show, name="crecimiento")

    def _show(self, chart: GrowthChart) -> None:
        self._chart = chart
        says = [Para(s.text, s.ink) for s in chart.says()]
        empty = [Para("Sin peso, talla ni perímetros. Se anotan en Signos vitales («s»).", "dim")]
        notes = [Para(note, "dim") for note in chart.notes()] if says else []
        self.query_one(Paper).show([*(says or empty), *notes])
        self._draw()

    @property
    def _indices(self) -> list[Index]:
        return self._chart.indices() if self._chart is not None else []

    def _draw(self) -> None:
        indices = self._indices
        if self._chart is None or not indices:
            self.query_one(GrowthPlot).show(None)
            return
        self._at %= len(indices)
        spans: list[Span] = [(" ", "text")]
        for i, index in enumerate(indices):
            spans += [(f" {rule(index)['short']} ", "sel" if i == self._at else "text"), (" ", "text")]
        windows = self._chart.windows(indices[self._at])
        low, high, words = windows[self._span % len(windows)]
        self.query_one("#which", Stripe).show([*spans, (f"  {words}", "dim")])
        self.query_one(GrowthPlot).show(picture(self._chart, indices[self._at], (low, high)))

    def action_turn(self, by: int) -> None:
        self._at, self._span = self._at + by, 0
        self._draw()

    def action_ages(self) -> None:
        self._span += 1
        self._draw()

    def action_roll(self, by: int) -> None:
        self.query_one(Paper).action_roll(by)

    def action_measure(self) -> None:
        self.ces_app.open_room("signos", patient=self.patient)

    def action_born(self) -> None:
        known = self.patient.record.birth_gestation
        self.app.push_screen(
            Semanas(partial(self.clinic.growth.born_at, self.patient.id), known), self._born_told
        )

    def _born_told(self, stored: Stored[Patient] | None) -> None:
        if stored is not None:
            self.set_patient(stored)
            self.flash("Se anotaron las semanas al nacer.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "born" and self.is_mounted and self.ces_app.clinic is not None:
            return self.clinic.desk.may("editar_paciente")
        if action == "measure" and self.is_mounted and self.ces_app.clinic is not None:
            return self.clinic.desk.may("signos")
        return super().check_action(action, parameters)


class Semanas(ModalScreen[Stored[Patient] | None]):
    """With how many weeks the child was born; empty takes it back."""

    BINDINGS = [CLOSE]

    def __init__(self, keep: Callable[[str], Stored[Patient]], known: int | None) -> None:
        super().__init__()
        self._keep, self._known = keep, known

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Form(
                [TextField("gestation", "Semanas", width=8, limit=6, hint="34 o 34+2")], classes="auto"
            )
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([("Semanas al nacer", "title"), ("  vacío: no se sabe", "dim")])
        form = self.query_one(Form)
        form.set_value("gestation", show_gestation(self._known) if self._known else "")
        form.focus()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        try:
            kept = self._keep(message.form.text("gestation"))
        except CesError as error:
            message.form.set_errors({"gestation": str(error)})
            return
        self.dismiss(kept)


def picture(chart: GrowthChart, index: Index, span: tuple[int, int]) -> Picture:
    """The drawing of one index across a span of ages (or of lengths)."""
    told = rule(index)
    return Picture(
        told["words"],
        told["unit"],
        span,
        lines_for(index, round(span[0] / _MONTH)),
        lambda z, columns: curve(index, chart.sex, z, span, columns),
        chart.points(index),
        _marks(index, span),
    )


def _marks(index: Index, span: tuple[int, int]) -> list[tuple[float, str]]:
    low, high = span
    if index == "wasting":
        return [(cm, f"{cm} cm") for cm in range(50, high + 1, 10)]
    if high <= 731:
        return [(m * _MONTH, f"{m} m") for m in range(0, 25, 4)]
    return [(y * 365.25, f"{y} a") for y in range(round(low / 365.25), round(high / 365.25) + 1)]
