"""Plan de seguridad: what the protocol asks, the plan made with the person, the hand-over, and closing with a reason."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import show_date
from ces_tui.base.errors import CesError
from ces_tui.care.safety_records import Handover, SafetyPlan
from ces_tui.consult.autosave import Autosave
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens import plan_form as drawn
from screens.room import Room
from screens.widgets.bars import Hint
from screens.widgets.form import Form
from screens.widgets.ink import Line, Stripe
from screens.widgets.modals import Confirm, ReasonPrompt
from screens.widgets.paper import Paper, Para


class Plan(Room):
    """The safety plan of one patient. It is dismissed with the id of what was signed, or None."""

    room = "plan"
    CSS_PATH = "plan_seguridad.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    HELP_TEXT = (
        "El plan cuenta como lleno con una persona a quien llamar, los medios preguntados, quién se queda esta "
        "noche y la fecha del próximo contacto. Ninguna consulta de esta persona se firma sin plan o sin entregar "
        "el caso a alguien con nombre. Lo escrito se guarda como borrador; Ctrl+S firma. El asunto sigue en Hoy, "
        "reservado, hasta que se cierra con un motivo."
    )
    BINDINGS = [
        Binding("ctrl+s,ctrl+t", "sign", "firmar el plan", id="plan.firmar", tooltip="Guarda y firma el plan."),
        Binding("ctrl+e", "hand_over", "entregar", id="plan.entregar", tooltip="Entrega el caso a una persona con nombre."),
        Binding("ctrl+k", "close", "cerrar asunto", id="plan.cerrar", tooltip="Cierra el asunto con un motivo."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        super().__init__(patient)
        self._draft = draft
        self._danger: bool | None = None
        self._open = False
        self._saver: Autosave[dict[str, Any]] | None = None

    def body(self) -> ComposeResult:
        yield Stripe(id="state")
        with Container(id="page"):
            yield Paper(id="guidance")
            yield Form(id="plan", submits=False)

    def on_ready(self) -> None:
        clinic, form = self.clinic, self.query_one("#plan", Form)
        staff = [p for p in clinic.people() if p.role in {"pasante", "enfermeria", "supervision"}]
        form.set_items(drawn.plan_items(clinic.desk.today(), staff, clinic.alerts.answerable()))
        held = clinic.safety.held(self.patient.id)
        last = clinic.safety.last(self.patient.id)
        if last is not None:
            drawn.bring_over(form, last.record)
        if held is not None:
            form.restore(held.data)
            self.flash("Se recuperó lo que estaba escribiendo.")
        self._draft = held.id if held else clinic.vault.new_id()
        self._start_saver()
        self._show_state()
        self._show_guidance()
        form.focus()

    def on_unmount(self) -> None:
        if self._saver is not None:
            self._saver.stop()

    def keep(self) -> None:
        if self._saver is not None:
            self._saver.flush()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"hand_over", "close"}:
            return self._open
        return super().check_action(action, parameters)

    def _start_saver(self) -> None:
        draft, patient, safety = self._draft, self.patient.id, self.clinic.safety

        def seal(typed: dict[str, Any]) -> None:
            safety.hold(patient, typed, draft=draft)

        self._saver = Autosave(seal)

    # -- what stands above the form ----------------------------------------------------------------------------

    def _show_state(self) -> None:
        safety, patient = self.clinic.safety, self.patient.id
        alerts = safety.shown(patient)
        named = {a.id for a in alerts} if not self.clinic.desk.knows(patient) else None
        pending = [a for a in safety.pending(patient) if named is None or a.id in named]
        self._open = bool(alerts)
        lines: list[Line] = []
        if pending:
            lines.append(
                [("FALTA EL PLAN: la consulta no se puede firmar. ", "bad"), (pending[0].record.text, "text")]
            )
        elif alerts:
            alert = alerts[0].record
            owner = self.clinic.person_name(alert.owner)
            lines.append(
                [("Asunto abierto", "warn"), (f" desde {show_date(alert.day)}, responde {owner}.", "text")]
            )
        elif self.clinic.desk.knows(patient):
            lines.append([("No hay un riesgo abierto; al firmar se abre uno.", "dim")])
        else:
            lines.append(
                [("Lo reservado no se muestra aquí. Al firmar, quien responde lo verá en Hoy.", "dim")]
            )
        lines += [[(drawn.described(s.record), "dim")] for s in safety.history(patient)[-1:]]
        self.query_one("#state", Stripe).styles.height = len(lines)
        self.query_one("#state", Stripe).show(*lines)
        self.refresh_bindings()

    def _show_guidance(self) -> None:
        form = self.query_one("#plan", Form)
        danger = "si" in {form.text("has_plan"), form.text("has_means")}
        if danger != self._danger:
            self._danger = danger
            self.query_one("#guidance", Paper).show(
                drawn.guidance_paras(self.clinic.safety.guidance(), danger=danger)
            )

    def on_form_changed(self, message: Form.Changed) -> None:
        if message.field in {"has_plan", "has_means"}:
            self._show_guidance()
        if self._saver is not None:
            self._saver.put(message.form.dump())

    # -- signing, handing over, closing ------------------------------------------------------------------------

    def action_sign(self) -> None:
        form = self.query_one("#plan", Form)
        form.set_errors({})
        try:
            plan = drawn.plan_of(form, self.clinic.desk.today())
        except CesError as error:
            self.show_error(error)
            return
        if lacks := self.clinic.safety.lacking(plan):
            form.set_errors({drawn.FIELD_OF.get(m.field, m.field): m.sentence for m in lacks})
            count = f"Faltan {len(lacks)} cosas para que el plan cuente. " if len(lacks) > 1 else ""
            self.flash(count + lacks[0].sentence, "error")
            return
        if late := self.clinic.safety.late_contact(plan):
            ask = Confirm("Próximo contacto", [late], yes="Firmar así", no="Cambiar la fecha")
            self.app.push_screen(ask, lambda yes: self._fill(plan) if yes else None)
        else:
            self._fill(plan)

    def _fill(self, plan: SafetyPlan) -> None:
        self._write(
            lambda: self.clinic.safety.fill(self.patient.id, plan, draft=self._draft).id, "Plan firmado."
        )

    def action_hand_over(self) -> None:
        self.app.push_screen(Entrega(), self._hand_over)

    def _hand_over(self, typed: dict[str, Any] | None) -> None:
        if typed is None:
            return
        handover = Handover(**{**typed, "day": self.clinic.desk.today()})
        self._write(
            lambda: self.clinic.safety.hand_over(self.patient.id, handover, draft=self._draft).id,
            f"Entregado a {handover.person}. El asunto sigue abierto en Hoy.",
        )

    def action_close(self) -> None:
        says = ["Deja de estar en Hoy. El plan y sus contactos quedan en el expediente."]
        self.app.push_screen(ReasonPrompt("Cerrar el asunto", "Por qué se cierra", says=says), self._close)

    def _close(self, reason: str | None) -> None:
        if reason is None:
            return

        def work() -> str:
            self.clinic.safety.close(self.patient.id, reason, draft=self._draft)
            return ""

        self._write(work, "Asunto cerrado.")

    def _write(self, work: Any, words: str) -> None:
        saver, typed = self._saver, self.query_one("#plan", Form).dump()

        def write() -> str:
            if saver is not None:
                saver.stop(discard=True)
            done: str = work()
            return done

        def done(doc_id: str) -> None:
            self._saver = None
            self.dismiss(doc_id or None)
            self.ces_app.flash(words)

        def failed(error: CesError) -> None:
            self._start_saver()
            if self._saver is not None:
                self._saver.put(typed)
            error.field = drawn.FIELD_OF.get(error.field or "", error.field)
            self.show_error(error)

        self.service(write, done, failed=failed, busy="Guardando…", name="plan")


class Entrega(ModalScreen[dict[str, Any] | None]):
    """Who takes over: the result is what was typed, as the fields of a hand-over."""

    BINDINGS = [
        Binding(
            "escape,ctrl+o", "leave", "volver", id="entrega.volver", tooltip="No hace nada.", priority=True
        ),
        Binding("ctrl+s", "done", "entregar", id="entrega.guardar", tooltip="Entrega el caso."),
    ]

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper(
                [Para("La persona queda a cargo de alguien con nombre; el asunto sigue abierto.")],
                classes="auto still",
            )
            yield Form(drawn.handover_items(), classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([("Entregar el caso", "title")])
        self.query_one(Form).focus()

    def on_form_submitted(self) -> None:
        self.action_done()

    def action_done(self) -> None:
        form = self.query_one(Form)
        needed = {
            "person": "Escriba el nombre.",
            "role": "Escriba la función o la unidad.",
            "how": "Elija cómo.",
            "reason": "Escriba por qué.",
        }
        errors = {name: words for name, words in needed.items() if not form.text(name)}
        form.set_errors(errors)
        if not errors:
            self.dismiss({n: form.text(n) for n in ("person", "role", "phone", "how", "reason")})

    def action_leave(self) -> None:
        self.dismiss(None)
