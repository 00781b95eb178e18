"""Historia clínica: to read whole, and to write page by page; one signed record whose earlier wordings stay."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date
from ces_tui.clinic import Clinic
from ces_tui.consult.history import ClinicalHistory, Signature, late, pages, read
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.paper import Paper, Para


class Historia(Room):
    """The clinical history of one patient, to be read."""

    room = "historia"
    CSS_PATH = "historia.tcss"
    HELP_TEXT = (
        "Una historia por expediente. «e» la escribe o le agrega, por páginas; al firmar queda quién, cuándo y qué páginas cambiaron, y "
        "lo anterior se conserva. Si el interrogatorio fue otro día, se marca como entrada tardía. Lo mínimo lo pide la NOM-004."
    )
    BINDINGS = [
        Binding("e", "write", "escribir", id="historia.escribir", tooltip="Escribe la historia o agrega a ella."),
        Binding("q", "app.back", "cerrar", id="historia.cerrar", show=False, tooltip="Vuelve al expediente."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        """With `draft`, a history half written goes on."""
        super().__init__(patient)
        self._stored: Stored[ClinicalHistory] | None = None
        self._draft = draft

    def body(self) -> ComposeResult:
        yield Paper(id="sheet")

    def on_ready(self) -> None:
        self.query_one(Paper).focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            clinic, patient = self.clinic, self.patient.id
            self.service(lambda: clinic.histories.get(patient), self._show, name="historia")

    def _show(self, stored: Stored[ClinicalHistory] | None) -> None:
        self._stored = stored
        self.query_one(Paper).show(lines(self.clinic, self.patient.record, stored), keep=True)
        if self._draft:
            from screens.historia_escribir import Escribir

            draft, self._draft = self._draft, ""
            self.app.push_screen(Escribir(self.patient, stored, draft=draft))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "write" and self.is_mounted and self.ces_app.clinic is not None:
            return self.clinic.desk.may("firmar")
        return super().check_action(action, parameters)

    def action_write(self) -> None:
        from screens.historia_escribir import Escribir

        self.app.push_screen(Escribir(self.patient, self._stored))


def lines(clinic: Clinic, patient: Patient, stored: Stored[ClinicalHistory] | None) -> list[Para]:
    """The history to read, the signatures below it."""
    if stored is None:
        return [Para("Sin historia clínica. «e» la escribe.", "dim")]
    shown: list[Para] = []
    for title, answers in read(stored.record.answers, patient.sex):
        shown.append(Para(title, "title"))
        shown += [Para(answer, mark="  ") for answer in answers]
    shown.append(Para("Firmas", "title"))
    shown += [_signed(clinic, patient, s) for s in reversed(stored.record.signatures)]
    return shown


def _signed(clinic: Clinic, patient: Patient, signature: Signature) -> Para:
    titles = {page.key: page.title for page in pages(patient.sex)}
    when = clinic_time(signature.at)
    text = f"{clinic.person_name(signature.author)}, {show_date(when.date())} {when:%H:%M}"
    if late(signature):
        text += f" · ENTRADA TARDÍA, interrogatorio del {show_date(signature.day)}"
    changed = ", ".join(titles.get(key, key) for key in signature.pages)
    return Para(f"{text} · {changed}" if changed else text, "warn" if late(signature) else "dim", mark="  ")
