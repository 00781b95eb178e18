"""Small questions over a room: choose, confirm, give a reason, wait. Each returns with `dismiss(result)`, nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.errors import BadInput, CesError
from ces_tui.base.text import clean_line
from screens.widgets.bars import Hint
from screens.widgets.fields import ChoiceField, Option, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Lines, Row
from screens.widgets.paper import Paper, Para

_EVERY = 0.1
"""Seconds between two drawings of a progress bar."""

CLOSE = Binding("escape", "app.back", "volver", id="modal.close", tooltip="Vuelve sin hacer nada.")
"""For modals that Esc leaves with None: a modal does not see the application's own Esc."""


REASON = "Motivo"


class Choice(ModalScreen[str | None]):
    """One of a list; the result is the option's key, or None.

    Example: `self.app.push_screen(Choice("¿Qué lote?", [Option("a", "L-1, caduca 03/2027")]), self.lot_chosen)`
    """

    BINDINGS = [CLOSE]

    def __init__(self, title: str, options: Sequence[Option], *, note: str = "") -> None:
        super().__init__()
        self._title, self._options, self._note = title, list(options), note

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            if self._note:
                yield Paper([Para(self._note, "dim")], classes="auto still")
            yield Lines(empty="No hay de dónde elegir.", classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        lines = self.query_one(Lines)
        lines.show([Row(o.key, [o.text]) for o in self._options])
        lines.focus()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        self.dismiss(message.row.key)


class Confirm(ModalScreen[bool]):
    """Yes or no, with what will happen; Esc is no, and no is what Enter gives until one moves.

    Example: `self.app.push_screen(Confirm("Firmar la nota", ["María López, 45 a, ABC5000001"], yes="Firmar"), self.sign)`
    """

    BINDINGS = [
        Binding("escape,ctrl+o", "no", "volver", id="confirm.no", tooltip="No hace nada.", priority=True)
    ]

    def __init__(
        self, title: str, says: Sequence[str] = (), *, yes: str = "Sí", no: str = "No", sure: bool = False
    ) -> None:
        """With `sure=True` the cursor begins on yes: for what can be undone or was checked before."""
        super().__init__()
        self._title, self._says, self._yes, self._no, self._sure = title, list(says), yes, no, sure

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            if self._says:
                yield Paper([Para(s) for s in self._says], classes="auto still")
            yield Form(
                [ChoiceField("ok", "", options=[Option("si", self._yes), Option("no", self._no)])],
                classes="auto",
            )
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        form = self.query_one(Form)
        form.set_value("ok", "si" if self._sure else "no")
        form.focus()

    def on_form_changed(self, message: Form.Changed) -> None:
        self._chosen = message.value

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self.dismiss(message.form.text("ok") == "si")

    def action_no(self) -> None:
        self.dismiss(False)


class ReasonPrompt(ModalScreen[str | None]):
    """One line of reason, at least three letters; the result is the text, or None.

    Example: `self.app.push_screen(ReasonPrompt("Registrado por error", "¿Por qué?"), self.mark_error)`
    """

    BINDINGS = [
        Binding("escape,ctrl+o", "leave", "volver", id="reason.leave", tooltip="No hace nada.", priority=True)
    ]

    def __init__(self, title: str, label: str = REASON, *, says: Sequence[str] = (), least: int = 3) -> None:
        super().__init__()
        self._title, self._label, self._says, self._least = title, label, list(says), least

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            if self._says:
                yield Paper([Para(s) for s in self._says], classes="auto still")
            yield Form([TextField("reason", self._label, width=48)], classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        self.query_one(Form).focus()

    def on_form_submitted(self, message: Form.Submitted) -> None:
        try:
            reason = clean_line(message.form.text("reason"), field="reason")
            if len(reason) < self._least:
                raise BadInput(self._lacking, field="reason")
        except CesError as error:
            message.form.set_errors({"reason": str(error)})
            return
        self.dismiss(reason)

    @property
    def _lacking(self) -> str:
        if not self._label.startswith((REASON, "Por qué", "¿")):
            return f"Falta escribir: {self._label[0].lower()}{self._label[1:]}."
        more = f", de al menos {self._least} letras" if self._least > 3 else ""
        return f"Escriba el motivo{more}; queda en el expediente."

    def action_leave(self) -> None:
        self.dismiss(None)


class Cancelled(CesError):
    """The person stopped a long task."""

    exit_code = 0
    sentence = "Se canceló. No se cambió nada."


class Progress(ModalScreen[None]):
    """A long task: `report` may be called from its thread and raises Cancelled once the person pressed Esc.

    Example:
        progress = Progress("Exportando")
        self.app.push_screen(progress)
        self.service(lambda: exchange.export(to, progress.report), self.exported, failed=…)   # then progress.finish()

    """

    BINDINGS = [
        Binding(
            "escape,ctrl+o",
            "cancel",
            "cancelar",
            id="progress.cancel",
            tooltip="Detiene sin dañar nada.",
            priority=True,
        )
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._stop = threading.Event()
        self._told = 0.0

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Stripe(id="bar")
            yield Stripe(id="what")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        self.show(0, 0, "Preparando…")

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def report(self, done: int, total: int, what: str = "") -> None:
        """From the task's thread: how far it is; Cancelled when it should stop.

        Never waits for the screen: the task may hold the vault, for which the screen may be waiting.
        """
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._told >= _EVERY or done >= total:
            self._told = now
            self.call_later(self.show, done, total, what)

    def show(self, done: int, total: int, what: str = "") -> None:
        """Draw the bar; on the screen's own thread."""
        if not self.is_attached or not self.query("#bar"):
            return
        part = done / total if total else 0.0
        full = int(part * 40)
        self.query_one("#bar", Stripe).show(
            [("█" * full, "key"), ("·" * (40 - full), "dim"), (f" {part:4.0%}", "text")]
        )
        self.query_one("#what", Stripe).show([(what, "dim")])

    def finish(self) -> None:
        """Take the window away; harmless twice."""
        if self.is_attached and self in self.app.screen_stack:
            self.dismiss(None)

    def action_cancel(self) -> None:
        self._stop.set()
        self.query_one("#what", Stripe).show([("Deteniendo…", "warn")])


class Told(ModalScreen[None]):
    """Some paragraphs to read; Enter or Esc goes back.

    Example: `self.app.push_screen(Told("Avisos", [Para("El disco está lleno.", "warn")]))`
    """

    BINDINGS = [
        Binding("enter", "app.back", "volver", id="told.enter", tooltip="Vuelve a la pantalla."),
        CLOSE,
    ]

    def __init__(self, title: str, paragraphs: Sequence[Para]) -> None:
        super().__init__()
        self._title, self._paragraphs = title, list(paragraphs)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Paper(self._paragraphs, classes="auto")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(self._title, "title")])
        self.query_one(Paper).focus()
