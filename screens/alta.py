"""Alta de paciente: one page; who may already be registered is shown while one types."""

from __future__ import annotations

import contextlib
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer

from ces_tui.base.dates import show_age, show_date
from ces_tui.base.errors import BadInput, CesError
from ces_tui.people.births import parse_birth
from ces_tui.people.localities import Place
from ces_tui.people.query import Candidate, parse_candidate
from ces_tui.people.records import Patient
from ces_tui.people.registry import Likely
from ces_tui.people.rules import show_patient_age
from screens.alta_fields import fields, read_patient, suggestion, values_of
from screens.drafting import Drafting
from screens.widgets.fields import LookupField, Option, Suggestion
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import Choice

if TYPE_CHECKING:
    from ces_tui.vault.shelf import Stored

_COMPARED = {"given", "surname1", "surname2", "birth", "sex", "mother_name", "phone", "curp"}
_PAUSE = 0.15
"""Seconds after the last key before doubles are looked for."""


class Alta(Drafting):
    """Registers (or, with a patient, corrects). With `choose=True` the new person goes back to the room that asked."""

    room = "alta"
    HELP_TEXT = (
        "Con nombre, primer apellido, sexo y nacimiento basta; lo demás ayuda a encontrar a la persona y a no duplicarla. "
        "El nacimiento puede ser una fecha, un año o «unos 45 años» (queda como estimada). Abajo aparecen las personas ya registradas "
        "que se parecen: Ctrl+D pasa a esa lista y Enter abre a la persona. Ctrl+S guarda y da el número de la clínica."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="alta.guardar", tooltip="Guarda y da el número de la clínica."),
        Binding("ctrl+d", "doubles", "ver parecidos", id="alta.parecidos", tooltip="Pasa a la lista de personas parecidas, o regresa."),
    ]  # fmt: skip
    CSS_PATH = "alta.tcss"

    def __init__(
        self, patient: Stored[Patient] | None = None, *, draft: str = "", text: str = "", choose: bool = False
    ) -> None:
        super().__init__(patient, draft=draft)
        self._text = text
        self._choose = choose
        self._likely: list[Likely] = []
        self._timer: Timer | None = None
        self._localities: Counter[str] | None = None

    def body(self) -> ComposeResult:
        more = {one.municipality for one in self.clinic.localities.all()}
        if self.has_patient and self.patient.record.municipality:
            more.add(self.patient.record.municipality)
        yield Form(fields(more))
        yield Stripe(id="aviso")
        yield Lines([Column(), Column("", 8), Column("", 11), Column()], empty="", id="parecidos")

    def on_ready(self) -> None:
        form = self.query_one(Form)
        form.field("locality").suggest = self._places  # type: ignore[attr-defined]
        lines = self.query_one("#parecidos", Lines)
        lines.can_focus = False
        lines.display = False
        if self.has_patient:
            form.restore(values_of(self.patient.record))
        elif self._text:
            self._take_search(form)
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
        form.focus()
        self.start_sealing()
        self._look()

    def _take_search(self, form: Form) -> None:
        """What was typed in the search need not be typed again."""
        who = parse_candidate(self._text, self.clinic.desk.today())
        form.restore(
            {"given": who.given, "surname1": who.surname1, "surname2": who.surname2, "phone": who.phone}
        )
        if who.birth:
            years = show_age(who.birth, self.clinic.desk.today())
            form.set_value("birth", years if who.birth_estimated else show_date(who.birth))
        empty = [name for name in ("given", "surname1", "surname2", "sex", "birth") if not form.text(name)]
        form.go_to(empty[0] if empty else "mother_name")

    def _places(self, text: str) -> list[Suggestion]:
        if self._localities is None:
            self._localities = self.clinic.registry.localities()
        return [suggestion(place) for place in self.clinic.localities.search(text, self._localities)]

    def on_form_picked(self, message: Form.Picked) -> None:
        place = message.suggestion.data
        if isinstance(place, Place) and place.municipality:
            message.form.set_value("municipality", place.municipality)

    # -- doubles -----------------------------------------------------------------------------------------------

    def on_form_changed(self, message: Form.Changed) -> None:
        self.typed()
        if message.field in _COMPARED:
            if self._timer is not None:
                self._timer.stop()
            self._timer = self.set_timer(_PAUSE, self._look)

    def _candidate(self) -> Candidate:
        form = self.query_one(Form)
        birth, estimated = None, False
        with contextlib.suppress(BadInput):  # half a date compares nothing
            birth, estimated = parse_birth(form.text("birth"), self.clinic.desk.today())
        names = ("given", "surname1", "surname2", "sex", "mother_name", "phone", "curp")
        told: dict[str, Any] = {name: form.text(name) for name in names}
        return Candidate(birth=birth, birth_estimated=estimated, locality=_place(form), **told)

    def _look(self) -> None:
        but = self.patient.id if self.has_patient else ""
        candidate = self._candidate()
        self.service(lambda: self.clinic.registry.likely_duplicates(candidate, but=but), self._show_likely)

    def _show_likely(self, likely: list[Likely]) -> None:
        self._likely = likely
        lines, today = self.query_one("#parecidos", Lines), self.clinic.desk.today()
        lines.display = bool(likely)
        lines.show(
            [
                Row(
                    one.stored.id,
                    [
                        one.stored.record.name,
                        show_patient_age(one.stored.record, today),
                        show_date(one.stored.record.birth),
                        ", ".join(one.reasons),
                    ],
                    "warn",
                    one.stored,
                )
                for one in likely[:6]
            ]
        )
        words = "¿Es alguien ya registrado? Ctrl+D y Enter lo abre." if likely else ""
        self.query_one("#aviso", Stripe).show([(words, "warn")])

    def action_doubles(self) -> None:
        lines, form = self.query_one("#parecidos", Lines), self.query_one(Form)
        if lines.display and not lines.has_focus:
            lines.can_focus = True
            lines.focus()
        else:
            form.focus()
            lines.can_focus = False

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self._open(message.row.data)

    # -- saving ------------------------------------------------------------------------------------------------

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        form, today = self.query_one(Form), self.clinic.desk.today()
        old = self.patient.record if self.has_patient else None
        try:
            patient = read_patient(form, today, old)
        except CesError as error:
            self.show_error(error)
            return
        but = self.patient.id if self.has_patient else ""
        self.service(
            lambda: [] if but else self.clinic.registry.likely_duplicates(patient, but=but),
            partial(self._compared, patient),
            name="guardar",
        )

    def _compared(self, patient: Patient, likely: list[Likely]) -> None:
        """Offer the likely doubles once more before a new number is given."""
        if not likely:
            self._save(patient)
            return
        today = self.clinic.desk.today()
        options = [
            Option(
                one.stored.id,
                f"Abrir a {one.stored.record.name}, {show_patient_age(one.stored.record, today)}: {', '.join(one.reasons)}",
            )
            for one in likely[:5]
        ]
        options.append(Option("otra", "Es otra persona: registrarla", letter="r"))

        def chosen(key: str | None) -> None:
            if key == "otra":
                self._save(patient)
            elif key is not None:
                self._open(next(one.stored for one in likely if one.stored.id == key))

        self.app.push_screen(
            Choice("Ya hay alguien parecido", options, note="Compare antes de registrar de nuevo."), chosen
        )

    def _save(self, patient: Patient) -> None:
        registry, draft = self.clinic.registry, self.draft_id
        if self.has_patient:
            stored = self.patient
            self.service(
                lambda: registry.update(stored, patient, draft=self.draft_id or draft),
                self._saved,
                name="guardar",
            )
        else:
            self.service(
                lambda: registry.register(patient, draft=self.draft_id or draft), self._saved, name="guardar"
            )

    def _saved(self, stored: Stored[Patient]) -> None:
        self.saved_now()
        app, new = self.ces_app, not self.has_patient
        doubts = self.clinic.registry.doubts(stored.record)
        self._leave(stored)
        told = (
            f"{stored.record.name}: número {stored.record.clinic_number}."
            if new
            else "Se guardaron los cambios."
        )
        app.flash(" ".join([told, *doubts]), "aviso" if doubts else "ok")

    def _open(self, stored: Stored[Patient]) -> None:
        """The person was registered before: leave the draft and go to them."""
        self.saved_now()
        if self.draft_id:
            self.clinic.vault.drafts.drop(self.draft_id)
        self._leave(stored)

    def _leave(self, stored: Stored[Patient]) -> None:
        app, give_back = self.ces_app, self._choose or self.has_patient
        self.dismiss(stored)
        if not give_back:
            app.open_room("expediente", patient=stored)


def _place(form: Form) -> str:
    field = form.field("locality")
    return field.text if isinstance(field, LookupField) else ""
