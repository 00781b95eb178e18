"""Traspaso: the yearly change of pasante as one guided list, taken up again any day, ending in a proof."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.people.team import Member
from ces_tui.sync.handover import MAY_FOLLOW, HandoverState, Step, proof_lines
from screens.ajustes_trabajos import remove_with_new_key
from screens.room import Room
from screens.widgets.fields import Option
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Choice, Confirm, Told
from screens.widgets.paper import Para

_NEW = "nueva"


class Traspaso(Room):
    """Each line is a step; Enter does it or says who must."""

    room = "ajustes"
    heading = "Traspaso"
    HELP_TEXT = (
        "Cada paso se lee del expediente mismo: [x] está hecho, [ ] falta. Puede salir y retomarlo otro día. Quien se va no "
        "puede quitarse: al llegar a ese paso entra quien sigue. La prueba queda completa cuando la oficina tiene todo."
    )
    BINDINGS = [
        Binding(
            "x",
            "forget",
            "dejar",
            id="traspaso.dejar",
            show=False,
            tooltip="Deja de guiar; lo hecho queda hecho.",
        )
    ]

    def __init__(self) -> None:
        super().__init__()
        self._state: HandoverState | None = None
        self._members: list[Member] = []

    def body(self) -> ComposeResult:
        yield Stripe(id="quien")
        yield Lines(
            [Column("", 42), Column("")], empty="Leyendo…", help_text="Enter hace el paso del renglón."
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()

    def on_screen_resume(self) -> None:
        if self.ces_app.clinic is not None:
            self.look()

    def look(self) -> None:
        """Work out anew where the handover stands."""
        self.service(
            lambda: (self.clinic.handover.state(), self.clinic.team.members()), self._show, name="traspaso"
        )

    def _show(self, found: tuple[HandoverState | None, list[Member]]) -> None:
        state, self._members = found
        here = self.query_one(Lines).current
        self._state = state
        lines = self.query_one(Lines)
        if state is None:
            self.query_one("#quien", Stripe).show([(" ¿Quién se va?", "strong")])
            lines.show(
                [
                    Row(f"p{m.id}", [m.name, m.role_word], data=m)
                    for m in self._members
                    if m.role in MAY_FOLLOW
                ]
            )
            return
        self.query_one("#quien", Stripe).show([(f" Se va {state.leaver_name}", "strong")])
        lines.show(_rows(state))
        ahead = next((s for s in state.steps if here is not None and s.id == here.key), None)
        if (ahead is None or ahead.done) and state.next is not None:
            lines.select(state.next.id)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case Member() as member:
                self.service(
                    lambda: self.clinic.handover.begin(member.id), lambda _: self.look(), name="empezar"
                )
            case Step(id="export" | "receipt", done=False):
                self.ces_app.open_room("usb")
            case Step(id="successor"):
                self._ask_successor()
            case Step(id="remove" | "key", done=False):
                self._ask_remove()
            case Step() as step:
                self.flash(f"{step.title}: {step.told}.")
            case "fin":
                self._finish()

    # -- the steps ---------------------------------------------------------------------------------------------

    def _ask_successor(self) -> None:
        state = self._state
        if state is None:
            return
        here = [
            Option(m.id, f"{m.name}, {m.role_word}")
            for m in self._members
            if m.id != state.leaver and m.role in MAY_FOLLOW
        ]
        options = [Option(_NEW, "Agregar a una persona nueva…", "+"), *here]
        self.app.push_screen(Choice("¿Quién sigue?", options), self._successor)

    def _successor(self, person: str | None) -> None:
        if person == _NEW:
            from screens.ajustes_persona import NewPerson

            self.app.push_screen(NewPerson(), self._successor)
        elif person is not None:
            self.service(
                lambda: self.clinic.handover.choose_successor(person), lambda _: self.look(), name="sigue"
            )

    def _ask_remove(self) -> None:
        state = self._state
        if state is None:
            return
        if state.leaver == self.clinic.me.id:
            self.flash(
                "Nadie puede quitarse a sí mismo. Cubra la pantalla (Ctrl+L); que entre quien sigue con su frase y abra "
                "otra vez Ajustes, Traspaso.",
                "aviso",
            )
            return
        pending = state.proof.pending_at_office
        says = [
            f"{state.leaver_name} deja de tener acceso; todo se sella con una llave nueva y se revisa.",
            *(
                [f"Faltan {pending} registros por confirmar: siguen en esta laptop y en el próximo paquete."]
                if pending
                else []
            ),
        ]
        self.app.push_screen(
            Confirm(f"Quitar a {state.leaver_name}", says, yes="Quitar"),
            lambda yes: (
                remove_with_new_key(self, self.clinic.handover.remove_leaver, self.look) if yes else None
            ),
        )

    def _finish(self) -> None:
        def done(_: object) -> None:
            state, self._state = self._state, None
            shown = (
                [Para(line, "ok" if good else "bad") for line, good in proof_lines(state.proof)]
                if state
                else []
            )
            self.look()
            self.app.push_screen(Told("Traspaso completo", shown))

        self.service(self.clinic.handover.finish, done, name="terminar")

    def action_forget(self) -> None:
        if self._state is None:
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self._state = None
                self.service(self.clinic.handover.forget, lambda _: self.look(), name="dejar")

        says = ["Nada de lo hecho se deshace. Puede empezar otra vez."]
        self.app.push_screen(Confirm("Dejar el traspaso", says, yes="Dejar"), sure)


def _rows(state: HandoverState) -> list[Row | Heading]:
    rows: list[Row | Heading] = [Heading("Pasos", "Enter hace el renglón")]
    for number, step in enumerate(state.steps, 1):
        mark = "[x]" if step.done else "[ ]"
        ink = "ok" if step.done else "strong" if step == state.next else "text"
        rows.append(Row(step.id, [f"{mark} {number}. {step.title}", step.told], ink, step))
    rows.append(Heading("Prueba", "completa" if state.proof.complete else "todavía no está completa"))
    for i, (line, good) in enumerate(proof_lines(state.proof)):
        word = "bien" if good else "falta"
        rows.append(Row(f"b{i}", [f"{'[x]' if good else '[ ]'} {line}", word], "ok" if good else "warn"))
    if state.proof.complete and state.next is None:
        rows.append(Row("fin", ["Terminar y cerrar el traspaso", ""], "strong", "fin"))
    return rows
