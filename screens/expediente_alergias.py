"""Alergias: known, explicitly none, or not asked: three different things, changed here."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.care.allergies import AllergyState
from ces_tui.care.records import Allergy
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.fields import ChoiceField, Option, TextField
from screens.widgets.form import Form, Section
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import ReasonPrompt

SEVERITIES = [Option("leve", "leve"), Option("moderada", "moderada"), Option("grave", "grave")]


class Alergias(Room):
    """The allergies of one patient."""

    room = "expediente"
    CSS_PATH = "expediente_alergias.tcss"
    HELP_TEXT = "Escriba la sustancia y Ctrl+S. «Sin alergias» sólo después de preguntar: Ctrl+N. Supr descarta una, con motivo."
    BINDINGS = [
        Binding("ctrl+s", "save", "agregar", id="alergias.agregar", tooltip="Agrega la alergia escrita.", priority=True),
        Binding("ctrl+n", "none", "sin alergias", id="alergias.ninguna", tooltip="Se preguntó y no tiene.", priority=True),
        Binding("delete", "discard", "descartar", id="alergias.descartar", tooltip="Descarta la alergia elegida, con su motivo."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient]) -> None:
        super().__init__(patient)

    @property
    def heading(self) -> str:
        return "Alergias"

    def body(self) -> ComposeResult:
        yield Lines(
            [Column(), Column("", 10), Column()], empty="No se han preguntado.", id="known", classes="auto"
        )
        yield Form(
            [
                Section("Agregar"),
                TextField("substance", "Sustancia", hint="Medicamento, alimento o clase: penicilina"),
                TextField("reaction", "Reacción", hint="Ronchas, falta de aire…"),
                ChoiceField("severity", "Gravedad", options=SEVERITIES),
            ],
            classes="auto",
        )

    def on_ready(self) -> None:
        self._reload()
        self.query_one(Form).focus()

    def _reload(self) -> None:
        self.service(partial(self.clinic.allergies.state, self.patient.id), self._show, name="leer")

    def _show(self, state: AllergyState) -> None:
        lines = self.query_one(Lines)
        lines.empty_text = "Sin alergias conocidas." if state.asked else "No se han preguntado."
        lines.show(
            Row(a.id, [a.record.substance, a.record.severity, a.record.reaction], data=a) for a in state.known
        )

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        form, clinic, patient = self.query_one(Form), self.clinic, self.patient.id
        add = partial(
            clinic.allergies.add,
            patient,
            form.text("substance"),
            reaction=form.text("reaction"),
            severity=form.text("severity"),  # type: ignore[arg-type]
        )
        self.service(add, self._added, name="guardar")

    def _added(self, stored: Stored[Allergy]) -> None:
        for name in ("substance", "reaction", "severity"):
            self.query_one(Form).set_value(name, "")
        self.query_one(Form).go_to("substance")
        self.flash(f"Guardado: alergia a {stored.record.substance}.")
        self._reload()

    def action_none(self) -> None:
        self.service(partial(self.clinic.allergies.none_known, self.patient.id), self._none, name="guardar")

    def _none(self, _stored: object) -> None:
        self.flash("Guardado: se preguntó y no tiene alergias.")
        self._reload()

    def action_discard(self) -> None:
        row = self.query_one(Lines).current
        if row is None:
            return
        stored: Stored[Allergy] = row.data

        def told(reason: str | None) -> None:
            if reason is not None:
                discard = partial(self.clinic.allergies.discard, self.patient.id, stored, reason)
                self.service(discard, lambda _: self._reload(), name="guardar")

        self.app.push_screen(ReasonPrompt(f"Descartar la alergia a {stored.record.substance}"), told)
