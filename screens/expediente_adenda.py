"""Adenda: what is added to a signed record. It is a draft until Ctrl+T, like everything that one types."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from ces_tui.base.clock import clinic_time
from ces_tui.consult.autosave import Autosave
from ces_tui.consult.records import Addendum
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.note import NoteArea


class Adenda(Room):
    """One addendum to one record."""

    room = "expediente"
    HELP_TEXT = (
        "La adenda queda debajo del registro, con su nombre, la hora y el motivo. El registro no cambia."
    )
    BINDINGS = [
        Binding("ctrl+t,ctrl+s,f10", "sign", "firmar la adenda", id="adenda.firmar", tooltip="Guarda la adenda.", priority=True),
    ]  # fmt: skip

    def __init__(
        self, patient: Stored[Patient], target: str = "", target_type: str = "", *, draft: str = ""
    ) -> None:
        super().__init__(patient)
        self._target, self._type, self._draft = target, target_type, draft
        self._saver: Autosave[dict[str, Any]] | None = None

    @property
    def heading(self) -> str:
        if self._type == "patient":
            return "Nota urgente"
        return "Adenda" if self.clinic.desk.may("adenda") else "Comentario docente"

    def body(self) -> ComposeResult:
        yield Form(
            [TextField("reason", "Motivo", width=50, hint="Resultado, corrección, llamada…")],
            submits=False,
            classes="auto",
        )
        yield Stripe(id="caption")
        yield NoteArea(id="text", placeholder="Lo que se agrega")

    def on_ready(self) -> None:
        vault = self.clinic.vault
        self.query_one("#caption", Stripe).show([(self.heading, "title")])
        if self._draft:
            data = vault.drafts.get(self._draft).data
            self._target, self._type = str(data["target"]), str(data["target_type"])
            self.query_one(Form).restore(data)
            self.query_one(NoteArea).load(data["text"])
        self._draft = self._draft or vault.new_id()
        draft, patient = self._draft, self.patient.id

        def seal(data: dict[str, Any]) -> None:
            vault.drafts.save(draft, place="expediente", patient=patient, data=data, title="Adenda")

        self._saver = Autosave(seal)
        self.query_one(Form).focus()

    def on_text_area_changed(self, _message: TextArea.Changed) -> None:
        self._touch()

    def on_form_changed(self, _message: Form.Changed) -> None:
        self._touch()

    def _touch(self) -> None:
        text, reason = self.query_one(NoteArea).text, self.query_one(Form).text("reason")
        if self._saver is not None and (text or reason):
            self._saver.put(
                {"target": self._target, "target_type": self._type, "text": text, "reason": reason}
            )

    def keep(self) -> None:
        if self._saver is not None:
            self._saver.flush()

    def on_unmount(self) -> None:
        if self._saver is not None:
            self._saver.stop()

    def action_sign(self) -> None:
        self.keep()
        text, reason = self.query_one(NoteArea).text, self.query_one(Form).text("reason")
        clinic, patient = self.clinic, self.patient.id

        def work() -> Stored[Addendum]:
            return clinic.consults.addendum(
                patient, self._target, self._type, text, reason, draft_id=self._draft
            )

        self.service(work, self._signed, busy="Guardando…", name="firmar")

    def _signed(self, stored: Stored[Addendum]) -> None:
        if self._saver is not None:
            self._saver.stop(discard=True)
        app = self.ces_app
        self.dismiss(stored.id)
        said = "Nota urgente" if self._type == "patient" else "Adenda"
        app.call_after_refresh(app.flash, f"{said} guardada {clinic_time(stored.record.at):%H:%M}.")
