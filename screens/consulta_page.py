"""The consult page itself: its fields, what it shows of the chart, its snapshot and the draft that is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.widgets import TextArea

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import age_years
from ces_tui.care.records import CAME_WORDS
from ces_tui.consult.drafts import OpenDraft
from ces_tui.consult.programmes import proposed
from ces_tui.consult.records import PROGNOSIS_WORDS, Draft
from ces_tui.consult.sections import plans_for
from ces_tui.consult.snippets import Snippets, expansion
from ces_tui.guidance.records import Outcome
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens import consulta_view as view
from screens.consulta_keeper import AGAIN, Keeper, Kept, NotKept
from screens.consulta_parts import Caption, DiagnosisLines, RecetaLines, ReturnField
from screens.consulta_secciones import SectionForm
from screens.room import Room
from screens.widgets.fields import ChoiceField, LookupField, Option, Suggestion, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.note import NoteArea
from screens.widgets.paper import Paper

TEXTS = ("subjective", "objective", "analysis", "plan")
BESIDE = 140
"""Columns from which the last visit stands beside the note."""


class ConsultPage(Room):
    """What one writes on; `Consulta` adds what the keys do."""

    JUMP_NAMES: ClassVar[dict[str, str]] = {
        "top": "Llegada y motivo",
        "subjective": "Subjetivo",
        "objective": "Objetivo",
        "sections": "Programas",
        "diagnoses": "Diagnósticos",
        "dx": "Agregar diagnóstico",
        "analysis": "Análisis",
        "prescription": "Receta",
        "plan": "Plan",
        "end": "Pronóstico y cita",
        "beside": "Última visita",
    }

    def __init__(
        self, patient: Stored[Patient], *, draft: str = "", says: str = "", outcome: Outcome | None = None
    ) -> None:
        """`draft` goes on with one of several; `says` is a sentence to begin with; `outcome` a protocol just run."""
        super().__init__(patient)
        self._wanted, self._says, self._outcome = draft, says, outcome
        self._open = OpenDraft("", patient.id, 0, Draft())
        self._draft = Draft()
        """What stands in no widget: protocols, programmes, whether it is dispensed."""
        self._keeper: Keeper | None = None
        self._known: view.Known | None = None
        self._saved = ""
        self.receta_typing = ""
        """A line of the receta half written, as its editor gave it."""
        self._restoring = True
        self._begun = False

    # -- the page ----------------------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        yield Stripe(id="known")
        with Horizontal(id="sheet"):
            with VerticalScroll(id="page", can_focus=False):
                yield Paper(id="vitals", classes="auto")
                yield Form(self._top_fields(), submits=False, id="top", classes="auto")
                yield Caption("S", "Subjetivo")
                yield NoteArea(id="subjective", placeholder="Cómo ha estado, qué cuenta")
                yield Caption("O", "Objetivo")
                yield NoteArea(id="objective", placeholder="Exploración y resultados")
                yield SectionForm()
                yield Caption("D", "Diagnósticos")
                yield DiagnosisLines()
                yield Form([self._diagnosis_field()], submits=False, id="dx", classes="auto")
                yield Caption("A", "Análisis")
                yield NoteArea(id="analysis", placeholder="Qué piensa y por qué (si hace falta)")
                yield Caption("R", "Receta")
                yield RecetaLines()
                yield Caption("P", "Plan")
                yield NoteArea(id="plan", placeholder="Indicaciones, estudios, qué vigilar")
                yield Paper(id="results", classes="auto")
                yield Form(self._end_fields(), submits=False, id="end", classes="auto")
            yield Paper(id="beside")

    def _top_fields(self) -> list[ChoiceField | TextField]:
        came = [Option(key, words) for key, words in CAME_WORDS.items()]
        return [
            ChoiceField("came", "Cómo llegó", options=came, help="Vacío: como se anotó su llegada."),
            TextField("reason", "Motivo", width=50, limit=400, hint="En pocas palabras"),
        ]

    def _diagnosis_field(self) -> LookupField:
        return LookupField(
            "diagnosis", "Agregar", width=44, suggest=self._suggest, hint="Escriba y Enter: presión alta, azúcar, I10…",
            help="Nombre, palabra de uso diario, siglas o clave CIE-10; perdona acentos y errores.",
        )  # fmt: skip

    def _end_fields(self) -> list[ChoiceField | TextField]:
        prognosis = [Option(key, words) for key, words in PROGNOSIS_WORDS.items()]
        return [
            ChoiceField("prognosis", "Pronóstico", options=prognosis, help="Lo pide la NOM-004."),
            ReturnField(
                "next_text", "Próxima cita", today=self.clinic.desk.today, hint="30, 4s, 1m o fecha; espacio: 4 semanas"
            ),
            TextField("next_reason", "Para qué", width=40, hint="Se ve en la agenda"),
        ]  # fmt: skip

    def on_ready(self) -> None:
        for name in ("vitals", "results"):
            self.query_one(f"#{name}").can_focus = False
        self.phrases_changed()
        drafts = self.clinic.consults.drafts
        self._open = drafts.get(self._wanted) if self._wanted else drafts.open(self.patient.id)
        self._draft = self._open.draft
        self.receta_typing = self._draft.typing.get("receta", "")
        self._restore(self._draft)
        self.query_one("#vitals", Paper).show(view.warnings(self._draft))
        clinic, patient, draft_id = self.clinic, self.patient.id, self._open.id
        self._keeper = Keeper(
            self, self.snapshot, lambda draft: clinic.consults.drafts.save(draft_id, patient, draft)
        )
        self._say_saved(self._open.saved)
        clinic.vault.note_read(patient, "consulta")
        self.service(partial(view.read, clinic, patient), self._show_known, name="known")
        self._place_cursor(self._draft.typing)
        self.call_after_refresh(self._restored)
        if self._says:
            self.flash(self._says)

    def _place_cursor(self, typing: dict[str, str]) -> None:
        """Where it was when the draft was kept."""
        here = next(iter(self.query(f"#{typing.get('focus') or 'subjective'}")), None)
        here = here or self.query_one("#subjective")
        here.focus()
        row, _, column = typing.get("caret", "").partition(",")
        if isinstance(here, NoteArea) and row.isdigit() and column.isdigit():
            here.move_cursor((int(row), int(column)))

    def _restored(self) -> None:
        self._restoring = False
        if self._outcome is not None:
            self.take_outcome(self._outcome)
        if self.receta_typing:
            self.reopen_receta()

    def take_outcome(self, outcome: Outcome | None) -> None:
        """Put a protocol's result into the note."""

    def reopen_receta(self) -> None:
        """Go on with a line of the receta that was half written."""

    def _show_known(self, known: view.Known) -> None:
        self._known = known
        self._show_header()
        self.query_one("#vitals", Paper).show([*view.warnings(self._draft), *view.vitals_lines(known)])
        top = self.query_one("#top", Form)
        if not top.text("came"):
            top.set_value("came", known.came)
        self.show_sections()
        last = known.last.record if known.last else None
        for letter, name in zip("SOAP", TEXTS, strict=True):
            if last is not None:
                self.query_one(f"#caption-{letter}", Caption).last(getattr(last, name), last.day)
        if last is not None:
            words = PROGNOSIS_WORDS.get(last.prognosis, "")
            self.query_one("#end", Form).set_last("prognosis", words, view.short(last.day))
        self.query_one("#beside", Paper).show(view.beside(known))
        self._fit_beside()
        if not self._begun:
            self.call_after_refresh(self._from_the_top)

    def _from_the_top(self) -> None:
        """What was read makes the page longer above the cursor: begin where one reads, with the cursor in sight."""
        self.query_one("#page").scroll_to(y=0, animate=False, immediate=True)
        if isinstance(self.focused, NoteArea):
            self._follow(self.focused)
        elif self.focused is not None:
            self.focused.scroll_visible(animate=False, immediate=True)

    def _show_header(self) -> None:
        if self._known is not None:
            self.query_one("#known", Stripe).show(view.header(self._known, self._saved, self.size.width))

    def on_resize(self) -> None:
        self._show_header()
        self._fit_beside()

    def _fit_beside(self) -> None:
        """The last visit beside the note, where both fit."""
        here = self._known is not None and self._known.note is not None and self.app.size.width >= BESIDE
        self.set_class(here, "-beside")

    def phrases_changed(self) -> None:
        """The stock sentences that the texts expand, as they are now."""
        expand = partial(expansion, texts=Snippets(self.clinic.desk).texts())
        for name in TEXTS:
            self.query_one(f"#{name}", NoteArea).expander = expand

    # -- what stands on it -------------------------------------------------------------------------------------

    def snapshot(self) -> Draft:
        """The page as it is now; cheap, on the screen's own thread."""
        top, end, dx = (self.query_one(f"#{name}", Form) for name in ("top", "end", "dx"))
        field = dx.field("diagnosis")
        assert isinstance(field, LookupField)
        focused = self.focused.id if self.focused is not None and self.focused.id else ""
        row, column = self.focused.cursor_location if isinstance(self.focused, NoteArea) else (0, 0)
        values = {**top.values(), **end.values()}
        return view.merged(
            self._draft,
            values | {name: self.query_one(f"#{name}", NoteArea).text for name in TEXTS},
            diagnoses=self.query_one(DiagnosisLines).diagnoses,
            prescription=self.query_one(RecetaLines).receta,
            sections={**self._draft.sections, **self.query_one(SectionForm).typed()},
            typing={
                "diagnosis": field.text,
                "focus": focused,
                "caret": f"{row},{column}",
                "receta": self.receta_typing,
            },
        )

    def _restore(self, draft: Draft) -> None:
        for name in ("top", "end"):
            form = self.query_one(f"#{name}", Form)
            form.restore({f.name: getattr(draft, f.name) for f in form.fields})
        for name in TEXTS:
            area = self.query_one(f"#{name}", NoteArea)
            area.load(getattr(draft, name))
            area.move_cursor(area.document.end)
        self.query_one(DiagnosisLines).put(draft.diagnoses)
        self.query_one(RecetaLines).put(draft.prescription)
        self.query_one("#dx", Form).restore({"diagnosis": draft.typing.get("diagnosis", "")})
        self._show_results()

    def show_sections(self) -> None:
        """Open the sections that the programmes of this note need, as far as the chart is read."""
        if self._known is not None:
            years = age_years(self.patient.record.birth, self.clinic.desk.today())
            plans = plans_for(self._known.inside, years, self._draft)
            self.query_one(SectionForm).open(plans, self._known.lasts, self._draft.sections, self._known.told)
        self._show_results()

    @property
    def proposed(self) -> tuple[str, ...]:
        """The programmes that the diagnoses of the note propose and the patient is not in."""
        if self._known is None:
            return ()
        changed = {change.kind for change in self._draft.programmes}
        codes = [d.code for d in self.query_one(DiagnosisLines).diagnoses]
        return proposed(codes, {*self._known.inside, *changed})

    def _show_results(self) -> None:
        self.query_one("#results", Paper).show(view.results(self._draft, self.proposed))

    def touch(self) -> None:
        """Something changed: it is sealed soon. The first change puts the patient in consult in the waiting room."""
        if self._keeper is None or self._restoring:
            return
        self._keeper.touch()
        if not self._begun:
            self._begun = True
            self.service(partial(self.clinic.waiting.advance, self.patient.id, "consulta"))

    def keep(self) -> None:
        if self._keeper is not None:
            self._keeper.keep()

    def on_unmount(self) -> None:
        if self._keeper is not None:
            self._keeper.close()

    def on_kept(self, message: Kept) -> None:
        self._say_saved(message.ms)

    def on_not_kept(self, message: NotKept) -> None:
        self.flash(f"El borrador no se pudo guardar: {message.sentence}", "error")
        if self._keeper is not None:
            self._keeper.touch(AGAIN)

    def _say_saved(self, ms: int) -> None:
        self._saved = f"guardado {clinic_time(ms):%H:%M}" if ms else ""
        self._show_header()

    # -- typing ------------------------------------------------------------------------------------------------

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        self.touch()
        self.call_after_refresh(self._follow, message.text_area)

    def on_form_changed(self, _message: Form.Changed) -> None:
        self.touch()

    def on_diagnosis_lines_edited(self, _message: DiagnosisLines.Edited) -> None:
        self._show_results()
        self.refresh_bindings()
        self.touch()

    def on_receta_lines_edited(self, _message: RecetaLines.Edited) -> None:
        self.touch()

    def _follow(self, area: TextArea) -> None:
        """Keep the line being typed in sight when the page is longer than the window."""
        if area.has_focus:
            y = area.virtual_region.y + area.wrapped_document.location_to_offset(area.cursor_location).y
            self.query_one("#page").scroll_to_region(Region(0, y, 1, 1), animate=False, immediate=True)

    def _suggest(self, text: str) -> Sequence[Suggestion]:
        found = self.clinic.diagnoses.search(text, 5)
        return [*(view.suggestion(e) for e in found), Suggestion("", text, "usar así, sin clave")]

    def on_form_picked(self, message: Form.Picked) -> None:
        if message.field != "diagnosis":
            return
        picked = message.suggestion
        diagnosis = self.clinic.consults.propose(self.patient.id, picked.key, picked.text.strip())
        message.form.set_value("diagnosis", "")
        if self.query_one(DiagnosisLines).add(diagnosis):
            notice = "  Notificación inmediata (SUIVE)." if picked.data else ""
            self.flash(f"{diagnosis.text}{': 1a vez' if diagnosis.first_time else ''}.{notice}")
        else:
            self.flash("Ese diagnóstico ya está en la nota.", "aviso")
