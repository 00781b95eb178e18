"""Registrado por error: why, what came back of each lot, what of the same visit is wrong too, and for whom it was."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import BadInput, CesError
from ces_tui.consult.events import Event
from ces_tui.consult.mistakes import DispensedLot, Made, Marked, check_returned
from ces_tui.people.records import Patient
from ces_tui.pharmacy.rules import parse_quantity
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.fields import CheckField, Field, NumberField, TextField
from screens.widgets.form import Form, Section
from screens.widgets.modals import Confirm
from screens.widgets.paper import Paper, Para

BACK, ALSO = "back_", "also_"


class PorError(Room):
    """Marks one record; the patient's name stands above all the time."""

    room = "expediente"
    HELP_TEXT = (
        "Nada se borra: el registro queda tachado con su motivo, sale de los medicamentos y de los conteos, y se deshace lo "
        "que abrió. De cada lote entregado hay que decir cuántas unidades volvieron (0 si ninguna)."
    )
    BINDINGS = [
        Binding("ctrl+t,ctrl+s,f10", "mark", "marcar por error", id="error.marcar", tooltip="Pide confirmar y lo marca.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], event: Event) -> None:
        super().__init__(patient)
        self._event = event
        self._lots: list[DispensedLot] = []
        self._made: list[Made] = []

    @property
    def heading(self) -> str:
        return "Registrado por error"

    def body(self) -> ComposeResult:
        yield Paper(classes="auto")
        yield Form()

    def on_ready(self) -> None:
        consults, patient, event = self.clinic.consults, self.patient.id, self._event
        self._lots = consults.lots_of(patient, event.id, event.type)
        if event.type == "consult":
            self._made = consults.made_with(patient, event.id)
        paper = self.query_one(Paper)
        paper.can_focus = False
        paper.show([Para(f"{event.title}: {event.line}", "strong"), Para(event.author, "dim")])
        form = self.query_one(Form)
        form.set_items(self._fields())
        form.focus()

    def _fields(self) -> Sequence[Field | Section]:
        items: list[Field | Section] = [
            TextField(
                "reason", "Motivo", width=48, limit=400, required=True, hint="Por qué; queda en el expediente"
            )
        ]
        for lot in self._lots:
            items.append(Section(f"¿Cuánto volvió de {lot.name}, lote {lot.number}?", "0 si nada"))
            items.append(NumberField(BACK + lot.lot, "Volvieron", unit=f"de {lot.quantity}", required=True))
        for made in self._made:
            items.append(Section("De la misma visita", made.words))
            items.append(CheckField(ALSO + made.id, "También por error"))
        if self._event.type == "consult" and self.clinic.desk.may("consulta"):
            items.append(Section("El paciente correcto"))
            items.append(CheckField("copy", "Copiar a su borrador", help="Después se elige al paciente."))
        return items

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_mark()

    def action_mark(self) -> None:
        form = self.query_one(Form)
        try:
            reason = form.text("reason")
            if len(reason) < 3:
                raise BadInput(
                    "Escriba por qué se registró por error; queda en el expediente.", field="reason"
                )
            returned = {
                x.lot: parse_quantity(form.text(BACK + x.lot), field=BACK + x.lot, zero=True)
                for x in self._lots
            }
            check_returned(self._lots, returned)
        except CesError as error:
            self.show_error(error)
            return
        also = [m.id for m in self._made if form.flag(ALSO + m.id)]
        if "copy" in form and form.flag("copy"):
            self.ces_app.open_room(
                "buscar",
                choose=True,
                then=lambda right: self._confirm(reason, returned, also, right) if right else None,
            )
        else:
            self._confirm(reason, returned, also, None)

    def _confirm(
        self, reason: str, returned: dict[str, int], also: list[str], right: Stored[Patient] | None
    ) -> None:
        says = [f"{self.patient.record.name}, {self.patient.record.clinic_number}", self._event.line]
        if right is not None:
            says.append(f"Se copia a un borrador de {right.record.name}, {right.record.clinic_number}.")
        self.app.push_screen(
            Confirm("Marcar como registrado por error", says, yes="Marcar"),
            lambda yes: self._mark(reason, returned, also, right) if yes else None,
        )

    def _mark(
        self, reason: str, returned: dict[str, int], also: list[str], right: Stored[Patient] | None
    ) -> None:
        consults, patient, event = self.clinic.consults, self.patient.id, self._event

        def work() -> Marked:
            if event.type != "consult":
                return consults.mark_other(patient, event.id, event.type, reason, returned)
            return consults.mark_error(
                patient, event.id, reason, returned, also=also, copy_to=right.id if right else ""
            )

        self.service(work, lambda marked: self._marked(marked, right), busy="Guardando…", name="marcar")

    def _marked(self, marked: Marked, right: Stored[Patient] | None) -> None:
        app = self.ces_app
        self.dismiss(True)
        sentence = " ".join(["Quedó marcado como registrado por error.", *marked.said])
        if marked.draft and right is not None:
            app.open_room("consulta", patient=right, draft=marked.draft, says=sentence)
        else:
            app.call_after_refresh(app.flash, sentence)
