"""Ajustes: who has access, one's own phrase, copies, the handover, and what the store wants to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui import __version__
from ces_tui.base.dates import show_date
from ces_tui.people.envelope import EnvelopeState
from ces_tui.people.team import Member
from ces_tui.sync.backup import BackupState
from screens.ajustes_avisos import Notice, notices
from screens.ajustes_trabajos import remove_with_new_key
from screens.copias_rows import age_words
from screens.room import Room
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Confirm, Told
from screens.widgets.paper import Para


@dataclass(frozen=True)
class View:
    """Everything the room draws."""

    members: list[Member] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    copies: BackupState | None = None
    handover: str = ""
    envelope: EnvelopeState | None = None


class Ajustes(Room):
    """One list; Enter does what the line says."""

    room = "ajustes"
    HELP_TEXT = (
        "Personas con acceso, copias, traspaso y avisos. Quitar a alguien cambia la llave de todo el expediente y toma "
        "un rato; se puede detener sin daño. Nadie puede quitarse a sí mismo."
    )
    BINDINGS = [
        Binding("a", "add", "agregar", id="ajustes.agregar", tooltip="Da acceso a una persona nueva."),
        Binding(
            "q", "remove", "quitar", id="ajustes.quitar", tooltip="Quita el acceso a la persona del renglón."
        ),
        Binding("f", "phrase", "mi frase", id="ajustes.frase", tooltip="Cambia su propia frase de acceso."),
        Binding(
            "k",
            "key",
            "cambiar la llave",
            id="ajustes.llave",
            tooltip="Termina un cambio de llave pendiente.",
        ),
        Binding(
            "e", "envelope", "sobre", id="ajustes.sobre", tooltip="Sobre de emergencia: hacerlo y revisarlo."
        ),
        Binding("c", "copies", "copias", id="ajustes.copias", tooltip="Copias del expediente."),
        Binding(
            "t", "handover", "traspaso", id="ajustes.traspaso", tooltip="Cambio de pasante, paso a paso."
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view = View()

    def body(self) -> ComposeResult:
        yield Lines(
            [Column(""), Column("", 30)],
            empty="Leyendo…",
            help_text="Enter hace lo que dice el renglón; sobre una persona, pregunta si se quita.",
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()

    def on_screen_resume(self) -> None:
        if self.ces_app.clinic is not None:
            self.look()

    def look(self) -> None:
        """Read everything anew."""
        self.service(self._read, self._show, name="ajustes")

    def _read(self) -> View:
        clinic = self.clinic
        handover = clinic.handover.state()
        step = handover.next if handover else None
        told = "" if handover is None else f"falta: {step.title.lower()}" if step else "completo"
        return View(
            clinic.team.members(),
            clinic.team.owed(),
            notices(clinic),
            clinic.backups.state(),
            told,
            self._envelope(),
        )

    def _envelope(self) -> EnvelopeState | None:
        return self.clinic.envelope.state() if self._may("envelope") else None

    def _show(self, view: View) -> None:
        self._view = view
        self.query_one(Lines).show(self._rows(view))
        self.refresh_bindings()

    def _rows(self, view: View) -> list[Row | Heading]:
        rows: list[Row | Heading] = []
        if view.notices:
            rows.append(Heading("Avisos", "Enter muestra el texto completo"))
            rows += [
                Row(f"v{i}", [n.short, ""], "warn" if n.grave else "text", n)
                for i, n in enumerate(view.notices)
            ]
        rows.append(Heading("Personas con acceso", str(len(view.members))))
        rows += [_person(m) for m in view.members]
        if self._may("add"):
            rows.append(Row("agregar", ["Agregar a una persona…", ""], data=self.action_add))
        rows.append(Row("frase", ["Cambiar mi frase…", ""], data=self.action_phrase))
        if view.envelope is not None:
            ink = "warn" if view.envelope.must_replace else "text"
            rows.append(
                Row("sobre", ["Sobre de emergencia…", _envelope(view.envelope)], ink, self.action_envelope)
            )
        if view.owed and self._may("key"):
            rows.append(Row("llave", ["Cambiar la llave…", ", ".join(view.owed)], "warn", self.action_key))
        if self._may("copies"):
            ink = "bad" if view.copies and view.copies.red else "text"
            rows += [
                Heading("Copias y traspaso"),
                Row("copias", ["Copias del expediente…", age_words(view.copies)], ink, self.action_copies),
            ]
        if self._may("handover"):
            rows.append(
                Row("traspaso", ["Traspaso al siguiente pasante…", view.handover], data=self.action_handover)
            )
        return [*rows, *self._store()]

    def _store(self) -> list[Row | Heading]:
        header = self.clinic.vault.header
        office = header.office.name if header.office else "sin oficina"
        told = [
            ("clinica", f"{header.clinic.name} ({header.clinic.code})", "clínica"),
            ("oficina", office, "oficina"),
            ("llave_numero", f"Llave número {header.epoch}", "cambia cuando alguien se va"),
            ("version", f"ces-tui {__version__}", "programa"),
        ]
        return [
            Heading("Este expediente"),
            *(Row(key, [text, what], "dim", text) for key, text, what in told),
        ]

    # -- what can be done --------------------------------------------------------------------------------------

    def _may(self, action: str) -> bool:
        needed = {
            "add": "personas",
            "remove": "personas",
            "key": "personas",
            "copies": "copias",
            "handover": "personas",
            "envelope": "personas",
        }
        if action in {"handover", "envelope"} and self.clinic.vault.header.clinic.kind == "office":
            return False
        return action not in needed or self.clinic.desk.may(needed[action])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        if action == "remove":
            return self._may(action) and self._other() is not None
        if action == "key":
            return self._may(action) and bool(self._view.owed)
        return self._may(action)

    def _other(self) -> Member | None:
        row = self.query_one(Lines).current
        member = row.data if row else None
        return member if isinstance(member, Member) and not member.me else None

    def on_lines_highlighted(self) -> None:
        self.refresh_bindings()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case Notice() as notice:
                self.app.push_screen(Told(notice.short, [Para(notice.full)]))
            case Member(me=True):
                self.action_phrase()
            case Member():
                self.action_remove()
            case str() as text:
                self.flash(text)
            case action if isinstance(action, Callable):  # type: ignore[arg-type]
                action()

    def action_add(self) -> None:
        from screens.ajustes_persona import NewPerson

        def added(person: str | None) -> None:
            if person is not None:
                self.flash(f"{self.clinic.person_name(person)} ya puede entrar con su frase.")

        self.app.push_screen(NewPerson(), added)

    def action_phrase(self) -> None:
        from screens.ajustes_persona import ChangePhrase

        def changed(done: bool | None) -> None:
            if done:
                self.flash("Frase cambiada. Las copias de antes se abren todavía con la anterior.")

        self.app.push_screen(ChangePhrase(), changed)

    def action_remove(self) -> None:
        member = self._other()
        if member is None or not self._may("remove"):
            self.flash("Nadie puede quitarse a sí mismo: que lo haga otra persona.", "aviso")
            return
        says = [
            f"{member.name} ({member.role_word}) deja de tener acceso a este expediente.",
            "Todo se sella con una llave nueva, se revisa sello por sello, y las copias de esta computadora se cambian por una nueva.",
            "Lo que escribió y firmó queda.",
        ]
        self.app.push_screen(
            Confirm(f"Quitar a {member.name}", says, yes="Quitar"),
            lambda yes: self._remove(member) if yes else None,
        )

    def _remove(self, member: Member) -> None:
        remove_with_new_key(self, lambda tell: self.clinic.team.remove(member.id, tell), self.look)

    def action_key(self) -> None:
        names = ", ".join(self._view.owed)
        remove_with_new_key(self, lambda tell: self.clinic.team.change_key(names, tell), self.look)

    def action_envelope(self) -> None:
        from screens.sobre import Sobre

        room = Sobre()

        def left(_: object) -> None:
            if room.left_unproved:
                self.flash(
                    "Hay un sobre nuevo y nadie comprobó su papel: si no lo copió bien, haga otro.", "aviso"
                )

        self.app.push_screen(room, left)

    def action_copies(self) -> None:
        from screens.copias import Copias

        self.app.push_screen(Copias())

    def action_handover(self) -> None:
        from screens.traspaso import Traspaso

        self.app.push_screen(Traspaso())


def _envelope(state: EnvelopeState) -> str:
    if not state.exists:
        return "no hay"
    if state.must_replace:
        return "se abrió: haga otro"
    return f"hecho el {show_date(state.made)}" if state.made else "hay uno"


def _person(member: Member) -> Row:
    until = f", hasta el {show_date(member.until)}" if member.until else ""
    me = " (usted)" if member.me else ""
    return Row(f"p{member.id}", [f"{member.name}{me}", f"{member.role_word}{until}"], data=member)
