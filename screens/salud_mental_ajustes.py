"""What the supervision decides about numbers whose source is not firm: shown "por confirmar" until someone does."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import BadInput
from screens.room import Room
from screens.widgets.fields import CheckField, Field, NumberField
from screens.widgets.form import Form, Section
from screens.widgets.paper import Paper, Para

_DOSE = "dose_"


class PorConfirmar(Room):
    """The doubtful rules of the register, one by one."""

    room = "salud_mental"
    CSS_PATH = "salud_mental_ajustes.tcss"
    HELP_TEXT = (
        "Estas reglas no tienen fuente firme. Sin decisión de supervisión se muestran «por confirmar» y no marcan a nadie. "
        "Lo que decida queda firmado con su nombre; vale la última decisión."
    )
    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="por_confirmar.guardar", tooltip="Firma la decisión.", priority=True),
    ]  # fmt: skip

    @property
    def heading(self) -> str:
        return "Salud mental, por confirmar"

    def body(self) -> ComposeResult:
        rules = self.clinic.mental_health.rules
        doubtful = [e for e in rules.effective if e.certainty == "U"]
        fields: list[Field | Section] = [
            Section("Avisos"),
            CheckField("relapse", "Avisar de recaída", hint="Remisión y otra vez puntaje de caso"),
            NumberField(
                "movement_days",
                "Ver movimientos cada",
                unit="días",
                hint="Con antipsicótico; en blanco no avisa",
            ),
            Section("Dosis mínimas que cuentan"),
        ]
        fields += [CheckField(f"{_DOSE}{e.ingredient}", f"{e.ingredient} {e.mg} mg/día") for e in doubtful]
        yield Form(fields, classes="auto")
        yield Paper(
            [
                Para("De dónde sale cada una", "title"),
                Para(f"Recaída: {rules.relapse.source}.", "dim"),
                *(
                    Para(f"{m.name}: {m.source}.", "dim")
                    for m in rules.monitoring.items
                    if m.certainty == "U"
                ),
                *(Para(f"{e.ingredient}: {e.source}.", "dim") for e in doubtful),
            ],
            classes="still",
        )

    def on_ready(self) -> None:
        form = self.query_one(Form)
        held = self.clinic.mental_health.setting()
        if held is not None:
            form.set_value("relapse", held.relapse)
            form.set_value("movement_days", str(held.movement_days or ""))
            for ingredient in held.doses:
                if f"{_DOSE}{ingredient}" in form:
                    form.set_value(f"{_DOSE}{ingredient}", True)
        form.focus()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_save()

    def action_save(self) -> None:
        form, health = self.query_one(Form), self.clinic.mental_health
        text = form.text("movement_days").strip()
        if text and not (text.isascii() and text.isdigit()):
            raise BadInput("Escriba los días con número entero.", field="movement_days")
        doubtful = [e.ingredient for e in health.rules.effective if e.certainty == "U"]
        decide = partial(
            health.decide,
            relapse=form.flag("relapse"),
            movement_days=int(text) if text else None,
            doses=tuple(d for d in doubtful if form.flag(f"{_DOSE}{d}")),
        )
        self.service(decide, lambda _: self._saved(), busy="Guardando…", name="guardar")

    def _saved(self) -> None:
        app = self.ces_app
        self.dismiss(None)
        app.call_after_refresh(app.flash, "Guardado: la decisión quedó firmada.")
