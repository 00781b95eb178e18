"""Salud mental: everyone in care, the one who needs you first. By clinic number: names stand only in the open case."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.screening.indicators import Indicator
from ces_tui.screening.programme import Entry
from ces_tui.screening.programme_rules import ORDER_RULE
from screens.room import Room
from screens.salud_mental_rows import indicator_paras, month_line, reviews_said, rows_of
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines
from screens.widgets.paper import Paper, Para

ORDER = " Orden: riesgo, sin mejoría, no viene, medir o dosis, vigilancia (F1 explica)"


class SaludMental(Room):
    """The register."""

    room = "salud_mental"
    CSS_PATH = "salud_mental.tcss"
    HELP_TEXT = (
        "Quienes están en cuidado por depresión, ansiedad, psicosis, bipolaridad o epilepsia, y quien tiene un riesgo "
        f"abierto. {ORDER_RULE} Aquí no hay nombres: Enter abre el caso. Lo que dice «por confirmar» no cuenta para el orden."
    )
    BINDINGS = [
        Binding("r", "reviews", "revisión de casos", id="salud_mental.revision", tooltip="Preguntas a supervisión y sus respuestas."),
        Binding("i", "indicators", "indicadores", id="salud_mental.indicadores", tooltip="Los indicadores del mes con su definición."),
        Binding("u", "settings", "por confirmar", id="salud_mental.ajustes", tooltip="Lo que la supervisión decide sobre números sin fuente firme."),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._indicators: list[Indicator] = []

    def body(self) -> ComposeResult:
        yield Stripe(id="month")
        yield Lines(
            [
                Column("Número", 11),
                Column("Por", 19, wide=True),
                Column("Puntaje", 13),
                Column("Visto", 8, right=True),
                Column("Toma", 22, wide=True),
                Column("Por qué"),
            ],
            empty="Leyendo…",
            header=True,
            help_text="Enter abre el caso.",
        )
        yield Stripe(id="rule")

    def on_ready(self) -> None:
        self.query_one("#rule", Stripe).show([(ORDER, "dim")])
        self.query_one(Lines).focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            self.reload()

    def reload(self) -> None:
        """Read every chart of the register anew."""
        clinic = self.clinic
        month = f"{clinic.desk.today():%Y-%m}"

        def work() -> tuple[list[Entry], list[Indicator], str]:
            register, indicators = clinic.mental_health.register(), clinic.mental_indicators.month(month)
            return register, indicators, reviews_said(clinic.reviews.lines(), clinic.desk.me.id)

        self.service(work, self._show, name="registro")

    def _show(self, found: tuple[list[Entry], list[Indicator], str]) -> None:
        entries, self._indicators, waiting = found
        self.query_one("#rule", Stripe).show([(waiting or ORDER, "warn" if waiting else "dim")])
        lines = self.query_one(Lines)
        lines.empty_text = "Nadie está inscrito en salud mental ni en epilepsia."
        lines.show(rows_of(entries, self.clinic.mental_health.rules))
        self.query_one("#month", Stripe).show(month_line(self._indicators, self.size.width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "settings" and self.is_mounted and self.ces_app.clinic is not None:
            return self.clinic.desk.may("ajustar_programa")
        return super().check_action(action, parameters)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        from screens.salud_mental_caso import Caso

        self.app.push_screen(Caso(self.clinic.registry.get(message.row.key)))

    def action_reviews(self) -> None:
        self.ces_app.open_room("revision_casos")

    def action_indicators(self) -> None:
        self.app.push_screen(Indicadores(self._indicators))

    def action_settings(self) -> None:
        from screens.salud_mental_ajustes import PorConfirmar

        self.app.push_screen(PorConfirmar())


class Indicadores(Room):
    """The month's indicators with their definitions."""

    room = "salud_mental"
    HELP_TEXT = "Cuántos de cuántos, con la definición y la fuente. No nombra a nadie."

    def __init__(self, indicators: list[Indicator]) -> None:
        super().__init__()
        self._indicators = indicators

    @property
    def heading(self) -> str:
        return "Indicadores del mes"

    def body(self) -> ComposeResult:
        yield Paper()

    def on_ready(self) -> None:
        paper = self.query_one(Paper)
        paper.show(indicator_paras(self._indicators) or [Para("Leyendo…", "dim")])
        paper.focus()
