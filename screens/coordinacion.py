"""Coordinación: the office takes bundles, accepts new devices by their words, and answers with receipts."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import CesError
from ces_tui.office.records import Acceptance, Answered, ClinicStatus, Imported, Quarantined
from ces_tui.office.setup import own_card
from ces_tui.sync.drives import sticks
from ces_tui.sync.records import many
from screens.coordinacion_rows import Accept, AnswerTo, OfficeView, OpenPeople, Take, rows_of
from screens.room import Room
from screens.usb_rows import Say
from screens.widgets.lines import Column, Lines
from screens.widgets.modals import ReasonPrompt


class Coordinacion(Room):
    """One list for all clinics."""

    room = "coordinacion"
    HELP_TEXT = (
        "Aquí la oficina recibe los paquetes de las clínicas y escribe sus respuestas. Un equipo nuevo espera hasta que alguien "
        "compara sus cuatro palabras con la pantalla de la clínica. Recibir dos veces el mismo paquete no cambia nada."
    )
    BINDINGS = [
        Binding(
            "i", "import", "recibir", id="coordinacion.recibir", tooltip="Une los paquetes de la memoria."
        ),
        Binding(
            "o",
            "recover",
            "frase olvidada",
            id="coordinacion.recuperar",
            tooltip="Contesta la solicitud de quien olvidó su frase.",
        ),
        Binding(
            "p",
            "people",
            "personas",
            id="coordinacion.personas",
            tooltip="Supervisoras y visitantes que entran a las clínicas.",
        ),
        Binding(
            "r", "look", "mirar otra vez", id="coordinacion.mirar", tooltip="Mira otra vez las memorias."
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view: OfficeView | None = None
        self._words = ""

    def body(self) -> ComposeResult:
        yield Lines(
            [Column(""), Column("", 38)],
            empty="Leyendo…",
            help_text="Enter sobre un equipo nuevo pide sus palabras; sobre un paquete lo recibe; sobre una clínica escribe su respuesta.",
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.look()

    def look(self) -> None:
        """Read what the office holds, and the sticks."""
        self.service(self._read, self._show, name="coordinacion")

    def _read(self) -> OfficeView:
        office = self.clinic.office
        self._words = self._words or own_card(self.clinic.vault).words
        bundles = [path for stick in sticks() for path in office.bundles_in(stick.path)]
        return OfficeView(office.status(), office.waiting(), bundles, self._words)

    def _show(self, view: OfficeView) -> None:
        new = {q.device for q in view.waiting} - {
            q.device for q in (self._view.waiting if self._view else ())
        }
        self._view = view
        lines = self.query_one(Lines)
        lines.show(rows_of(view))
        if new:
            lines.select(f"q:{min(new)}")

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case Accept(device=device):
                self._ask_words(device)
            case Take(path=None):
                self._ask_file()
            case Take(path=Path() as path):
                self._take([path])
            case AnswerTo(clinic=clinic):
                self._ask_folder(clinic)
            case Say(sentence=sentence):
                self.flash(sentence)
            case OpenPeople():
                self.action_people()

    def action_look(self) -> None:
        self.look()

    def action_recover(self) -> None:
        from screens.recuperar_oficina import ResponderRecuperacion

        self.app.push_screen(
            ResponderRecuperacion(), lambda sentence: self.flash(sentence) if sentence else None
        )

    def action_people(self) -> None:
        from screens.coordinacion_personas import PersonasClinicas

        self.app.push_screen(PersonasClinicas())

    # -- bundles -----------------------------------------------------------------------------------------------

    def action_import(self) -> None:
        bundles = list(self._view.bundles) if self._view else []
        if bundles:
            self._take(bundles)
        else:
            self._ask_file()

    def _ask_file(self) -> None:
        says = ["El archivo .age que trajo la clínica, con su carpeta."]
        self.app.push_screen(
            ReasonPrompt("Recibir un paquete", "Archivo", says=says, least=1),
            lambda text: self._take([Path(text).expanduser()]) if text else None,
        )

    def _take(self, paths: list[Path]) -> None:
        self.service(lambda: self._take_all(paths), self._taken, busy="Recibiendo…", name="recibir")

    def _take_all(self, paths: list[Path]) -> tuple[list[Imported], list[CesError]]:
        """Each by itself: one that is refused does not keep the others out."""
        done: list[Imported] = []
        refused: list[CesError] = []
        for path in paths:
            try:
                done.append(self.clinic.office.import_file(path))
            except CesError as error:
                refused.append(error)
        return done, refused

    def _taken(self, result: tuple[list[Imported], list[CesError]]) -> None:
        done, refused = result
        if len(done) + len(refused) == 1:
            self.flash(done[0].sentence if done else str(refused[0]), "ok" if done else "error")
        else:
            self.flash(summary(done, len(refused)), "aviso" if refused else "ok")
        self.look()

    # -- devices -----------------------------------------------------------------------------------------------

    def _ask_words(self, device: Quarantined) -> None:
        says = [
            f"Equipo {device.device[:8]}. Aquí se leen: {device.words}.",
            "Pida a la clínica que lea las de su pantalla USB y escríbalas. Si no son las mismas, no lo acepte.",
        ]
        self.app.push_screen(
            ReasonPrompt("Aceptar un equipo nuevo", "Palabras", says=says),
            lambda words: self._accept(device, words) if words else None,
        )

    def _accept(self, device: Quarantined, words: str) -> None:
        self.service(
            lambda: self.clinic.office.accept(device.device, words),
            self._accepted,
            busy="Aceptando…",
            name="aceptar",
        )

    def _accepted(self, result: tuple[Acceptance, list[Imported]]) -> None:
        acceptance, united = result
        new = sum(i.new for i in united)
        self.flash(
            f"Equipo aceptado: {acceptance.name}. {many(new, 'registro recibido', 'registros recibidos')}."
        )
        self.look()

    # -- answers -----------------------------------------------------------------------------------------------

    def _ask_folder(self, clinic: ClinicStatus) -> None:
        found = sticks()
        if len(found) == 1:
            self._answer(clinic, found[0].path)
            return
        says = [
            f"La respuesta para {clinic.name}, con su acuse de recibo.",
            "La carpeta o el lugar de la memoria.",
        ]
        self.app.push_screen(
            ReasonPrompt("Escribir la respuesta", "Carpeta", says=says, least=1),
            lambda text: self._answer(clinic, Path(text).expanduser()) if text else None,
        )

    def _answer(self, clinic: ClinicStatus, folder: Path) -> None:
        self.service(
            lambda: self.clinic.office.answer(clinic.store, folder),
            self._answered,
            busy="Escribiendo…",
            name="responder",
        )

    def _answered(self, done: Answered) -> None:
        self.flash(f"Respuesta {done.number} para {done.clinic}, escrita y comprobada: {done.path.name}.")
        self.look()


def summary(done: list[Imported], refused: int) -> str:
    """'3 paquetes: 2 nuevos, 1 ya estaba'."""
    counts = {state: sum(1 for i in done if i.state == state) for state in ("new", "already", "waiting")}
    parts = [
        many(counts["new"], "nuevo", "nuevos"),
        many(counts["already"], "ya estaba", "ya estaban"),
        many(counts["waiting"], "espera", "esperan"),
        many(refused, "no se aceptó", "no se aceptaron"),
    ]
    told = ", ".join(p for p in parts if not p.startswith("0 "))
    return f"{many(len(done) + refused, 'paquete', 'paquetes')}: {told}."
