"""A prenatal visit, and an obstetric ultrasound: what belongs to the pregnancy and the fetus, not to the mother's vital signs."""

from __future__ import annotations

from datetime import date

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import parse_number
from ces_tui.base.errors import BadInput, CesError
from ces_tui.care.calculators_gestation import days_by_crl, parse_gestation, show_gestation, table
from ces_tui.care.vitals import Unlikely
from ces_tui.maternal.pregnancies import Checked
from ces_tui.maternal.records import PRESENTATION_WORDS, PROTEIN_WORDS, FetalScan, PrenatalCheck
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.drafting import Drafting
from screens.embarazo_fechas import YES_NO
from screens.widgets.fields import (
    CheckField,
    ChoiceField,
    DateField,
    Field,
    NumberField,
    Option,
    TextField,
    parse_day,
)
from screens.widgets.form import Form, Section
from screens.widgets.ink import Stripe


class _Visit(Drafting):
    """What both forms share: drafts, the question asked once, the save."""

    room = "embarazo"

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        super().__init__(patient, draft=draft)
        self._asked: dict[str, str] = {}

    def items(self) -> list[Field | Section]:
        raise NotImplementedError

    def read(self) -> tuple[PrenatalCheck, date | None]:
        raise NotImplementedError

    def body(self) -> ComposeResult:
        yield Form()
        yield Stripe(id="dated")

    def on_ready(self) -> None:
        form = self.query_one(Form)
        form.set_items(self.items())
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
        form.focus()
        self.start_sealing()

    def on_form_changed(self, message: Form.Changed) -> None:
        self.typed()
        self._asked.pop(message.field, None)

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        try:
            check, day = self.read()
        except CesError as error:
            self.show_error(error)
            return
        form, service, patient = self.query_one(Form), self.clinic.pregnancies, self.patient.id
        confirmed = {name for name, text in self._asked.items() if form.text(name) == text}

        def work() -> Checked:
            return service.check(patient, check, scan_day=day, confirmed=confirmed, draft=self.draft_id)

        self.service(work, self._saved, failed=self._failed, busy="Guardando…", name="guardar")

    def _failed(self, error: CesError) -> None:
        if isinstance(error, Unlikely) and error.field:
            self._asked[error.field] = self.query_one(Form).text(error.field)
        self.show_error(error)
        if isinstance(error, Unlikely):
            self.flash("Revise lo marcado; si está bien, guarde de nuevo (Ctrl+S).", "aviso")

    def _saved(self, checked: Checked) -> None:
        self.saved_now()
        app = self.ces_app
        told = "; ".join(alert.record.text for alert in checked.alerts)
        self.dismiss(checked)
        if told:
            app.call_after_refresh(app.flash, f"Guardado. Se abrió una alerta: {told}.", "aviso")
        else:
            app.call_after_refresh(app.flash, "Control guardado.")


class Control(_Visit):
    """Fundal height, fetal heart, movements, danger signs."""

    HELP_TEXT = "Deje vacío lo que no midió. Peso y presión de la madre van en Signos vitales. Marque cada dato de alarma con espacio: abre una alerta."
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="embarazo_control.guardar", tooltip="Guarda el control.", priority=True),
    ]  # fmt: skip

    @property
    def heading(self) -> str:
        return "Control prenatal"

    def items(self) -> list[Field | Section]:
        fetal = table()["fetal"]
        return [
            NumberField("fundal_cm", fetal["fundal"]["label"], unit="cm"),
            NumberField("fetal_heart", fetal["heart"]["label"], unit="/min"),
            ChoiceField("moves", "¿Se mueve el bebé?", options=YES_NO),
            ChoiceField("presentation", "Presentación", options=_options(PRESENTATION_WORDS)),
            ChoiceField("edema", "Edema", options=YES_NO),
            ChoiceField("protein", "Proteína en orina", options=_options(PROTEIN_WORDS)),
            TextField("note", "Nota", width=46, limit=400),
            Section("Datos de alarma", "espacio marca"),
            *(CheckField(f"d_{key}", words) for key, words in table()["danger"]["signs"].items()),
        ]

    def read(self) -> tuple[PrenatalCheck, date | None]:
        form = self.query_one(Form)
        heart = _number(form, "fetal_heart")
        yes = {"si": True, "no": False}
        check = PrenatalCheck(
            day=self.clinic.desk.today(),
            fundal_cm=_number(form, "fundal_cm"),
            fetal_heart=None if heart is None else round(heart),
            moves=yes.get(form.text("moves")),
            presentation=form.text("presentation"),  # type: ignore[arg-type]
            edema=yes.get(form.text("edema")),
            protein=form.text("protein"),  # type: ignore[arg-type]
            danger=[key for key in table()["danger"]["signs"] if form.flag(f"d_{key}")],
            note=form.text("note"),
        )
        return check, None


class Ultrasonido(_Visit):
    """Measures of the fetus, each in its own place, and the age that dates the pregnancy."""

    HELP_TEXT = (
        "Escriba la edad que dio el ultrasonido como 11+2 (semanas y días); si está vacía y hay longitud cráneo-cauda de 7 a 84 mm, "
        "se calcula. El primer ultrasonido es el que puede cambiar la fecha. Los milímetros son del feto."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="embarazo_us.guardar", tooltip="Guarda el ultrasonido.", priority=True),
    ]  # fmt: skip

    @property
    def heading(self) -> str:
        return "Ultrasonido obstétrico"

    def items(self) -> list[Field | Section]:
        today = self.clinic.desk.today()
        return [
            DateField("scan_day", "Día del ultrasonido", today=today, hint="vacío: hoy"),
            TextField("scan_age", "Edad por ultrasonido", width=8, limit=6, hint="11+2"),
            Section("Medidas del feto"),
            *(
                NumberField(name, told["label"], unit=told["unit"])
                for name, told in table()["fetal"]["scan"].items()
            ),
            TextField("report", "Informe", width=46, limit=1000),
        ]

    def on_form_changed(self, message: Form.Changed) -> None:
        super().on_form_changed(message)
        text = ""
        try:
            crl = _number(message.form, "crl_mm")
            if crl is not None and not message.form.text("scan_age").strip():
                text = f" Por longitud cráneo-cauda: {show_gestation(days_by_crl(crl))} semanas (Robinson-Fleming)"
        except BadInput:
            text = ""
        self.query_one("#dated", Stripe).show([(text, "strong")])

    def read(self) -> tuple[PrenatalCheck, date | None]:
        form, today = self.query_one(Form), self.clinic.desk.today()
        day_text = form.text("scan_day").strip()
        day = parse_day(day_text, today, field="scan_day") if day_text else today
        measures = {name: _number(form, name) for name in table()["fetal"]["scan"]}
        scan = FetalScan(gestation_days=_age(form.text("scan_age")), report=form.text("report"), **measures)  # type: ignore[arg-type]
        if scan == FetalScan():
            return PrenatalCheck(day=today), day
        return PrenatalCheck(day=today, scan=scan), day


def _age(text: str) -> int | None:
    """'11+2' as days."""
    return parse_gestation(text, field="scan_age") if text.strip() else None


def _number(form: Form, name: str) -> float | None:
    text = form.text(name).strip()
    return parse_number(text, field=name) if text else None


def _options(words: dict[str, str]) -> list[Option]:
    return [Option(key, word) for key, word in words.items()]
