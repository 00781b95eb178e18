"""One case of the register: why it needs someone, its trend with bands and treatment changes, sessions, watching."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from ces_tui.consult.mistakes import Marked
from ces_tui.people.records import Patient
from ces_tui.screening.programme import Entry
from ces_tui.screening.programme_records import Setting
from ces_tui.screening.programme_rules import Session
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.salud_mental_error import mark_note
from screens.salud_mental_preguntas import Ask
from screens.salud_mental_rows import bands, case_paras, seizures_first
from screens.trend_marks import change_marks
from screens.widgets.fields import CheckField, Field, TextField
from screens.widgets.paper import Paper, Para
from screens.widgets.plot import Plot, Series


class Caso(Room):
    """The whole of one person in the register."""

    room = "salud_mental"
    CSS_PATH = "salud_mental_caso.tcss"
    HELP_TEXT = (
        "Los avisos dicen por qué el caso está donde está; lo «por confirmar» no tiene regla firme. En la tendencia cada "
        "línea es una banda y cada número del eje un cambio de tratamiento, explicado abajo. Abrirlo queda anotado."
    )
    BINDINGS = [
        Binding("t", "turn", "otra tendencia", id="caso.tendencia", tooltip="Dibuja el siguiente instrumento."),
        Binding("s", "session", "sesión PM+", id="caso.sesion", tooltip="Anota la sesión de PM+ que sigue."),
        Binding("m", "movements", "movimientos", id="caso.movimientos", tooltip="Anota que se buscaron movimientos anormales."),
        Binding("r", "review", "revisión", id="caso.revision", tooltip="Pregunta a supervisión sobre este caso, o lee su respuesta."),
        Binding("a", "screen", "tamizaje", id="caso.tamizaje", tooltip="Aplica un tamizaje."),
        Binding("g", "plan", "plan", id="caso.plan", tooltip="Abre el plan de seguridad."),
        Binding("e", "chart", "expediente", id="caso.expediente", tooltip="Abre el expediente."),
        Binding("x", "mistake", "por error", id="caso.error", tooltip="Marca una sesión, unos movimientos o una pregunta como registrada por error."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient]) -> None:
        super().__init__(patient)
        self.entry: Entry | None = None
        self._setting: Setting | None = None
        self._at = 0

    @property
    def heading(self) -> str:
        return "Salud mental, caso"

    def body(self) -> ComposeResult:
        with Vertical():
            yield Paper(id="sheet")
            yield Plot(id="trend")
            yield Paper(id="marks")

    def on_ready(self) -> None:
        self.query_one("#marks").can_focus = False
        self.query_one("#trend").can_focus = False
        self.query_one("#sheet").focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            self.reload()

    def reload(self) -> None:
        """Read the chart anew."""
        health, patient = self.clinic.mental_health, self.patient.id
        self.service(lambda: (health.case(patient), health.setting()), self._show, name="caso")

    def _show(self, found: tuple[Entry, Setting | None]) -> None:
        self.entry, self._setting = found
        rules = self.clinic.mental_health.rules
        self.query_one("#sheet", Paper).show(case_paras(self.entry, rules, self._setting), keep=True)
        self._draw()
        self.refresh_bindings()

    def _draw(self) -> None:
        assert self.entry is not None
        plot, below = self.query_one("#trend", Plot), self.query_one("#marks", Paper)
        case = self.entry.case
        drawn = len(case.scores) + bool(case.seizures)
        plot.display = below.display = bool(drawn)
        if not drawn:
            return
        marks, told = change_marks(case.changes)
        below.show(told or [Para("Sin cambios de tratamiento recetados aquí.", "dim")])
        at = (self._at - seizures_first(case)) % drawn
        if case.seizures and at == len(case.scores):
            counts = [(c.day, c.seizures) for c in case.seizures.counts]
            plot.show("Crisis", [Series("en 4 semanas", counts)], marks=marks)
        else:
            scored = case.scores[at]
            points = [(p.day, float(p.total)) for p in scored.points]
            title = scored.instrument.title
            plot.show(title, [Series("total", points)], unit="puntos", levels=bands(scored), marks=marks)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        case = self.entry.case if self.entry else None
        match action:
            case "turn":
                return bool(case and len(case.scores) + bool(case.seizures) > 1)
            case "plan":
                return bool(case and case.risk_due)
            case "session":
                return bool(case and self._next_session(case.sessions))
            case "movements":
                group = self.clinic.mental_health.rules.monitoring.group if self.is_mounted else ""
                return bool(case and any(t.group == group for t in case.taken))
            case _:
                return super().check_action(action, parameters)

    def _next_session(self, sessions: tuple[Session, ...]) -> int:
        """The number of the session that comes next; 0 after the last."""
        held = {s.number for s in sessions}
        count = self.clinic.mental_health.rules.sessions.count
        return next((n for n in range(1, count + 1) if n not in held), 0)

    # -- actions -----------------------------------------------------------------------------------------------

    def action_turn(self) -> None:
        self._at += 1
        self._draw()

    def action_session(self) -> None:
        assert self.entry is not None
        number = self._next_session(self.entry.case.sessions)
        form: list[Field] = [TextField("text", "Qué se trabajó", width=50)]
        title = f"PM+, sesión {number}, hoy"

        def told(answers: dict[str, object] | None) -> None:
            if answers is not None:
                add = partial(
                    self.clinic.mental_health.add_session, self.patient.id, number, str(answers["text"])
                )
                self.service(add, self._saved, name="sesion")

        self.app.push_screen(Ask(title, form), told)

    def action_movements(self) -> None:
        form: list[Field] = [
            CheckField("found", "Hay temblor, rigidez, inquietud o movimientos de boca"),
            TextField("text", "Cuáles", width=50),
        ]

        def told(answers: dict[str, object] | None) -> None:
            if answers is not None:
                add = partial(
                    self.clinic.mental_health.add_movements,
                    self.patient.id,
                    found=bool(answers["found"]),
                    text=str(answers["text"]),
                )
                self.service(add, self._saved, name="movimientos")

        self.app.push_screen(Ask("Movimientos, vistos hoy", form), told)

    def _saved(self, _: object) -> None:
        self.flash("Guardado.")
        self.reload()

    def action_mistake(self) -> None:
        notes = partial(self.clinic.mental_health.notes, self.patient.id)
        self.service(notes, lambda found: mark_note(self, found, self._marked), name="notas")

    def _marked(self, marked: Marked) -> None:
        self.flash(" ".join(["Quedó marcado como registrado por error.", *marked.said]))
        self.reload()

    def action_review(self) -> None:
        self.ces_app.open_room("revision_casos", patient=self.patient)

    def action_screen(self) -> None:
        self.ces_app.open_room("tamizaje", patient=self.patient)

    def action_plan(self) -> None:
        self.ces_app.open_room("plan", patient=self.patient)

    def action_chart(self) -> None:
        self.ces_app.open_room("expediente", patient=self.patient)
