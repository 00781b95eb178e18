"""Accesos: who opened and wrote what. Of one patient, of one person, or the list that the supervision goes through."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.clock import clinic_time
from ces_tui.people.audit import Act, Look, collapsed
from ces_tui.people.desk import Person
from ces_tui.people.records import Patient
from ces_tui.people.roles import ROLES
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Confirm, Told
from screens.widgets.paper import Para

DAYS = 366
"""How far back the list looks at first; «t» shows everything."""


class Auditoria(Room):
    """The history of access, newest first."""

    room = "auditoria"
    HELP_TEXT = (
        "Cada lectura y cada escritura queda anotada con su nombre y su hora. Lo que se abrió con motivo dice MOTIVO. Enter sobre "
        "un renglón por revisar lo da por visto; sobre una persona, muestra lo que abrió. Nadie revisa lo suyo."
    )
    BINDINGS = [
        Binding("t", "everything", "todo", id="auditoria.todo", tooltip="Muestra también lo de hace más de un año."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient] | None = None, *, person: Person | None = None) -> None:
        super().__init__(patient)
        self._person = person
        self._all = False

    @property
    def heading(self) -> str:
        if self.has_patient:
            return "Quién abrió este expediente"
        return f"Accesos de {self._person.name}" if self._person else "Accesos"

    def body(self) -> ComposeResult:
        columns = [Column("", 16), Column("", 22), Column("", 10), Column()]
        yield Lines(columns, empty="Leyendo…", help_text="Enter revisa el renglón o abre a la persona.")

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.reload()

    def reload(self) -> None:
        """Read the history anew."""
        audit = self.clinic.audit
        since = None if self._all else self.clinic.desk.today() - timedelta(days=DAYS)
        if self.has_patient:
            self.service(
                partial(audit.of_patient, self.patient.id, since=since), self._looks, busy="Leyendo…"
            )
        elif self._person is not None:
            self.service(partial(audit.of_person, self._person.id, since=since), self._looks, busy="Leyendo…")
        else:
            self.service(partial(audit.acts, since=since), self._acts)

    def _looks(self, looks: list[Look]) -> None:
        self.flash(f"{len(looks)} accesos." if looks else "No hay nada anotado.")
        rows = [_row(str(i), look, times) for i, (look, times) in enumerate(collapsed(looks))]
        self.query_one(Lines).show(rows)

    def _acts(self, acts: list[Act]) -> None:
        waiting = self.clinic.audit.waiting_among(acts)
        rows: list[Row | Heading] = [Heading("Por revisar")]
        rows += [_act_row(a) for a in waiting] or [Row("nada", ["", "Nada por revisar.", "", ""], "dim")]
        if self.clinic.desk.may("auditoria"):
            rows.append(Heading("Personas"))
            rows += [
                Row(p.id, ["", p.name, "", ROLES.get(p.role, p.role)], data=p) for p in self.clinic.people()
            ]
        rows.append(Heading("Lo demás"))
        rows += [_act_row(a) for a in acts if a not in waiting]
        self.query_one(Lines).show(rows)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case Person() as person:
                self.app.push_screen(Auditoria(person=person))
            case Look() as look:
                says = [
                    f"{_when(look.at)}, {look.name}: {look.what}.",
                    *([f"Motivo: {look.reason}"] if look.reason else []),
                ]
                self.app.push_screen(Told(look.number or "Acceso", [Para(s) for s in says]))
            case Act() as act if act in self.clinic.audit.waiting_among([act]) and self.clinic.desk.may(
                "auditoria"
            ):
                self._review(act)
            case Act() as act:
                says = [f"{_when(act.at)}, {act.who}: {act.words}.", act.told]
                self.app.push_screen(Told(act.number or "Acceso", [Para(s) for s in says if s]))

    def _review(self, act: Act) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.service(partial(self.clinic.audit.review, act.id), lambda _: self.reload())

        says = [f"{_when(act.at)}, {act.who}: {act.words}.", act.told]
        self.app.push_screen(Confirm("¿Dar por revisado?", says, yes="Ya lo revisé"), answered)

    def action_everything(self) -> None:
        self._all = True
        self.reload()


def _row(key: str, look: Look, times: int) -> Row:
    what = look.what if look.glass or not look.wrote else f"escribió: {look.what}"
    if times > 1:
        what += f" ({times} veces)"
    if look.reason:
        what += f" · MOTIVO: {look.reason}"
    ink = "warn" if look.reason else "text"
    return Row(key, [_when(look.at), look.name, look.number, what], ink, look)


def _act_row(act: Act) -> Row:
    seen = f" · revisado por {act.seen_by}" if act.seen_by else ""
    text = f"{act.words}: {act.told}{seen}"
    return Row(f"a{act.id}", [_when(act.at), act.who, act.number, text], "dim" if seen else "text", act)


def _when(ms: int) -> str:
    return f"{clinic_time(ms):%d/%m/%Y %H:%M}"
