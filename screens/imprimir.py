"""Imprimir: one paper at a time as it will be printed; left and right change it, P prints, U keeps it encrypted on a stick."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import CesError, NotFound
from ces_tui.paper.outlets import NO_LP, can_print, printers
from ces_tui.paper.preview import Shown, preview
from ces_tui.paper.records import LAYOUTS, Layout, Licence, Ready, Referral, Unit
from ces_tui.sync.drives import sticks
from screens import imprimir_carta as carta
from screens.room import Command, Room
from screens.widgets.fields import Option
from screens.widgets.ink import Span, Stripe
from screens.widgets.modals import Choice, ReasonPrompt
from screens.widgets.paper import Paper, Para

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored

PATIENT_PAPERS = (
    ("receta", "Receta"),
    ("nota", "Nota"),
    ("frontal", "Hoja frontal"),
    ("historia", "Historia clínica"),
    ("referencia", "Referencia"),
)
CLINIC_PAPERS = (
    ("lista", "Lista del día"),
    ("consulta", "Consulta en blanco"),
    ("signos", "Signos"),
    ("phq9", "PHQ-9"),
    ("gad7", "GAD-7"),
)
_INKS = {
    "title": "title",
    "heading": "title",
    "text": "text",
    "loud": "bad",
    "dim": "dim",
    "struck": "struck",
}


class Imprimir(Room):
    """The papers of one patient, or, without one, the list of the day and the blank forms."""

    room = "imprimir"
    HELP_TEXT = (
        "Izquierda y derecha cambian de hoja; abajo se lee lo mismo que saldrá en papel. P la manda a la impresora. U la guarda "
        "cifrada en una memoria: la abren esta laptop, las otras de la clínica y la oficina. F cambia el formato de la nota, D "
        "anota con qué firma usted, E llena la referencia. Cada hoja que sale queda anotada con quién y cuándo."
    )
    BINDINGS = [
        Binding("right,tab", "turn(1)", "siguiente", id="imprimir.siguiente", tooltip="La hoja siguiente.", priority=True),
        Binding("left,shift+tab", "turn(-1)", "anterior", id="imprimir.anterior", show=False, tooltip="La hoja anterior.", priority=True),
        Binding("p", "print", "imprimir", id="imprimir.imprimir", tooltip="Manda la hoja a la impresora."),
        Binding("u", "seal", "cifrada a la memoria", id="imprimir.memoria", tooltip="La guarda cifrada en una memoria USB."),
        Binding("f", "layout", "formato", id="imprimir.formato", tooltip="Cambia el formato de la nota."),
        Binding("e", "referral", "llenar", id="imprimir.referencia", tooltip="Llena la hoja de referencia."),
        Binding("d", "licence", "mi cédula", id="imprimir.cedula", tooltip="Con qué firma usted: cédula o constancia."),
    ]  # fmt: skip

    def __init__(
        self, patient: Stored[Patient] | None = None, *, consult: str = "", paper: str = "", draft: str = ""
    ) -> None:
        """`consult`: of which visit receta and note are, the newest one by itself; `paper`: which paper comes first;
        `draft`: a referral letter half written.
        """
        super().__init__(patient)
        self._consult = consult
        self._draft = draft
        paper = "referencia" if draft else paper
        self._papers = PATIENT_PAPERS if patient is not None else CLINIC_PAPERS
        keys = [key for key, _ in self._papers]
        self._at = keys.index(paper) if paper in keys else 0
        self._layout: Layout | None = None
        self._letter = Referral()
        self._ready: Ready | None = None
        self._new = not paper

    def body(self) -> ComposeResult:
        yield Stripe(id="which")
        yield Paper(id="sheet")

    def on_ready(self) -> None:
        self.query_one(Paper).focus()
        self._read_letter()
        self.reload()

    def _read_letter(self) -> None:
        """The words of the letter that was begun, if one waits."""
        if not self.has_patient:
            return
        if not self._draft and (waiting := carta.held(self.clinic, self.patient.id)) is not None:
            self._draft = waiting.id
        self._letter, consult = carta.letter(self.clinic, self._draft)
        self._consult = self._consult or consult

    # -- the paper shown ---------------------------------------------------------------------------------------

    @property
    def which(self) -> str:
        return self._papers[self._at][0]

    def reload(self) -> None:
        """Make the sheet anew."""
        self._ready = None
        self._tabs()
        which, at = self.which, self._at
        self.service(
            self._maker(), partial(self._show, at), failed=partial(self._none, at), name=f"hoja {which}"
        )
        self.refresh_bindings()

    def _maker(self) -> Callable[[], Ready]:
        papers, consult = self.clinic.paper, self._consult
        if not self.has_patient:
            return papers.lista if self.which == "lista" else partial(papers.formato, self.which)
        patient = self.patient.id
        if self.which == "receta":
            return partial(papers.receta, patient, consult)
        if self.which == "nota":
            return partial(papers.nota, patient, consult, self._layout)
        if self.which == "referencia":
            return partial(papers.referencia, patient, self._letter, consult)
        return partial(papers.hoja_frontal if self.which == "frontal" else papers.historia, patient)

    def _show(self, at: int, ready: Ready) -> None:
        if at == self._at:
            self._new = False
            self._ready = ready
            self.query_one(Paper).show([_para(line) for line in preview(ready.sheet)])
            self.refresh_bindings()

    def _none(self, at: int, error: CesError) -> None:
        """There is no such paper, or it is not for this role: say so where it would stand."""
        if at == self._at and self._new and self.which == "receta":
            self.action_turn(1)  # a visit without medicines has its note
        elif at == self._at:
            self.query_one(Paper).show([Para(str(error), "dim")])

    def _tabs(self) -> None:
        spans: list[Span] = [(" ", "text")]
        for i, (_, title) in enumerate(self._papers):
            spans += [(f" {title} ", "sel" if i == self._at else "text")]
        self.query_one("#which", Stripe).show(spans)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        if action in {"print", "seal"}:
            return self._ready is not None
        if action == "layout":
            return self.which == "nota"
        if action == "referral":
            return self.which == "referencia"
        if action == "licence":
            return self.clinic.desk.may("firmar")
        return super().check_action(action, parameters)

    def action_turn(self, by: int) -> None:
        self._new = False
        self._at = (self._at + by) % len(self._papers)
        self.reload()

    def action_layout(self) -> None:
        now = self._layout or self.clinic.paper.settings.layout()
        self._layout = LAYOUTS[(LAYOUTS.index(now) + 1) % len(LAYOUTS)]
        self.reload()

    # -- out ---------------------------------------------------------------------------------------------------

    def action_print(self) -> None:
        if not can_print():
            self.flash(NO_LP, "aviso")
        else:
            self._print("")

    def _print(self, printer: str) -> None:
        ready, papers = self._ready, self.clinic.paper
        if ready is not None:
            work = partial(papers.print, ready, printer=printer)
            self.service(
                work,
                lambda _: self._out(ready, "Hoja enviada a la impresora."),
                busy="Mandando a la impresora…",
                name="imprimir",
            )

    def action_seal(self) -> None:
        found = sticks()
        if len(found) == 1:
            self._seal(found[0].path)
            return
        says = ["La carpeta o el lugar donde está la memoria, por ejemplo /media/usb."]
        self.app.push_screen(
            ReasonPrompt("Guardar la hoja cifrada", "Carpeta", says=says, least=1),
            lambda text: self._seal(Path(text).expanduser()) if text else None,
        )

    def _seal(self, folder: Path) -> None:
        ready, papers = self._ready, self.clinic.paper
        if ready is not None:
            self.service(
                partial(papers.seal_to, ready, folder),
                lambda path: self._out(ready, f"Guardada y comprobada, cifrada: {path.name}. Se imprime con «ces-tui paper abrir»."),
                busy="Escribiendo en la memoria…",
                name="memoria",
            )  # fmt: skip

    def _out(self, ready: Ready, sentence: str) -> None:
        """The sheet is out: its letter waits no more, and stays on this screen."""
        if ready.part == "referencia" and self._draft:
            draft, self._draft = self._draft, ""
            with contextlib.suppress(NotFound):
                self.clinic.vault.drafts.get(draft)
                self.service(partial(self.clinic.vault.drafts.drop, draft))
        self.flash(sentence)

    # -- what is written by hand otherwise ---------------------------------------------------------------------

    def action_referral(self) -> None:
        letter = carta.Carta(self.patient, draft=self._draft, consult=self._consult)
        self.app.push_screen(letter, lambda _: self._lettered(letter.draft_id))

    def _lettered(self, draft: str) -> None:
        self._draft = draft
        self._read_letter()
        self.reload()

    def action_licence(self) -> None:
        from screens.imprimir_datos import LicenceForm

        settings = self.clinic.paper.settings
        self.app.push_screen(LicenceForm(settings.licence(self.clinic.me.id)), self._licensed)

    def _licensed(self, licence: Licence | None) -> None:
        self._keep(licence, self.clinic.paper.settings.set_my_licence)

    def _keep(self, value: object, keep: Callable[..., object]) -> None:
        def kept(_: object) -> None:
            self.flash("Guardado. Sale así en las hojas.")
            self.reload()

        if value is not None:
            self.service(partial(keep, value), kept, name="datos")

    def commands(self) -> Iterable[Command]:
        yield Command("Imprimir: datos de la unidad", "", self._ask_unit)
        yield Command("Imprimir: elegir impresora", "", self._ask_printer)

    def _ask_unit(self) -> None:
        from screens.imprimir_datos import UnitForm

        def told(unit: Unit | None) -> None:
            self._keep(unit, self.clinic.paper.settings.set_unit)

        self.app.push_screen(UnitForm(self.clinic.paper.settings.unit()), told)

    def _ask_printer(self) -> None:
        self.service(printers, self._offer_printers, busy="Buscando impresoras…", name="impresoras")

    def _offer_printers(self, names: list[str]) -> None:
        if not names:
            self.flash("No hay impresoras instaladas en esta computadora.", "aviso")
            return
        options = [Option(name, name) for name in names]
        self.app.push_screen(Choice("¿En cuál?", options), lambda name: self._print(name) if name else None)


def _para(line: Shown) -> Para:
    return Para(line.text, _INKS[line.kind], indent=line.indent)
