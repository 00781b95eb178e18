"""One record of a chart, to be read: nothing here changes it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.consult.chart import Note
from ces_tui.consult.events import Event
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.expediente_rows import record_lines
from screens.room import Room
from screens.widgets.paper import Paper


class Registro(Room):
    """A note with its addenda, or another record."""

    room = "expediente"
    HELP_TEXT = "Lo firmado no cambia. «a» agrega una adenda, que lleva su autor, hora y motivo."
    BINDINGS = [
        Binding("a", "addendum", "adenda", id="registro.adenda", tooltip="Agrega una adenda."),
        Binding("x", "mark_error", "por error", id="registro.error", tooltip="Lo marca como registrado por error."),
        Binding("q", "app.back", "cerrar", id="registro.cerrar", show=False, tooltip="Vuelve al expediente."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], event: Event) -> None:
        super().__init__(patient)
        self._event = event

    @property
    def heading(self) -> str:
        return self._event.title

    def body(self) -> ComposeResult:
        yield Paper(id="record")

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            self.service(self._read, self._show, name="leer")

    def _read(self) -> tuple[Event, Note | None]:
        chart, patient = self.clinic.chart, self.patient.id
        found = next((e for e in chart.timeline(patient) if e.id == self._event.id), self._event)
        return found, chart.note(patient, found.id) if found.type == "consult" else None

    def _show(self, found: tuple[Event, Note | None]) -> None:
        self._event = found[0]
        self.query_one(Paper).show(record_lines(*found), keep=True)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        from screens.expediente import ADDABLE, markable

        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        may = self.clinic.desk.may
        if action == "addendum":
            return (may("adenda") or may("docencia")) and self._event.type in ADDABLE
        if action == "mark_error":
            return may("marcar_error") and markable(self._event)
        return super().check_action(action, parameters)

    def action_addendum(self) -> None:
        from screens.expediente_adenda import Adenda

        self.app.push_screen(Adenda(self.patient, self._event.id, self._event.type))

    def action_mark_error(self) -> None:
        from screens.expediente_error import PorError

        self.app.push_screen(PorError(self.patient, self._event))
