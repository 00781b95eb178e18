"""Laboratorio: what a paper says, typed once; the last value with its date beside each field, and what it means."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import parse_number, show_date, show_number
from ces_tui.base.errors import BadInput, CesError
from ces_tui.care.calculators import table as formulas
from ces_tui.care.labs import Lab, table
from ces_tui.care.vitals import Unlikely
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.drafting import Drafting
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
from screens.widgets.paper import Paper, Para


class Laboratorio(Drafting):
    """The results of one sample."""

    room = "laboratorio"
    RESUMES = True
    CSS_PATH = "laboratorio.tcss"
    HELP_TEXT = (
        "Escriba el día de la muestra y lo que trae el papel; deje vacío lo demás. Junto a cada campo está su último valor. Con la "
        "creatinina se calcula la filtración (CKD-EPI 2021), que cuenta en los avisos de medicamentos. La glucosa va en Signos."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="laboratorio.guardar", tooltip="Guarda los resultados.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        super().__init__(patient, draft=draft)
        self._asked: dict[str, str] = {}

    def body(self) -> ComposeResult:
        yield Form()
        yield Paper(id="meaning", classes="auto")

    def on_ready(self) -> None:
        form, labs = self.query_one(Form), self.clinic.labs
        form.set_items(_fields(labs.last(self.patient.id), self.clinic.desk.today()))
        if self.restore():
            self.flash("Es su borrador; todavía no está guardado.", "aviso")
        paper = self.query_one(Paper)
        paper.can_focus = False
        paper.show(self._meaning(labs.last(self.patient.id)))
        form.focus()
        self.start_sealing()

    def _meaning(self, last: dict[str, Lab]) -> list[Para]:
        """What the newest results mean, with the formula named."""
        words = self.clinic.labs.words
        said = [(lab, words(self.patient.id, lab)) for lab in last.values()]
        return [
            Para(f"{table()['kinds'][lab.kind]['label']} {show_date(lab.day)}: {text}", "dim")
            for lab, text in said
            if text
        ]

    def on_form_changed(self, message: Form.Changed) -> None:
        self.typed()
        self._asked.pop(message.field, None)

    def _read(self) -> list[Lab]:
        form, today = self.query_one(Form), self.clinic.desk.today()
        day_text = form.text("day").strip()
        day = parse_day(day_text, today, field="day") if day_text else today
        found = []
        for kind in table()["kinds"]:
            if text := form.text(kind).strip().removesuffix("%"):
                fasting = form.flag("fasting") if kind in {"trigliceridos", "ldl", "colesterol"} else None
                found.append(
                    Lab(
                        day=day,
                        kind=kind,
                        value=parse_number(text, field=kind),
                        fasting=fasting or None,
                        method=form.text("method") if kind == "riesgo_cv" else "",
                        note=form.text("note"),
                    )
                )
        return found

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        try:
            results = self._read()
        except BadInput as error:
            self.show_error(error)
            return
        form, labs, patient = self.query_one(Form), self.clinic.labs, self.patient.id
        confirmed = {kind for kind, text in self._asked.items() if form.text(kind) == text}
        self.service(
            lambda: labs.add(patient, results, confirmed=confirmed, draft=self.draft_id),
            self._saved,
            failed=self._failed,
            busy="Guardando…",
            name="guardar",
        )

    def _failed(self, error: CesError) -> None:
        if isinstance(error, Unlikely) and error.field:
            self._asked[error.field] = self.query_one(Form).text(error.field)
        self.show_error(error)
        if isinstance(error, Unlikely):
            self.flash("Revise lo marcado; si está bien, guarde de nuevo (Ctrl+S).", "aviso")

    def _saved(self, kept: list[Stored[Lab]]) -> None:
        self.saved_now()
        app, words, patient = self.ces_app, self.clinic.labs.words, self.patient.id
        meant = [text for stored in kept if (text := words(patient, stored.record))]
        count = "1 resultado" if len(kept) == 1 else f"{len(kept)} resultados"
        self.dismiss(kept)
        app.call_after_refresh(app.flash, ". ".join([f"Guardado: {count}", *meant]))


def _fields(last: dict[str, Lab], today: object) -> list[Field | Section]:
    items: list[Field | Section] = [
        DateField("day", "Día de la muestra", today=today, hint="vacío: hoy")  # type: ignore[arg-type]
    ]
    for kind, told in table()["kinds"].items():
        before = last.get(kind)
        value = show_number(before.value, told["digits"]) if before else ""
        on = show_date(before.day) if before else ""
        if kind == "riesgo_cv":
            items.append(Section("Riesgo cardiovascular", "leído en una tabla"))
        items.append(NumberField(kind, told["label"], value, on, unit=told["unit"]))
    charts = formulas()["cardiovascular"]["charts"]
    items += [
        ChoiceField("method", "Tabla", options=[Option(key, words) for key, words in charts.items()]),
        CheckField("fasting", "En ayunas", help="Los lípidos se tomaron en ayunas."),
        TextField("note", "Nota", width=44, limit=200, hint="laboratorio, folio"),
    ]
    return items
