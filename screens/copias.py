"""Copias: the store on this disk and on the clinic's own stick, made now, checked, with their age."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.sync.backup_files import check_file
from ces_tui.sync.drives import sticks
from ces_tui.vault.copies import Copy, check_copy
from ces_tui.vault.verify import Report
from screens.ajustes_trabajos import VaultProgress, copy_to_stick, long_task
from screens.copias_rows import Check, CopiesView, CopyHere, CopyTo, rows_of
from screens.room import Room
from screens.widgets.lines import Column, Lines
from screens.widgets.modals import ReasonPrompt

_LOOK_SECONDS = 3


class Copias(Room):
    """One list; Enter copies or checks."""

    room = "ajustes"
    heading = "Copias"
    HELP_TEXT = (
        "La copia en esta computadora se hace sola al final del día. La de la memoria protege del robo y del disco: guárdela "
        "aparte de la laptop. Va cifrada y se abre con las mismas frases. En una computadora nueva se repone con "
        "«ces-tui restore ARCHIVO»."
    )
    BINDINGS = [
        Binding("u", "to_stick", "a la memoria", id="copias.memoria", tooltip="Copia todo a la memoria USB."),
        Binding(
            "h", "here", "copiar aquí", id="copias.aqui", tooltip="Hace ahora la copia en esta computadora."
        ),
        Binding(
            "r",
            "look",
            "mirar otra vez",
            id="copias.mirar",
            show=False,
            tooltip="Mira otra vez las memorias.",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view: CopiesView | None = None

    def body(self) -> ComposeResult:
        yield Lines([Column(""), Column("", 40)], empty="Mirando…")

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.look()
        self.set_interval(_LOOK_SECONDS, self._watch)

    def look(self) -> None:
        """Read the copies and the sticks anew."""
        self.service(self._read, self._show, name="copias")

    def _read(self) -> CopiesView:
        backups = self.clinic.backups
        seen = [(stick, backups.on(stick.path)) for stick in sticks()]
        return CopiesView(backups.state(), backups.local(), backups.outside(), seen)

    def _show(self, view: CopiesView) -> None:
        self._view = view
        self.query_one(Lines).show(rows_of(view))

    def _watch(self) -> None:
        """A stick that was put in appears by itself."""
        if self.is_current and self._view is not None and sticks() != [s for s, _ in self._view.sticks]:
            self.look()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case CopyTo(folder=None):
                self._ask_folder()
            case CopyTo(folder=Path() as folder):
                copy_to_stick(self, folder, self.look)
            case CopyHere():
                self.action_here()
            case Check(path=None):
                self._ask_file()
            case Check(path=Path() as path):
                self._check(path)

    def action_look(self) -> None:
        self.look()

    def action_to_stick(self) -> None:
        found = self._view.sticks if self._view else ()
        own = [stick for stick, copies in found if copies] or [stick for stick, _ in found]
        if len(own) == 1:
            copy_to_stick(self, own[0].path, self.look)
        else:
            self._ask_folder()

    def action_here(self) -> None:
        def made(copy: Copy) -> None:
            self.flash(f"Copia hecha y revisada: {copy.path.name}.")
            self.look()

        def work(tell: VaultProgress) -> Copy:
            return self.clinic.backups.copy_today(lambda step: tell(step.what, step.done, step.total))

        long_task(self, "Copiando en esta computadora", work, made, self.show_error)

    def _ask_folder(self) -> None:
        says = ["La carpeta o el lugar donde está la memoria, por ejemplo /media/usb."]
        self.app.push_screen(
            ReasonPrompt("Copiar el expediente", "Carpeta", says=says, least=1),
            lambda text: copy_to_stick(self, Path(text).expanduser(), self.look) if text else None,
        )

    def _ask_file(self) -> None:
        self.app.push_screen(
            ReasonPrompt("Revisar una copia", "Archivo", says=["El archivo .cesc, con su carpeta."], least=1),
            lambda text: self._check(Path(text).expanduser()) if text else None,
        )

    def _check(self, path: Path) -> None:
        def work(tell: VaultProgress) -> Report | None:
            if path.is_dir():
                check_copy(self.clinic.vault, path, tell)
                return None
            return check_file(self.clinic.vault, path, tell)

        def checked(report: Report | None) -> None:
            if report is not None and not report.ok:
                self.flash(f"{path.name} está dañada. Haga otra copia.", "error")
            else:
                told = f": {report.entries} registros" if report else ""
                self.flash(f"{path.name} está entera{told}.")

        long_task(self, f"Revisando {path.name}", work, checked, self.show_error)
