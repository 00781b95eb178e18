"""Writing the clinical history: one page of questions at a time, sealed as a draft, signed as a whole."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.base.errors import CesError
from ces_tui.consult.history import ClinicalHistory, Page, Question, pages
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.drafting import Drafting
from screens.widgets.fields import ChoiceField, DateField, Field, Option, TextField, parse_day
from screens.widgets.form import Form
from screens.widgets.ink import Span, Stripe

_DAY = "interview_day"


class Escribir(Drafting):
    """The pages of the history."""

    room = "historia"
    CSS_PATH = "historia.tcss"
    HELP_TEXT = (
        "AvPág y RePág cambian de página; Enter en el último campo pasa a la siguiente. Los campos con * los pide la NOM-004. Escriba "
        "«negados» si preguntó y no hay. Lo escrito se guarda como borrador; Ctrl+T firma todas las páginas."
    )
    BINDINGS = [
        Binding("ctrl+t,ctrl+s,f10", "sign", "firmar", id="historia.firmar", tooltip="Firma la historia completa.", priority=True),
        Binding("pagedown", "page(1)", "página siguiente", id="historia.siguiente", tooltip="La página siguiente.", priority=True),
        Binding("pageup", "page(-1)", "página anterior", id="historia.anterior", tooltip="La página anterior.", priority=True),
    ]  # fmt: skip

    def __init__(
        self, patient: Stored[Patient], stored: Stored[ClinicalHistory] | None = None, *, draft: str = ""
    ) -> None:
        super().__init__(patient, draft=draft)
        self._stored = stored
        self._pages = pages(patient.record.sex)
        self._answers: dict[str, str] = dict(stored.record.answers) if stored else {}
        self._at = 0

    @property
    def heading(self) -> str:
        return "Escribir historia clínica"

    def body(self) -> ComposeResult:
        yield Stripe(id="pages")
        yield Form()

    def on_ready(self) -> None:
        if self.restore():
            self.flash("Es su borrador; todavía no está firmado.", "aviso")
        self._show()
        self.query_one(Form).focus()
        self.start_sealing()

    def restore(self) -> bool:
        """The draft's answers, whatever page they stand on."""
        self.draft_id = self.draft_id or self._begun_today()
        if not self.draft_id:
            return False
        data = self.clinic.vault.drafts.get(self.draft_id).data
        self._answers = {str(k): str(v) for k, v in data.get("answers", {}).items()}
        return True

    def keep(self) -> None:
        if self._unsealed and not self._over and self.ces_app.clinic is not None:
            self._unsealed = False
            self._seal(self._data())

    def _seal_soon(self) -> None:
        if self._unsealed and not self._over:
            data = self._data()
            self._unsealed = not self.service(lambda: self._seal(data), name="borrador")

    def _data(self) -> dict[str, Any]:
        return {"answers": self._collected()}

    # -- pages -------------------------------------------------------------------------------------------------

    @property
    def _page(self) -> Page:
        return self._pages[self._at]

    def _show(self) -> None:
        form = self.query_one(Form)
        today = self.clinic.desk.today()
        items: list[Field] = [_field(q, q.key in self._page.required) for q in self._page.questions]
        if self._at == len(self._pages) - 1:
            items.append(
                DateField(
                    _DAY, "Día del interrogatorio", today=today, hint="vacío: hoy",
                    help="Si fue otro día, la firma queda marcada como entrada tardía.",
                )
            )  # fmt: skip
        form.set_items(items)
        for item in items:
            form.set_value(item.name, self._answers.get(item.name, ""))
        form.go_to(items[0].name)
        spans: list[Span] = [(f" {self._at + 1} de {len(self._pages)}  ", "dim"), (self._page.title, "title")]
        self.query_one("#pages", Stripe).show(spans)

    def _collected(self) -> dict[str, str]:
        """All answers, with what stands on the open page."""
        form = self.query_one(Form)
        self._answers |= {item.name: form.text(item.name).strip() for item in form.fields}
        return {key: value for key, value in self._answers.items() if value}

    def action_page(self, by: int) -> None:
        self._collected()
        if 0 <= self._at + by < len(self._pages):
            self._at += by
            self._show()

    def on_form_changed(self, _message: Form.Changed) -> None:
        self.typed()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        if self._at + 1 < len(self._pages):
            self.action_page(1)
        else:
            self.action_sign()

    # -- signing -----------------------------------------------------------------------------------------------

    def action_sign(self) -> None:
        answers, today = self._collected(), self.clinic.desk.today()
        day_text = answers.pop(_DAY, "")
        try:
            day = parse_day(day_text, today, field=_DAY) if day_text else None
        except CesError as error:
            self.show_error(error)
            return
        histories, patient, stored = self.clinic.histories, self.patient.id, self._stored

        def work() -> Stored[ClinicalHistory]:
            return histories.sign(patient, answers, stored, day=day, draft=self.draft_id)

        self.service(work, self._signed, busy="Guardando…", name="firmar")

    def show_error(self, error: CesError) -> None:
        """Go to the page of the field that is wrong."""
        for i, page in enumerate(self._pages):
            if error.field and error.field in {q.key for q in page.questions} and i != self._at:
                self._collected()
                self._at = i
                self._show()
        if error.field == _DAY and self._at != len(self._pages) - 1:
            self._at = len(self._pages) - 1
            self._show()
        super().show_error(error)

    def _signed(self, stored: Stored[ClinicalHistory]) -> None:
        self.saved_now()
        app, day = self.ces_app, stored.record.day
        self.dismiss(stored)
        app.call_after_refresh(app.flash, f"Historia clínica firmada, interrogatorio del {show_date(day)}.")


def _field(question: Question, required: bool) -> Field:
    if question.options:
        options = [Option(key, words) for key, words in question.options]
        return ChoiceField(question.key, question.label, options=options, required=required)
    limit = 2000 if question.long else 600
    return TextField(
        question.key,
        question.label,
        hint=question.hint,
        help=question.hint,
        width=52,
        limit=limit,
        required=required,
    )
