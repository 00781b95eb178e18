"""A pregnancy's dates and history in one form, and its end in another."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import parse_number, show_date
from ces_tui.base.errors import BadInput, CesError
from ces_tui.care.calculators_gestation import show_gestation
from ces_tui.care.pregnancies import BIRTHS, CERTAINTY_WORDS, OUTCOME_WORDS, Pregnancy, judge
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.drafting import Drafting
from screens.widgets.fields import ChoiceField, DateField, Field, NumberField, Option, TextField, parse_day
from screens.widgets.form import Form, Section
from screens.widgets.ink import Stripe

YES_NO = [Option("si", "Sí"), Option("no", "No")]
NUMBERS = (
    ("gravida", "Embarazos con éste (G)"),
    ("births", "Partos (P)"),
    ("caesareans", "Cesáreas (C)"),
    ("losses_early", "Pérdidas antes de 20 semanas"),
    ("losses_late", "Pérdidas después"),
)


class Fechas(Drafting):
    """A new pregnancy, or other dates of the open one."""

    room = "embarazo"
    HELP_TEXT = "Escriba la última menstruación o diga que no la recuerda; el resto puede quedar vacío. Ctrl+S guarda e inscribe en cuidado prenatal."
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="embarazo_fechas.guardar", tooltip="Guarda el embarazo.", priority=True),
    ]  # fmt: skip

    def __init__(
        self, patient: Stored[Patient], stored: Stored[Pregnancy] | None = None, *, draft: str = ""
    ) -> None:
        super().__init__(patient, draft=draft)
        self._stored = stored

    @property
    def heading(self) -> str:
        return "Embarazo: fechas y antecedentes"

    def body(self) -> ComposeResult:
        yield Form()
        yield Stripe(id="dated")

    def on_ready(self) -> None:
        form = self.query_one(Form)
        form.set_items(_fields(self.clinic.desk.today()))
        if self._stored is not None:
            _fill(form, self._stored.record)
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
        form.focus()
        self.start_sealing()
        self._dated()

    def on_form_changed(self, _message: Form.Changed) -> None:
        self.typed()
        self._dated()

    def _dated(self) -> None:
        """The weeks and the due date that these dates give, while they are typed."""
        today, text = self.clinic.desk.today(), ""
        try:
            state = judge([("", self._read())], [], [], today)
            if state.days is not None and state.days >= 0 and state.due is not None:
                text = f" {show_gestation(state.days)} semanas · FPP {show_date(state.due)} ({state.where})"
        except BadInput:
            text = ""
        self.query_one("#dated", Stripe).show([(text, "strong")])

    def _read(self) -> Pregnancy:
        form, today = self.query_one(Form), self.clinic.desk.today()
        lmp = form.text("lmp").strip()
        return Pregnancy(
            day=today,
            lmp=parse_day(lmp, today, field="lmp") if lmp else None,
            lmp_certainty=form.text("lmp_certainty"),  # type: ignore[arg-type]
            scans=self._stored.record.scans if self._stored else [],
            planned={"si": True, "no": False}.get(form.text("planned")),
            risks=form.text("risks"),
            birth_place=form.text("birth_place"),
            **{name: _whole(form, name) for name, _ in NUMBERS},  # type: ignore[arg-type]
        )

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        try:
            pregnancy = self._read()
        except CesError as error:
            self.show_error(error)
            return
        service, patient, stored = self.clinic.pregnancies, self.patient.id, self._stored

        def work() -> Stored[Pregnancy]:
            if stored is None:
                return service.begin(patient, pregnancy, draft=self.draft_id)
            return service.change(patient, stored, pregnancy, draft=self.draft_id)

        self.service(work, self._saved, busy="Guardando…", name="guardar")

    def _saved(self, stored: Stored[Pregnancy]) -> None:
        self.saved_now()
        app, new = self.ces_app, self._stored is None
        self.dismiss(stored)
        app.call_after_refresh(
            app.flash, "Embarazo guardado; queda en cuidado prenatal." if new else "Cambios guardados."
        )


class Fin(Drafting):
    """How and when it ended."""

    room = "embarazo"
    HELP_TEXT = "Diga cómo terminó y qué día. Al guardar sale de cuidado prenatal; la lactancia cuenta para avisos de medicamentos."
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="embarazo_fin.guardar", tooltip="Guarda el fin del embarazo.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], stored: Stored[Pregnancy], *, draft: str = "") -> None:
        super().__init__(patient, draft=draft)
        self._stored = stored

    @property
    def heading(self) -> str:
        return "Fin del embarazo"

    def body(self) -> ComposeResult:
        yield Form()

    def on_ready(self) -> None:
        form = self.query_one(Form)
        form.set_items(self._fields(""))
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
            form.set_items(self._fields(form.text("outcome")))
        form.focus()
        self.start_sealing()

    def _fields(self, outcome: str) -> list[Field | Section]:
        form, today = self.query_one(Form), self.clinic.desk.today()
        kept = {f.name: f for f in form.fields}
        wanted: list[Field] = [
            ChoiceField(
                "outcome",
                "Cómo terminó",
                required=True,
                options=[Option(k, w) for k, w in OUTCOME_WORDS.items()],
            ),
            DateField("ended", "Día", required=True, today=today, hint="hoy, o día/mes/año"),
            TextField("note", "Nota", width=44, limit=300, hint="lugar, quién atendió, recién nacido"),
        ]
        if outcome in BIRTHS:
            wanted.insert(2, ChoiceField("breastfeeding", "¿Da pecho?", options=YES_NO))
        return [kept.get(f.name, f) for f in wanted]

    def on_form_changed(self, message: Form.Changed) -> None:
        self.typed()
        if message.field == "outcome":
            message.form.set_items(self._fields(str(message.value)))

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        form, today = self.query_one(Form), self.clinic.desk.today()
        try:
            if not form.text("ended").strip():
                raise BadInput("Escriba qué día terminó.", field="ended")
            ended = parse_day(form.text("ended"), today, field="ended")
        except CesError as error:
            self.show_error(error)
            return
        feeds = form.text("breastfeeding") if "breastfeeding" in form else ""
        service, patient, stored = self.clinic.pregnancies, self.patient.id, self._stored
        outcome, note = form.text("outcome"), form.text("note")

        def work() -> Stored[Pregnancy]:
            return service.end(
                patient,
                stored,
                outcome,  # type: ignore[arg-type]
                ended,
                breastfeeding={"si": True, "no": False}.get(feeds),
                note=note,
                draft=self.draft_id,
            )

        self.service(work, self._saved, busy="Guardando…", name="guardar")

    def _saved(self, stored: Stored[Pregnancy]) -> None:
        self.saved_now()
        app = self.ces_app
        self.dismiss(stored)
        app.call_after_refresh(app.flash, "Fin del embarazo guardado; salió de cuidado prenatal.")


def _fields(today: object) -> list[Field | Section]:
    certainty = [Option(k, w) for k, w in CERTAINTY_WORDS.items()]
    return [
        DateField("lmp", "Última menstruación", today=today, hint="primer día, día/mes/año"),  # type: ignore[arg-type]
        ChoiceField("lmp_certainty", "¿Qué tan segura?", options=certainty),
        Section("Antecedentes"),
        *(NumberField(name, words, width=4, limit=2) for name, words in NUMBERS),
        ChoiceField("planned", "¿Lo planeó?", options=YES_NO),
        TextField("risks", "Riesgos", width=46, limit=400, hint="cesárea previa, presión, gemelos…"),
        TextField("birth_place", "Plan de parto", width=46, limit=400, hint="dónde, con quién, cómo llega"),
    ]


def _fill(form: Form, pregnancy: Pregnancy) -> None:
    values = {
        "lmp": show_date(pregnancy.lmp) if pregnancy.lmp else "",
        "lmp_certainty": pregnancy.lmp_certainty,
        "planned": {True: "si", False: "no"}.get(pregnancy.planned, "")
        if pregnancy.planned is not None
        else "",
        "risks": pregnancy.risks,
        "birth_place": pregnancy.birth_place,
    }
    for name, _ in NUMBERS:
        value = getattr(pregnancy, name)
        values[name] = "" if value is None else str(value)
    for name, text in values.items():
        form.set_value(name, text)


def _whole(form: Form, name: str) -> int | None:
    text = form.text(name).strip()
    if not text:
        return None
    value = parse_number(text, field=name)
    if value != int(value):
        raise BadInput("Escriba un número sin decimales.", field=name)
    return int(value)
