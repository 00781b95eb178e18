"""Protocolos: choose, read, or run with this patient; what the chart knows is not asked, and the result goes into the note."""

from __future__ import annotations

from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput, CesError
from ces_tui.base.text import fold
from ces_tui.guidance.answers import read_value, show_answer
from ces_tui.guidance.halfway import Begun
from ces_tui.guidance.pathway import Input, Pathway
from ces_tui.guidance.prefill import Prefill
from ces_tui.guidance.records import Outcome
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.protocolos_pregunta import KnownLine, Pregunta
from screens.protocolos_texto import reading, result
from screens.room import Room
from screens.widgets.fields import Option, TextField
from screens.widgets.form import Form
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import Choice, ReasonPrompt
from screens.widgets.paper import Paper

CHOOSE, READ, ASK, RESULT = "choose", "read", "ask", "result"


class Protocolos(Room):
    """The clinic's protocols. Opened with a patient it is dismissed with the `Outcome` for the note, or None."""

    room = "protocolos"
    CSS_PATH = "protocolos.tcss"
    HELP_TEXT = (
        "Un protocolo se lee completo o se corre con el paciente. Lo que ya está en el expediente no se pregunta: se "
        "muestra con su fecha y se puede corregir. El resultado es un apoyo: trae su fuente y su versión, y apartarse "
        "de él pide escribir el motivo. Enter lo lleva a la nota de la consulta."
    )
    BINDINGS = [
        Binding("b", "search", "buscar", id="protocolos.buscar", tooltip="Busca un protocolo por palabras."),
        Binding("l", "read", "leer", id="protocolos.leer", tooltip="Lee el protocolo completo."),
        Binding("c", "begin", "correr", id="protocolos.correr", tooltip="Corre el protocolo con este paciente."),
        Binding("enter", "to_note", "a la nota", id="protocolos.nota", tooltip="Lleva el resultado a la nota."),
        Binding("e", "correct", "corregir un dato", id="protocolos.corregir", tooltip="Cambia una respuesta y vuelve a calcular."),
        Binding("a", "deviate", "apartarse", id="protocolos.apartarse", tooltip="Escribe por qué no se sigue el protocolo."),
        Binding("o", "to_list", "otro", id="protocolos.otro", tooltip="Vuelve a la lista de protocolos."),
        Binding("escape", "leave", "volver", id="protocolos.volver", show=False, tooltip="Un paso atrás."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient] | None = None, *, draft: str = "") -> None:
        """With `draft`, a run that was left goes on; its result then opens the consult by itself."""
        super().__init__(patient)
        self._draft = draft
        self._alone = bool(draft)
        self._unsealed = False
        self.state = CHOOSE
        self._pathway: Pathway | None = None
        self._prefill = Prefill()
        self._given: dict[str, object] = {}
        self._asked: list[str] = []
        self.outcome: Outcome | None = None

    def body(self) -> ComposeResult:
        yield Form([TextField("search", "Buscar", width=40)], submits=True, id="search", classes="auto")
        yield Lines([Column(""), Column("", 22)], empty="No hay protocolos con esas letras.", id="choose")
        yield Pregunta(id="ask")
        yield Paper(id="page")

    def on_ready(self) -> None:
        self.set_interval(1.0, self._seal_soon)
        if self._draft:
            begun = self.clinic.protocols.halfway.get(self._draft)
            self._pathway = self.clinic.protocols.get(begun.protocol)
            self._resume(begun)
        else:
            self.action_to_list()

    # -- the draft ---------------------------------------------------------------------------------------------

    def keep(self) -> None:
        if self._unsealed and self.ces_app.clinic is not None:
            self._unsealed = False
            self._seal()

    def _seal_soon(self) -> None:
        if self._unsealed:
            self._unsealed = not self.service(self._seal, name="borrador")

    def _seal(self) -> None:
        """What was answered so far; without a patient nothing is kept."""
        if self.has_patient and self._pathway is not None:
            halfway = self.clinic.protocols.halfway
            self._draft = halfway.hold(
                self._draft, self.patient.id, self._pathway, list(self._asked), dict(self._given)
            )

    def _resume(self, begun: Begun) -> None:
        if begun.version != self.pathway.version:
            self.clinic.protocols.halfway.drop(begun.draft)
            self._draft = ""
            self.action_to_list()
            self.flash("El protocolo cambió de versión desde entonces: empiece de nuevo.", "aviso")
            return
        work = partial(self.clinic.protocols.prefill, self.pathway.id, self.patient.id)
        self.service(work, partial(self._go_on_with, begun), name="prefill")

    def _go_on_with(self, begun: Begun, found: Prefill) -> None:
        """The chart as it is now, and over it what was answered by hand; what can't be any more is asked again."""
        self._begin_with(found)
        self._draft = begun.draft
        for name, value in begun.answers:
            if name in self.pathway.inputs:
                self._given = self.clinic.protocols.answered(self.pathway.id, self._given, name, value)
                self._asked.append(name)
        self._go_on()
        since = "" if begun.day == self.clinic.desk.today() else f" del {show_date(begun.day)}"
        self.flash(f"Sigue donde lo dejó{since}. Retroceso corrige.", "aviso")

    @property
    def pathway(self) -> Pathway:
        """The protocol that is read or run."""
        assert self._pathway is not None
        return self._pathway

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        states = {
            "read": {CHOOSE}, "search": {CHOOSE}, "begin": {READ}, "to_note": {RESULT}, "deviate": {RESULT},
            "to_list": {READ, RESULT}, "correct": {ASK, RESULT}, "leave": {READ, ASK, RESULT},
        }  # fmt: skip
        if action in states and self.state not in states[action]:
            return False
        if action in {"to_note", "deviate"}:
            return self.has_patient and self.clinic.desk.may("consulta")
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        """While a protocol runs, a digit must not open another room."""
        if self.state in {ASK, RESULT} and event.character and event.character.isdigit():
            event.stop()

    def _show(self, state: str) -> None:
        self.state = state
        self.query_one("#choose").display = state == CHOOSE
        self.query_one("#search").display = state == CHOOSE
        self.query_one("#ask").display = state == ASK
        self.query_one("#page").display = state in {READ, RESULT}
        self.refresh_bindings()

    # -- choosing and reading ----------------------------------------------------------------------------------

    def action_to_list(self) -> None:
        """What is half answered waits; a result that was seen and left is over."""
        self.keep()
        if self.state == RESULT and self._draft:
            draft, self._draft = self._draft, ""
            self.clinic.protocols.halfway.drop(draft)
        self._show(CHOOSE)
        self.outcome = None
        self._list()
        self.query_one("#choose", Lines).focus()
        self.flash("Enter corre el protocolo con este paciente; «l» lo lee." if self.has_patient else "")

    def _list(self) -> None:
        """What the search finds, those that fit the patient's age first."""
        found = self.clinic.protocols.search(self.query_one("#search", Form).text("search"))
        ordered = sorted(found, key=lambda p: (not self._fits(p), fold(p.title)))
        self.query_one("#choose", Lines).show([self._row(p) for p in ordered])

    def action_search(self) -> None:
        self.query_one("#search", Form).focus()

    def on_form_changed(self) -> None:
        self._list()

    def on_form_submitted(self) -> None:
        self.query_one("#choose", Lines).focus()

    def _fits(self, pathway: Pathway) -> bool:
        return not self.has_patient or self.clinic.protocols.fits(pathway, self.patient.id)

    def _row(self, pathway: Pathway) -> Row:
        fits = self._fits(pathway)
        note = f"versión {pathway.version}" if fits else "no es para esta edad"
        return Row(pathway.id, [pathway.title, note], ink="text" if fits else "dim", data=pathway)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self._pathway = message.row.data
        if self.has_patient:
            self.action_begin()
        else:
            self._read()

    def action_read(self) -> None:
        row = self.query_one("#choose", Lines).current
        if row is not None:
            self._pathway = row.data
            self._read()

    def _read(self) -> None:
        self._show(READ)
        page = self.query_one("#page", Paper)
        page.show(reading(self.pathway))
        page.focus()
        self.flash("")

    # -- asking ------------------------------------------------------------------------------------------------

    def action_begin(self) -> None:
        if not self._fits(self.pathway):
            self.flash(f"Este protocolo es para otra edad: {self.pathway.who}", "aviso")
            return
        if self.has_patient:
            begun = self.clinic.protocols.halfway.today(self.patient.id, self.pathway.id)
            if begun is not None:
                self._resume(begun)
                return
            work = partial(self.clinic.protocols.prefill, self.pathway.id, self.patient.id)
            self.service(work, self._begin, name="prefill")
        else:
            self._begin(Prefill())

    def _begin_with(self, found: Prefill) -> None:
        self._prefill = found
        self._given = found.values()
        self._asked, self._draft, self._unsealed = [], "", False
        self._show(ASK)

    def _begin(self, found: Prefill) -> None:
        self._begin_with(found)
        self.flash(" ".join(found.notes), "aviso")
        self._go_on()

    def _go_on(self) -> None:
        """Ask what is still needed, or show the outcome; an impossible answer is asked again."""
        try:
            question = self.clinic.protocols.next_question(self.pathway.id, self._given)
            if question is None:
                self._finish()
                return
        except BadInput as error:
            self._again(error)
            return
        self._ask(question)

    def _finish(self) -> None:
        self.outcome = self.clinic.protocols.run(self.pathway.id, self._given)
        self._show_result()

    def _again(self, error: CesError) -> None:
        """The question of the field that can't be, with the sentence."""
        spec = self.pathway.inputs.get(error.field or "")
        if spec is None:
            self.show_error(error)
            return
        self._given.pop(spec.name, None)
        self._show(ASK)
        self._ask(spec)
        self.query_one("#ask", Pregunta).refuse(str(error))

    def _ask(self, spec: Input) -> None:
        ask = self.query_one("#ask", Pregunta)
        ask.ask(spec, self._known(spec))
        ask.focus()

    def _known(self, asked: Input) -> list[KnownLine]:
        """What is known already, newest answer first, then what the chart gave."""
        typed = [n for n in reversed(self._asked) if n in self._given and n != asked.name]
        names = typed + [
            n for n in self._prefill.known if n in self._given and n not in typed and n != asked.name
        ]
        out = []
        age_of_weight = self.pathway.weight.days_old if self.pathway.weight else ""
        for name in names:
            spec, raw = self.pathway.inputs[name], self._given[name]
            if name == age_of_weight or spec.origin == "seven_days":
                continue  # the weight's own line says its day, and the age is there
            value = "no se sabe" if raw is None else show_answer(spec, read_value(spec, raw))
            out.append(KnownLine(spec.label, value, "" if name in typed else self._where(name)))
        return out

    def _where(self, name: str) -> str:
        known = self._prefill.known[name]
        if known.day is None or show_date(known.day) in known.where:
            return known.where
        return f"{known.where}, {show_date(known.day)}"

    def on_pregunta_answered(self, message: Pregunta.Answered) -> None:
        spec = self.pathway.inputs[message.name]
        try:
            value = None if message.value is None else read_value(spec, message.value)
        except BadInput as error:
            self.query_one("#ask", Pregunta).refuse(str(error))
            return
        self._given = self.clinic.protocols.answered(self.pathway.id, self._given, spec.name, value)
        if spec.name not in self._asked:
            self._asked.append(spec.name)
        self._unsealed = True
        self.flash("")
        self._go_on()

    def on_pregunta_back(self) -> None:
        if not self._asked:
            self.action_to_list()
            return
        name = self._asked.pop()
        self._unsealed = True
        self._given.pop(name, None)
        self._ask(self.pathway.inputs[name])

    def action_correct(self) -> None:
        """Choose one of the answers, typed or from the chart, and ask it again."""
        names = [n for n in self.pathway.inputs if n in self._given]
        options = [Option(n, self._answer_line(n)) for n in names]
        self.app.push_screen(Choice("¿Qué dato se corrige?", options), self._correct)

    def _answer_line(self, name: str) -> str:
        spec, raw = self.pathway.inputs[name], self._given[name]
        value = "no se sabe" if raw is None else show_answer(spec, read_value(spec, raw))
        return f"{spec.label} {value}"

    def _correct(self, name: str | None) -> None:
        if name is None:
            return
        self._given.pop(name, None)
        self._show(ASK)
        self._ask(self.pathway.inputs[name])

    # -- the outcome -------------------------------------------------------------------------------------------

    def _show_result(self) -> None:
        assert self.outcome is not None
        self._show(RESULT)
        page = self.query_one("#page", Paper)
        page.show(result(self.outcome, self.clinic.desk.today()))
        page.focus()

    def action_to_note(self) -> None:
        """The result goes to the note, whose draft holds it from now on."""
        self._unsealed = False
        app, patient, outcome, draft = self.ces_app, self._patient, self.outcome, self._draft
        if draft:
            self._draft = ""
            self.clinic.protocols.halfway.drop(draft)
        self.dismiss(outcome)
        if self._alone:
            app.open_room("consulta", patient=patient, outcome=outcome)

    def action_deviate(self) -> None:
        says = ["El motivo queda escrito en la nota, junto al resultado del protocolo."]
        self.app.push_screen(
            ReasonPrompt("Apartarse del protocolo", "Motivo", says=says, least=5), self._deviated
        )

    def _deviated(self, reason: str | None) -> None:
        if reason is None or self.outcome is None:
            return
        try:
            self.outcome = self.clinic.protocols.deviate(self.outcome, reason)
        except CesError as error:
            self.show_error(error)
            return
        self._show_result()
        self.flash("Motivo anotado. Enter lleva el resultado y el motivo a la nota.")

    def action_leave(self) -> None:
        """One step back: from the questions or the page to the list."""
        self.action_to_list()
