"""Revisión de casos: what was asked of the supervision, what waits for an answer, what came back and is not read."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.people.records import Patient
from ces_tui.screening.review import ReviewLine
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.lines import Column, Heading, Lines, Row


class RevisionCasos(Room):
    """The list of questions by clinic number; with a patient it goes straight to that case."""

    room = "revision_casos"
    HELP_TEXT = (
        "Preguntas sobre casos del registro de salud mental, por número. Enter abre el caso: ahí se responde, o se lee la "
        "respuesta y se firma como leída. Una respuesta sin leer está en Hoy, de quien preguntó, como asunto reservado."
    )
    BINDINGS = [
        Binding("r", "reload", "actualizar", id="revision_casos.actualizar", tooltip="Lee la lista otra vez."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient] | None = None, *, draft: str = "") -> None:
        super().__init__(None)
        self._straight = patient
        self._draft = draft

    def body(self) -> ComposeResult:
        yield Lines(
            [Column("", 11), Column("", 28), Column("", 14), Column()],
            empty="Nadie ha pedido revisión de un caso.",
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        if self._straight is not None:
            from screens.revision_casos_texto import Revision

            self.call_after_refresh(
                self.app.push_screen, Revision(self._straight, draft=self._draft), self._left
            )
            return
        self.action_reload()

    def _left(self, _: object) -> None:
        """Whoever came for one case goes back to where they came from."""
        self.dismiss(None)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None and self._straight is None:
            self.action_reload()

    def action_reload(self) -> None:
        self.service(self.clinic.reviews.lines, self._show, name="lista")

    def _show(self, found: list[ReviewLine]) -> None:
        rows: list[Row | Heading] = []
        state = ""
        for line in found:
            if line.state != state:
                state = line.state
                rows.append(Heading(state.capitalize()))
            rows.append(self._row(line))
        self.query_one(Lines).show(rows)

    def _row(self, line: ReviewLine) -> Row:
        who = self.clinic.person_name(line.asked_by)
        answered = f"respondida el {show_date(line.answered)}" if line.answered else ""
        ink = "warn" if not line.read else "dim"
        cells = [line.number, f"preguntó {who}", f"el {show_date(line.asked)}", answered]
        return Row(line.question, cells, ink, line)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        from screens.revision_casos_texto import Revision

        line: ReviewLine = message.row.data
        patient = self.clinic.registry.get(line.patient)
        self.app.push_screen(Revision(patient), partial(self._back))

    def _back(self, _: object) -> None:
        self.action_reload()
