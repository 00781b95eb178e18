"""Tamizaje: choose an instrument, ask item by item, look it over, sign; danger opens the safety plan at once."""

from __future__ import annotations

from datetime import date

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from ces_tui.base.errors import CesError
from ces_tui.consult.autosave import Autosave
from ces_tui.people.records import Patient
from ces_tui.screening.administration import DIFFICULTY, carry_over, finished, safety_item, sheet
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.records import Answering
from ces_tui.screening.screenings import Saved
from ces_tui.vault.shelf import Stored
from screens import tamizaje_sheet as drawn
from screens.room import Room
from screens.safe import SMALLEST
from screens.tamizaje_lista import InstrumentList
from screens.widgets.fields import Option
from screens.widgets.lines import Lines
from screens.widgets.modals import Choice, Confirm
from screens.widgets.paper import Paper
from screens.widgets.plot import Plot, Series
from screens.widgets.questionnaire import Questionnaire

CHOOSE, ASK, REVIEW, RESULT = "choose", "ask", "review", "result"
ASKING = (60, 18)
"""Columns and rows that a question needs."""


class Tamizaje(Room):
    """Screenings of one patient. It is dismissed with the id of the last one signed."""

    room = "tamizaje"
    CSS_PATH = "tamizaje.tcss"
    HELP_TEXT = (
        "Lea cada pregunta en voz alta, tal como está escrita. Los dígitos contestan y pasan a la siguiente; "
        "«-» anota que no quiso contestar; «g» cambia la letra, y con la de la terminal más grande (Ctrl y «+») también "
        "se puede preguntar. No hay puntaje mientras falte una respuesta. Cada respuesta se guarda "
        "como borrador; Enter al final firma. Aquí los dígitos no abren otras pantallas."
    )
    BINDINGS = [
        Binding("enter", "sign", "guardar y firmar", id="tamizaje.firmar", tooltip="Guarda y firma la hoja."),
        Binding("ctrl+s,ctrl+t", "sign", "firmar", id="tamizaje.firmar2", show=False, tooltip="Guarda y firma la hoja."),
        Binding("backspace,left", "correct", "corregir", id="tamizaje.corregir", tooltip="Vuelve a las preguntas."),
        Binding("a", "aloud", "leído o a solas", id="tamizaje.voz", tooltip="Cambia si se leyó en voz alta o la persona contestó a solas."),
        Binding("g", "letters", "letra", id="tamizaje.letra", tooltip="Letra grande o normal en las preguntas."),
        Binding("ctrl+s", "stop", "dejar a medias", id="tamizaje.dejar", tooltip="Guarda lo contestado para seguir después."),
        Binding("t", "everything", "ver todos", id="tamizaje.todos", tooltip="Muestra también los que no se ofrecen solos."),
        Binding("delete", "discard", "descartar", id="tamizaje.descartar", tooltip="Tira una hoja que quedó a medias."),
        Binding("enter", "finish", "terminar", id="tamizaje.terminar", tooltip="Regresa a la pantalla anterior."),
        Binding("s", "go_on", "seguir con el completo", id="tamizaje.seguir", tooltip="El filtro salió positivo: pasa al instrumento completo."),
        Binding("p", "plan", "plan de seguridad", id="tamizaje.plan", tooltip="Abre el plan de seguridad."),
        Binding("o", "another", "otro tamizaje", id="tamizaje.otro", tooltip="Elige otro instrumento."),
    ]  # fmt: skip

    def __init__(
        self, patient: Stored[Patient], *, instrument: str = "", consult: str = "", draft: str = ""
    ) -> None:
        """With `instrument` the list is skipped; with `draft` a stopped administration goes on."""
        super().__init__(patient)
        self.state = CHOOSE
        self._wanted, self._consult, self._draft = instrument, consult, draft
        self._instrument: Instrument | None = None
        self._given: dict[str, int | None] = {}
        self._asked_again: set[str] = set()
        self._all = False
        self._aloud = True
        self._saver: Autosave[Answering] | None = None
        self._saved: Saved | None = None

    def body(self) -> ComposeResult:
        yield InstrumentList(id="choose")
        yield Vertical(id="ask")
        yield Paper(id="sheet")
        yield Plot(id="trend")

    def on_ready(self) -> None:
        if self._draft:
            self._resume(self._draft)
        elif self._wanted:
            self._begin(self.clinic.instruments.get(self._wanted), {})
        else:
            self._to_list()

    def on_unmount(self) -> None:
        if self._saver is not None:
            self._saver.stop()

    def keep(self) -> None:
        if self._saver is not None:
            self._saver.flush()

    @property
    def smallest(self) -> tuple[int, int]:
        """A question fits a small window, so that the terminal's own letters can be made large while one asks."""
        return ASKING if self.state == ASK else SMALLEST

    def on_key(self, event: events.Key) -> None:
        """A digit too many must not open another room while someone is being asked."""
        if self.state != CHOOSE and event.character and event.character.isdigit():
            event.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        states = {
            "letters": {ASK}, "sign": {REVIEW}, "correct": {REVIEW}, "aloud": {REVIEW}, "stop": {ASK}, "finish": {RESULT}, "another": {RESULT},
            "everything": {CHOOSE}, "go_on": {RESULT}, "plan": {RESULT}, "discard": {CHOOSE},
        }  # fmt: skip
        if action in states and self.state not in states[action]:
            return False
        if action == "go_on":
            return self._continues
        if action == "plan":
            return bool(self._saved and self._saved.score.flags)
        if action == "discard":
            return bool(self.query_one("#choose", InstrumentList).held)
        return super().check_action(action, parameters)

    # -- choosing ----------------------------------------------------------------------------------------------

    def _to_list(self) -> None:
        self._show(CHOOSE)
        self.flash("")
        lines = self.query_one("#choose", InstrumentList)
        lines.fill(self.clinic, self.patient, everything=self._all)
        lines.focus()

    def on_lines_highlighted(self) -> None:
        self.refresh_bindings()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if held := self.query_one("#choose", InstrumentList).held:
            self._resume(held)
            return
        texts = self.clinic.instruments.texts(message.row.key)
        if len(texts) == 1:
            self._begin(texts[0], {})
            return
        options = [Option(t.text.version, drawn.wording(t)) for t in texts]
        by_version = {t.text.version: t for t in texts}

        def chosen(version: str | None) -> None:
            if version is not None:
                self._begin(by_version[version], {})

        self.app.push_screen(Choice("¿Con qué texto?", options), chosen)

    def action_everything(self) -> None:
        self._all = not self._all
        self._to_list()

    def action_discard(self) -> None:
        draft = self.query_one("#choose", InstrumentList).held

        def sure(yes: bool | None) -> None:
            if yes and draft:
                self.clinic.screenings.drop(draft)
                self._to_list()

        self.app.push_screen(
            Confirm("Descartar la hoja a medias", ["Lo contestado se pierde."], yes="Descartar"), sure
        )

    # -- asking ------------------------------------------------------------------------------------------------

    def _resume(self, draft: str) -> None:
        held = {d.id: a for d, a in self.clinic.screenings.held(self.patient.id)}
        if draft not in held:
            self.flash("Ese borrador ya no existe.", "aviso")
            self._to_list()
            return
        answering = held[draft]
        self._draft, self._aloud = draft, answering.read_aloud
        self._consult = self._consult or answering.consult
        self._begin(
            self.clinic.instruments.get(answering.instrument, answering.text_version), answering.answers
        )

    def _begin(self, instrument: Instrument, given: dict[str, int | None]) -> None:
        self._instrument, self._given, self._saved = instrument, dict(given), None
        self._asked_again.clear()
        self._draft = self._draft or self.clinic.vault.new_id()
        self._start_saver()
        if finished(instrument, self._given):
            self._to_review()
        else:
            self._ask()

    def _start_saver(self) -> None:
        draft, patient, screenings = self._draft, self.patient.id, self.clinic.screenings

        def seal(answering: Answering) -> None:
            screenings.hold(patient, answering, draft=draft)

        self._saver = Autosave(seal)

    def _ask(self, at: int = 0) -> None:
        assert self._instrument is not None
        self._show(ASK)
        place = self.query_one("#ask", Vertical)
        place.remove_children()
        asker = Questionnaire(
            drawn.questions(self._instrument, self._given), large=self.ces_app.large_questions
        )
        place.mount(asker)
        asker.start({k: None if v is None else str(v) for k, v in self._given.items()}, at)
        asker.focus()

    def on_questionnaire_answered(self, message: Questionnaire.Answered) -> None:
        assert self._instrument is not None
        asker, key = message.questionnaire, message.item
        danger = safety_item(self._instrument, key)
        if message.answer is None and danger and key not in self._asked_again:
            self._asked_again.add(key)
            asker.answers.pop(key, None)
            asker.start(asker.answers, next(i for i, item in enumerate(asker.items) if item.key == key))
            self.flash(danger.rule.again, "aviso")
            return
        self.flash("")
        self._take(asker)

    def on_questionnaire_finished(self, message: Questionnaire.Finished) -> None:
        assert self._instrument is not None
        asker = message.questionnaire
        if any(item.key not in asker.answers for item in asker.items):
            return
        self._take(asker)
        if finished(self._instrument, self._given):
            self._to_review()
            return
        asker.items = drawn.questions(self._instrument, self._given)
        asker.start(asker.answers)

    def _take(self, asker: Questionnaire) -> None:
        self._given = {k: None if v is None else int(v) for k, v in asker.answers.items()}
        if self._saver is not None:
            self._saver.put(self._answering())

    def _answering(self) -> Answering:
        assert self._instrument is not None
        return Answering(
            instrument=self._instrument.id,
            text_version=self._instrument.text.version,
            answers=self._given,
            read_aloud=self._aloud,
            consult=self._consult,
        )

    def action_letters(self) -> None:
        app = self.ces_app
        app.large_questions = not app.large_questions
        self.query_one(Questionnaire).enlarge(app.large_questions)

    def action_stop(self) -> None:
        self.keep()
        self.dismiss(None)
        self.ces_app.flash("Quedó a medias y guardado. Se sigue desde Hoy o desde Tamizaje.")

    # -- looking it over and signing ---------------------------------------------------------------------------

    def _to_review(self) -> None:
        assert self._instrument is not None
        self._show(REVIEW)
        paper = self.query_one("#sheet", Paper)
        paper.show(drawn.review(self._instrument, self._given, aloud=self._aloud))
        paper.focus()

    def action_correct(self) -> None:
        assert self._instrument is not None
        self._ask(len(drawn.questions(self._instrument, self._given)) - 1)

    def action_aloud(self) -> None:
        self._aloud = not self._aloud
        if self._saver is not None:
            self._saver.put(self._answering())
        self._to_review()

    def action_sign(self) -> None:
        instrument, given, saver = self._instrument, self._given, self._saver
        assert instrument is not None
        asked = {q.key for q in drawn.questions(instrument, given)}

        def work() -> Saved:
            if saver is not None:
                saver.stop(discard=True)
            return self.clinic.screenings.save(
                self.patient.id,
                instrument,
                sheet(instrument, given),
                difficulty=given.get(DIFFICULTY) if DIFFICULTY in asked else None,
                read_aloud=self._aloud,
                consult=self._consult,
                draft=self._draft,
            )

        self.service(work, self._signed, failed=self._not_signed, busy="Guardando…", name="firmar")

    def _not_signed(self, error: CesError) -> None:
        self._start_saver()
        if self._saver is not None:
            self._saver.put(self._answering())
        self.show_error(error)

    def _signed(self, saved: Saved) -> None:
        self._saved, self._saver, self._draft = saved, None, ""
        assert self._instrument is not None
        self.flash("Guardado y firmado.")
        earlier = self._earlier(saved)
        self._show(RESULT)
        paper = self.query_one("#sheet", Paper)
        paper.show(drawn.result(self._instrument, saved))
        paper.focus()
        self._show_trend(earlier, saved)
        if saved.score.flags and any(s.flag in saved.score.flags for s in self._instrument.safety):
            self.action_plan()

    def _earlier(self, saved: Saved) -> list[tuple[date, float]]:
        if not self.clinic.desk.may("ver_reservado"):
            return []
        sheets = self.clinic.screenings.history(self.patient.id, saved.stored.record.instrument)
        return [
            (s.record.day, float(s.record.total))
            for s in sheets
            if s.record.total is not None and s.id != saved.stored.id
        ]

    def _show_trend(self, earlier: list[tuple[date, float]], saved: Saved) -> None:
        assert self._instrument is not None
        record = saved.stored.record
        trend = self.query_one("#trend", Plot)
        trend.display = bool(earlier) and record.total is not None
        if record.total is not None:
            points = [*earlier, (record.day, float(record.total))]
            trend.show(
                self._instrument.title, [Series("total", points)], levels=drawn.levels(self._instrument)
            )

    # -- afterwards --------------------------------------------------------------------------------------------

    @property
    def _continues(self) -> bool:
        found = self._instrument
        return bool(
            found and found.parent and self._saved and self._saved.score.band not in {None, "negativo"}
        )

    def action_go_on(self) -> None:
        assert self._instrument is not None
        short = self._instrument
        whole = self.clinic.instruments.get(short.parent, short.text.version)
        self._begin(whole, carry_over(short, whole, self._given))

    def action_plan(self) -> None:
        self.ces_app.open_room("plan", patient=self.patient)

    def action_another(self) -> None:
        self._to_list()

    def action_finish(self) -> None:
        self.dismiss(self._saved.stored.id if self._saved else None)

    def _show(self, state: str) -> None:
        self.state = state
        self.query_one("#choose", Lines).display = state == CHOOSE
        self.query_one("#ask", Vertical).display = state == ASK
        self.query_one("#sheet", Paper).display = state in {REVIEW, RESULT}
        self.query_one("#trend", Plot).display = False
        self.refresh_bindings()
        self.ces_app.mind_size()
