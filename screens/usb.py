"""USB: the bundle for the office goes out, its answer comes in, and each record's place is named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import CesError
from ces_tui.sync.drives import Stick, sticks
from ces_tui.sync.records import AnswerRead, Exported, Pending, Step, many
from ces_tui.sync.sentences import carried, month_name, month_sentence, total_sentence, warnings
from screens.ajustes_trabajos import copy_to_stick
from screens.room import Command, Room
from screens.usb_rows import CopyTo, ExportTo, ImportFrom, Say, View, moment, rows_of, size
from screens.widgets.lines import Column, Lines
from screens.widgets.modals import Confirm, Progress, ReasonPrompt

_LOOK_SECONDS = 3


class Usb(Room):
    """One list: where to write, what to read, how many records are where."""

    room = "usb"
    HELP_TEXT = (
        "Aquí sale el paquete cifrado para la oficina y entra su respuesta. Cada paquete lleva todo lo que la oficina no ha "
        "confirmado: perder una memoria no cuesta nada. Se escribe, se comprueba leyéndolo otra vez y sólo entonces se dice que "
        "puede retirar la memoria. Sólo la respuesta de la oficina prueba que llegó."
    )
    BINDINGS = [
        Binding("e", "export", "exportar", id="usb.exportar", tooltip="Escribe el paquete en la memoria."),
        Binding("i", "import", "importar", id="usb.importar", tooltip="Lee la respuesta de la oficina."),
        Binding(
            "r",
            "look",
            "buscar memorias",
            id="usb.mirar",
            show=False,
            tooltip="Mira otra vez qué memorias hay.",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._looking = False
        self._words: tuple[str, str] | None = None

    def body(self) -> ComposeResult:
        yield Lines(
            [Column(""), Column("", 38)],
            empty="Mirando…",
            help_text="Enter sobre una memoria escribe el paquete; sobre una respuesta la lee; sobre un mes dice cuánto falta.",
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.look()
        self.set_interval(_LOOK_SECONDS, self._watch)

    def commands(self) -> Iterable[Command]:
        yield Command("USB: escribir en otra carpeta", "", self._ask_folder)
        yield Command("USB: leer otro archivo", "", self._ask_file)

    # -- what there is -----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Read the state and the sticks anew."""
        self.service(self._read, self._show, name="usb")

    def _read(self) -> View:
        exchange, header = self.clinic.exchange, self.clinic.vault.header
        if self._words is None:
            self._words = (exchange.device_words(), exchange.office_words() or "")
        found = sticks()
        return View(
            state=exchange.state(),
            sticks=found,
            answers=[a for stick in found for a in exchange.answers_in(stick.path)[:5]],
            office=header.office.name if header.office else "",
            device=self.clinic.vault.device_id,
            device_words=self._words[0],
            office_words=self._words[1],
            own=[(s, self._age(s)) for s in found if self.clinic.backups.on(s.path)],
        )

    def _age(self, stick: Stick) -> str:
        newest = self.clinic.backups.on(stick.path)[0]
        return f"la última es del {moment(newest.written)[:10]}"

    def _show(self, view: View) -> None:
        if view != self._view:
            self._view = view
            self.query_one(Lines).show(rows_of(view))

    def _watch(self) -> None:
        """A stick that was put in appears by itself.

        Asked in a thread of its own: a drive that hangs must hold up neither the keys nor the room's own work.
        """
        if self.is_current and self._view is not None and not self._looking:
            self._looking = True
            self.app.run_worker(self._look_beside, thread=True, exit_on_error=False, group="memorias")

    def _look_beside(self) -> None:
        try:
            found = sticks()
        finally:
            self._looking = False
        self.call_later(self._seen, found)

    def _seen(self, found: list[Stick]) -> None:
        if self._view is not None and found != list(self._view.sticks):
            self.look()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case CopyTo(folder=folder):
                copy_to_stick(self, folder, self.action_look)
            case ExportTo(folder=None):
                self._ask_folder()
            case ExportTo(folder=Path() as folder):
                self._offer(folder)
            case ImportFrom(path=None):
                self._ask_file()
            case ImportFrom(path=Path() as path):
                self._import(path)
            case Say(sentence=sentence):
                self.flash(sentence)

    def action_look(self) -> None:
        self._view = None
        self.look()

    # -- out ---------------------------------------------------------------------------------------------------

    def action_export(self) -> None:
        found = self._view.sticks if self._view else ()
        if len(found) == 1:
            self._offer(found[0].path)
        else:
            self._ask_folder()

    def _ask_folder(self) -> None:
        says = ["La carpeta o el lugar donde está la memoria, por ejemplo /media/usb."]
        self.app.push_screen(
            ReasonPrompt("Escribir el paquete", "Carpeta", says=says, least=1),
            lambda text: self._offer(_path(text)) if text else None,
        )

    def _offer(self, folder: Path) -> None:
        """Say what the bundle carries before it is written."""
        self.service(
            self.clinic.exchange.pending,
            lambda pending: self._confirm(folder, pending),
            busy="Contando lo que lleva…",
            name="contar",
        )

    def _confirm(self, folder: Path, pending: Pending) -> None:
        newest = sorted(pending.by_month.items(), reverse=True)
        months = ", ".join(f"{month_name(month)} {count}" for month, count in newest[:3])
        more = f" y {len(newest) - 3} meses más" if len(newest) > 3 else ""
        says = [
            f"A {folder}",
            f"Lleva {many(pending.entries, 'registro', 'registros')} ({size(pending.size)}): {carried(pending)}.",
            *([f"Por mes de atención: {months}{more}."] if months else []),
            "Va cifrado: sólo la oficina lo abre.",
        ]
        self.app.push_screen(
            Confirm("Escribir el paquete", says, yes="Escribir", sure=True),
            lambda yes: self._export(folder) if yes else None,
        )

    def _export(self, folder: Path) -> None:
        progress = Progress("Escribiendo el paquete")
        self.app.push_screen(progress)

        def show(step: Step) -> None:
            # never waits for the screen: leaving the program waits for this thread
            progress.call_later(progress.show, step.done, step.total, step.what)

        def done(result: Exported) -> None:
            progress.finish()
            self.flash(result.sentence)
            self.action_look()

        def failed(error: CesError) -> None:
            progress.finish()
            self.show_error(error)
            self.action_look()

        self.service(
            lambda: self.clinic.exchange.export(folder, show, lambda: progress.cancelled),
            done,
            failed=failed,
            name="exportar",
        )

    # -- in ----------------------------------------------------------------------------------------------------

    def action_import(self) -> None:
        answers = self._view.answers if self._view else ()
        if len(answers) >= 1:
            self._import(answers[0].path)
        else:
            self._ask_file()

    def _ask_file(self) -> None:
        says = ["El archivo .age que dio la oficina, con su carpeta."]
        self.app.push_screen(
            ReasonPrompt("Leer la respuesta", "Archivo", says=says, least=1),
            lambda text: self._import(_path(text)) if text else None,
        )

    def _import(self, path: Path) -> None:
        self.service(
            lambda: self.clinic.exchange.read_answer(path),
            self._imported,
            busy="Leyendo la respuesta…",
            name="importar",
        )

    def _imported(self, answer: AnswerRead) -> None:
        first = (
            f"La respuesta {answer.number} ya estaba."
            if answer.already
            else f"Respuesta {answer.number} recibida."
        )
        told = month_sentence(answer.months[0]) if len(answer.months) == 1 else total_sentence(answer.months)
        more = warnings(answer)
        self.flash(" ".join([first, *more, *([] if more else [told])]), "aviso" if more else "ok")
        self.action_look()


def _path(text: str) -> Path:
    return Path(text).expanduser()
