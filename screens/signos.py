"""Signos vitales: one column, Enter goes on, the last value beside each field; unlikely values are asked once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date, show_number
from ces_tui.base.errors import BadInput, CesError
from ces_tui.care.limits import Mark, Who, asked_at, label, marks, refuse_impossible, reviewed, unit
from ces_tui.care.measures import read_measures
from ces_tui.care.plausible import Ask
from ces_tui.care.records import Vitals
from ces_tui.care.vitals import Check, Taken
from screens.drafting import Drafting
from screens.widgets.fields import CheckField, ChoiceField, Field, NumberField, Option, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Span, Stripe

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored

_PRESSURE = {"systolic": "pressure", "diastolic": "pressure"}
_ORDER = (
    "weight_kg",
    "height_cm",
    "lying",
    "pressure",
    "pulse",
    "respiration",
    "temperature_c",
    "spo2",
    "glucose_mgdl",
    "fasting",
    "head_cm",
    "muac_mm",
    "oedema",
    "waist_cm",
    "pregnant",
    "complaint",
)


OEDEMA_MONTHS = 60
"""Below this age oedema of both feet is asked: it makes malnutrition grave whatever the weight (growth.yaml, acute)."""
LYING_MONTHS = (12, 36)
"""Ages in months at which a child may be measured either way, and it is asked how."""


class Signos(Drafting):
    """The nurse's page."""

    room = "signos"
    RESUMES = True
    CSS_PATH = "signos.tcss"
    HELP_TEXT = (
        "Escriba lo que midió y deje vacío lo demás; coma o punto para decimales. Enter pasa al siguiente y en el último guarda. "
        "Lo imposible no se acepta; lo raro se pregunta una vez: si está bien, guarde de nuevo. "
        "Un valor crítico abre una alerta con responsable. Junto a cada campo está su último valor."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="signos.guardar", tooltip="Guarda los signos."),
        Binding("f6", "screening", "tamizaje", id="signos.tamizaje", tooltip="Pregunta el PHQ-2; si sale positivo sigue con el PHQ-9.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient] | None = None, *, draft: str = "") -> None:
        super().__init__(patient, draft=draft)
        self._asked: dict[str, str] = {}
        self._who: Who | None = None

    def body(self) -> ComposeResult:
        yield Form()
        yield Stripe(id="calculado")

    def on_ready(self) -> None:
        patient = self.patient.id
        self._who = self.clinic.vitals.who(patient)
        before = self.clinic.vitals.before(patient)
        form = self.query_one(Form)
        form.set_items([_field(name, before) for name in _ORDER if self._asked_for(name)])
        if "pregnant" in form and self._who.pregnant:
            form.set_value("pregnant", "si")
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
        form.focus()
        self.start_sealing()
        self._calculate()

    def _asked_for(self, name: str) -> bool:
        assert self._who is not None
        if name == "pregnant":
            return self._who.sex == "F" and 10 <= self._who.years <= 55
        if name == "lying":
            return LYING_MONTHS[0] <= self._who.months < LYING_MONTHS[1]
        if name == "oedema":
            return self._who.months < OEDEMA_MONTHS
        return name in {"pressure", "fasting", "complaint"} or asked_at(name, self._who.months)

    # -- while typing ------------------------------------------------------------------------------------------

    def on_form_changed(self, message: Form.Changed) -> None:
        self.typed()
        self._asked.pop(message.field, None)
        self._calculate()

    def on_form_moved(self, message: Form.Moved) -> None:
        """What can't be is said as soon as its field is left."""
        form, day = message.form, self.clinic.desk.today()
        for name in _ORDER:
            if (
                name in form
                and name != message.field
                and form.text(name)
                and name not in {"complaint", "pregnant", "lying", "oedema"}
            ):
                form.field(name).error = _refusal(name, form, day) or (
                    form.field(name).error if name in self._asked else ""
                )
        form.repaint()

    def _calculate(self) -> None:
        line: list[Span] = [(f" {self._age()}", "dim")]
        try:
            vitals = self._read()
            refuse_impossible(vitals)
        except BadInput:
            vitals = Vitals(day=self.clinic.desk.today())
        if vitals.bmi is not None:
            line.append((f" · IMC {show_number(vitals.bmi)} kg/m²", "strong"))
        found = marks(vitals, self._person(vitals))
        worst = {_marked(mark): mark.critical for mark in found}
        line += [(f" · {words}", "bad" if critical else "warn") for words, critical in worst.items()]
        review: list[Span] = [] if reviewed() else [(" Límites pendientes de revisión clínica.", "dim")]
        self.query_one("#calculado", Stripe).show(line, review)

    def _age(self) -> str:
        assert self._who is not None
        return f"{self._who.years} años" if self._who.years >= 5 else f"{self._who.months} meses"

    def _person(self, vitals: Vitals) -> Who:
        assert self._who is not None
        if vitals.pregnant is None:
            return self._who
        return replace(self._who, pregnant=vitals.pregnant)

    def _read(self) -> Vitals:
        form = self.query_one(Form)
        typed = {f.name: form.text(f.name) for f in form.fields}
        pregnant = {"si": True, "no": False}.get(typed.get("pregnant", ""))
        return Vitals(
            day=self.clinic.desk.today(),
            complaint=typed.get("complaint", ""),
            fasting=form.flag("fasting") or (False if typed.get("glucose_mgdl") else None),
            pregnant=pregnant,
            oedema={"si": True, "no": False}.get(typed.get("oedema", "")),
            lying={"acostado": True, "de_pie": False}.get(typed.get("lying", "")),
            **read_measures(typed),
        )

    # -- beside the vitals -------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "screening" and self.is_mounted and self.ces_app.clinic is not None:
            return self._screened is not None
        return super().check_action(action, parameters)

    @property
    def _screened(self) -> str | None:
        """The short form that the nurse asks at this age, if there is one."""
        gate = self.clinic.instruments.get("phq2")
        youngest = gate.source.ages.min if gate.source.ages else 0
        fits = self._who is not None and self._who.years >= youngest
        return gate.id if fits and self.clinic.desk.may("tamizaje") else None

    def action_screening(self) -> None:
        self.keep()
        self.ces_app.open_room("tamizaje", patient=self.patient, instrument=self._screened or "")

    # -- saving ------------------------------------------------------------------------------------------------

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        try:
            vitals = self._read()
        except CesError as error:
            self.show_error(error)
            return
        patient = self.patient.id
        self.service(
            partial(self.clinic.vitals.check, patient, vitals), partial(self._checked, vitals), name="guardar"
        )

    def _checked(self, vitals: Vitals, check: Check) -> None:
        form = self.query_one(Form)
        open_asks = [
            ask for ask in check.asks if self._asked.get(_shown(ask.field)) != form.text(_shown(ask.field))
        ]
        if open_asks:
            self._ask(open_asks)
            return
        confirmed = [ask.field for ask in check.asks]
        self.service(
            lambda: self.clinic.vitals.take(
                self.patient.id, vitals, confirmed=confirmed, draft=self.draft_id
            ),
            self._taken,
            name="guardar",
        )

    def _ask(self, asks: list[Ask]) -> None:
        form = self.query_one(Form)
        self._asked |= {_shown(ask.field): form.text(_shown(ask.field)) for ask in asks}
        form.set_errors({_shown(ask.field): ask.sentence for ask in reversed(asks)})
        self.flash("Revise lo marcado; si está bien, guarde de nuevo (Ctrl+S).", "aviso")

    def show_error(self, error: CesError) -> None:
        if error.field in _PRESSURE:
            error.field = "pressure"
        super().show_error(error)

    def _taken(self, taken: Taken) -> None:
        self.saved_now()
        app, name = self.ces_app, self.patient.record.name
        self.dismiss(taken.stored)
        if taken.alerts:
            told = "; ".join(alert.record.text for alert in taken.alerts)
            app.flash(f"Signos de {name} guardados. Se abrió una alerta: {told}.", "aviso")
        else:
            app.flash(f"Signos de {name} guardados.")


def _field(name: str, before: list[Vitals]) -> Field:
    """The field with its last value and that value's date."""
    last, on = _last(name, before)
    match name:
        case "pressure":
            return TextField(
                name,
                "Presión",
                last,
                on,
                hint="120/80",
                help="Sistólica/diastólica en mmHg.",
                width=8,
                limit=9,
            )
        case "glucose_mgdl":
            told = "Si el aparato dice HI, escriba HI."
            return TextField(name, f"{label(name)} (mg/dL)", last, on, hint=told, help=told, width=8, limit=8)
        case "fasting":
            return CheckField(name, "En ayunas", help="La glucosa se tomó en ayunas.")
        case "pregnant":
            options = [Option("si", "Sí"), Option("no", "No")]
            return ChoiceField(name, "Embarazada", help="Cambia los límites de alarma.", options=options)
        case "oedema":
            told = "Se hunde al apretar el dorso de los dos pies. Con edema la desnutrición es grave, pese lo que pese."
            options = [Option("si", "Sí"), Option("no", "No")]
            return ChoiceField(name, "Edema de ambos pies", help=told, options=options)
        case "lying":
            told = "Sin decirlo vale la costumbre: acostado antes de los 2 años, de pie después. Cambia la talla 0.7 cm."
            options = [Option("acostado", "acostado"), Option("de_pie", "de pie")]
            return ChoiceField(name, "Talla medida", help=told, options=options)
        case "complaint":
            return TextField(name, "Motivo", last, on, hint="por qué viene", width=44, limit=300)
        case _:
            return NumberField(name, label(name), last, on, unit=unit(name))


def _last(name: str, before: list[Vitals]) -> tuple[str, str]:
    for vitals in before:
        value = vitals.pressure if name == "pressure" else getattr(vitals, name)
        if value not in {None, ""} and not isinstance(value, bool):
            text = show_number(value, 2) if isinstance(value, int | float) else str(value)
            return (f">{text}" if name == "glucose_mgdl" and vitals.glucose_high else text), show_date(
                vitals.day
            )
    return "", ""


def _shown(field: str) -> str:
    return _PRESSURE.get(field, field)


def _refusal(name: str, form: Form, day: date) -> str:
    """Why this one field can't be, '' when it can."""
    try:
        values = read_measures({name: form.text(name)})
        refuse_impossible(Vitals(day=day, **values))
    except BadInput as bad:
        return str(bad)
    return ""


def _marked(mark: Mark) -> str:
    name = "Presión" if mark.field in _PRESSURE else label(mark.field)
    return f"{name} {mark.word}"
