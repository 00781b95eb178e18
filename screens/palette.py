"""Ctrl+P: everything that can be done here and now, as `área: verbo` with its key, found without accents."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.text import fold
from screens.keys import key_name
from screens.room import Command, Room
from screens.rooms import ROOMS
from screens.widgets.fields import TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import CLOSE

if TYPE_CHECKING:
    from screens.app import CesApp


def commands(app: CesApp, room: Room) -> list[Command]:
    """What the open room offers, the rooms one may enter, the themes; in this order."""
    out = list(_of_bindings(room)) + list(room.commands())
    for entry in ROOMS.values():
        if app.possible(entry):
            patient: dict[str, Any] = (
                {"patient": room.patient} if entry.needs_patient and room.has_patient else {}
            )
            out.append(
                Command(f"ir a: {entry.title}", entry.key, partial(app.open_room, entry.id, **patient))
            )
    names = {"console": "16 colores", "dia": "día", "noche": "noche", "alto-contraste": "alto contraste"}
    out += [
        Command(f"colores: {words}", "", partial(setattr, app, "theme", name))
        for name, words in names.items()
    ]
    return out


def _of_bindings(room: Room) -> Iterable[Command]:
    area = room.heading.lower()
    seen: set[str] = set()
    for active in room.active_bindings.values():
        binding = active.binding
        if not binding.id or binding.id in seen or not active.enabled or not binding.description:
            continue
        if binding.id.startswith(("app.room.", "app.menu", "form.", "lines.", "paper.", "note.")):
            continue
        seen.add(binding.id)
        where = "programa" if binding.id.startswith("app.") else area
        run = partial(room.app.run_action, binding.action, default_namespace=active.node)
        yield Command(f"{where}: {binding.description}", binding.key_display or key_name(binding.key), run)


def matching(found: Iterable[Command], text: str) -> list[Command]:
    """Those whose title has every typed word; a word's beginning counts more than its middle."""
    words = fold(text).split()
    scored = []
    for i, command in enumerate(found):
        title = fold(command.title)
        if all(w in title for w in words):
            starts = sum(any(part.startswith(w) for part in title.replace(":", " ").split()) for w in words)
            scored.append((-starts, i, command))
    return [command for _, _, command in sorted(scored, key=lambda s: s[:2])]


class Palette(ModalScreen[None]):
    """A line to type in and the list below it; Enter does the chosen one."""

    BINDINGS = [CLOSE]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Stripe(ink="bar", id="title")
            yield Form([TextField("what", "Qué quiere hacer", width=40)], classes="auto")
            yield Lines([Column(), Column("", 10)], empty="Nada se llama así.")
            yield Stripe(id="hint")

    def on_mount(self) -> None:
        room = self.app.screen_stack[-2]
        assert isinstance(room, Room)
        self._commands = commands(room.ces_app, room)
        self.query_one("#title", Stripe).show([(" Menú", "bar")])
        self.query_one("#hint", Stripe).show(
            [
                (" Enter", "key"),
                (" hacer  ", "text"),
                ("Arriba, Abajo", "key"),
                (" elegir  ", "text"),
                ("Esc", "key"),
                (" cerrar", "text"),
            ]
        )
        self._fill("")
        self.query_one(Form).focus()

    def _fill(self, text: str) -> None:
        found = matching(self._commands, text)
        self._found = found
        self.query_one(Lines).show([Row(str(i), [c.title, c.key]) for i, c in enumerate(found)], keep=False)

    def on_form_changed(self, message: Form.Changed) -> None:
        self._fill(str(message.value))

    def on_form_submitted(self) -> None:
        self.query_one(Lines).action_choose()

    def on_key(self, event: object) -> None:
        key = getattr(event, "key", "")
        if key in {"up", "down"} and self.query_one(Form).has_focus:
            self.query_one(Lines).action_move(1 if key == "down" else -1)

    async def on_lines_chosen(self, message: Lines.Chosen) -> None:
        command = self._found[int(message.row.key)]
        self.dismiss(None)
        self.app.call_after_refresh(command.run)
