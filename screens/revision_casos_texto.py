"""One case under review: questions and answers to read; below, what one writes, a draft until it is signed."""

from __future__ import annotations

from functools import partial
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from ces_tui.base.dates import show_date
from ces_tui.consult.autosave import Autosave
from ces_tui.consult.mistakes import Marked
from ces_tui.people.records import Patient
from ces_tui.screening.review import Review
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.salud_mental_error import mark_note
from screens.widgets.ink import Stripe
from screens.widgets.note import NoteArea
from screens.widgets.paper import Paper, Para

PLACE = "revision_casos"


class Revision(Room):
    """The thread of one case."""

    room = "revision_casos"
    CSS_PATH = "revision_casos_texto.tcss"
    HELP_TEXT = (
        "Lo escrito es borrador hasta Ctrl+T. El pasante pregunta; supervisión responde la pregunta más antigua sin respuesta. "
        "«l» firma que leyó la respuesta y la quita de Hoy. Todo queda en el expediente, reservado."
    )
    BINDINGS = [
        Binding("l", "read", "leída", id="revision.leida", tooltip="Firma que leyó la respuesta; deja de estar en Hoy."),
        Binding("n", "write", "escribir", id="revision.escribir", tooltip="Escribe una pregunta, o la respuesta si es de supervisión."),
        Binding("x", "mistake", "por error", id="revision.error", tooltip="Marca una pregunta o una respuesta como registrada por error."),
        Binding("ctrl+t,ctrl+s", "sign", "firmar", id="revision.firmar", tooltip="Firma lo escrito.", priority=True),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        super().__init__(patient)
        self._draft = draft
        self._reviews: list[Review] = []
        self._saver: Autosave[dict[str, Any]] | None = None
        self._writing = False

    @property
    def heading(self) -> str:
        return "Revisión del caso"

    def body(self) -> ComposeResult:
        yield Paper(id="thread")
        yield Stripe(id="caption")
        yield NoteArea(id="text", placeholder="Qué le preocupa, qué intentó, qué quiere decidir")

    def on_ready(self) -> None:
        self._write(False)
        if self._draft:
            self.query_one(NoteArea).load(str(self.clinic.vault.drafts.get(self._draft).data["text"]))
        self._draft = self._draft or self.clinic.vault.new_id()
        self.reload()

    def reload(self) -> None:
        """Read the thread anew."""
        self.service(partial(self.clinic.reviews.of, self.patient.id), self._show, name="leer")

    def _show(self, reviews: list[Review]) -> None:
        self._reviews = reviews
        self.query_one("#thread", Paper).show(self._paras(reviews))
        if self.query_one(NoteArea).text:
            self.action_write()
        self.refresh_bindings()

    def _paras(self, reviews: list[Review]) -> list[Para]:
        lines: list[Para] = []
        for review in reviews:
            asked = review.question.record
            lines.append(Para(f"Pregunta, {self._who(asked.author)}, {show_date(asked.day)}", "title"))
            lines.append(Para(asked.text, indent=2))
            for answer in review.answers:
                said = answer.record
                state = "leída" if answer.id in review.read else "SIN LEER"
                lines.append(
                    Para(f"Respuesta, {self._who(said.author)}, {show_date(said.day)} · {state}", "strong")
                )
                lines.append(Para(said.text, indent=2))
            if not review.answers:
                lines.append(Para("Espera respuesta de supervisión.", "warn", indent=2))
            lines.append(Para())
        return lines or [Para("Nadie ha preguntado por este caso. «n» escribe la pregunta.", "dim")]

    def _who(self, person: str) -> str:
        return self.clinic.person_name(person)

    # -- what is possible --------------------------------------------------------------------------------------

    @property
    def pending(self) -> Review | None:
        """The oldest question without an answer."""
        return next((r for r in reversed(self._reviews) if not r.answers), None)

    @property
    def unread(self) -> str:
        """The oldest answer that nobody signed as read, of those that the person at the desk may sign."""
        mine = [r for r in reversed(self._reviews) if self.clinic.reviews.may_read(r)]
        found = [a.id for r in mine for a in r.answers if a.id not in r.read]
        return found[0] if found else ""

    @property
    def _answers(self) -> bool:
        pending = self.pending
        desk = self.clinic.desk
        return bool(pending and desk.may("revisar_casos") and pending.question.record.author != desk.me.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        match action:
            case "read":
                return bool(self.unread) and not self._writing
            case "write":
                return not self._writing
            case "mistake":
                return bool(self._reviews) and not self._writing
            case "sign":
                return self._writing
            case _:
                return super().check_action(action, parameters)

    # -- writing -----------------------------------------------------------------------------------------------

    def _write(self, on: bool) -> None:
        self._writing = on
        self.query_one("#caption", Stripe).display = on
        self.query_one(NoteArea).display = on
        (self.query_one(NoteArea) if on else self.query_one("#thread", Paper)).focus()
        self.refresh_bindings()

    def action_write(self) -> None:
        words = "Respuesta de supervisión" if self._answers else "Pregunta a supervisión"
        self.query_one("#caption", Stripe).show([(words, "title"), ("  Ctrl+T firma", "dim")])
        if self._saver is None:
            vault, draft, patient = self.clinic.vault, self._draft, self.patient.id

            def seal(data: dict[str, Any]) -> None:
                vault.drafts.save(draft, place=PLACE, patient=patient, data=data)

            self._saver = Autosave(seal)
        self._write(True)

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        if self._saver is not None and message.text_area.text:
            self._saver.put({"text": message.text_area.text})

    def keep(self) -> None:
        if self._saver is not None:
            self._saver.flush()

    def on_unmount(self) -> None:
        if self._saver is not None:
            self._saver.stop()

    def action_sign(self) -> None:
        self.keep()
        text, reviews, patient, draft = (
            self.query_one(NoteArea).text,
            self.clinic.reviews,
            self.patient.id,
            self._draft,
        )
        pending = self.pending if self._answers else None

        def work() -> object:
            if pending is not None:
                return reviews.answer(patient, pending.question.id, text, draft=draft)
            return reviews.ask(patient, text, draft=draft)

        self.service(work, self._signed, busy="Guardando…", name="firmar")

    def _signed(self, _: object) -> None:
        if self._saver is not None:
            self._saver.stop(discard=True)
            self._saver = None
        self._draft = self.clinic.vault.new_id()
        self.query_one(NoteArea).load("")
        self._write(False)
        self.flash("Guardado y firmado.")
        self.reload()

    def action_mistake(self) -> None:
        written = [r.question for r in self._reviews] + [a for r in self._reviews for a in r.answers]
        mark_note(self, written, self._marked)

    def _marked(self, marked: Marked) -> None:
        self.flash(" ".join(["Quedó marcado como registrado por error.", *marked.said]))
        self.reload()

    def action_read(self) -> None:
        self.service(
            partial(self.clinic.reviews.mark_read, self.patient.id, self.unread), self._was_read, name="leida"
        )

    def _was_read(self, _: object) -> None:
        self.flash("Anotado: leída. Ya no está en Hoy.")
        self.reload()
