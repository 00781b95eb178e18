"""Programmes at a visit: enter those that the patient lacks, leave those that hold, with an outcome; open other sections."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.dates import show_date
from ces_tui.care.records import OUTCOME_WORDS, PROGRAMME_WORDS
from ces_tui.consult.questions import by_hand
from ces_tui.consult.records import ProgrammeChange
from screens.expediente_defuncion import Death, Defuncion
from screens.widgets.bars import Hint
from screens.widgets.fields import Option
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.modals import Choice


@dataclass(frozen=True)
class Chosen:
    """What changes at this visit, and the sections opened by hand."""

    changes: tuple[ProgrammeChange, ...]
    opened: tuple[str, ...]
    death: Death | None = None
    """Told when one was left by it."""


class Programas(ModalScreen[Chosen | None]):
    """A list of all programmes, then the sections that none of them opens; Enter changes one."""

    BINDINGS = [
        Binding("ctrl+s", "done", "listo", id="programas.listo", tooltip="Deja así los programas de esta visita."),
        Binding("escape,ctrl+o", "leave", "volver", id="programas.volver", tooltip="No cambia nada.", priority=True),
    ]  # fmt: skip

    def __init__(
        self,
        inside: Collection[str],
        changes: tuple[ProgrammeChange, ...],
        opened: Collection[str] = (),
        *,
        death: Death | None = None,
        ask_death: Callable[[], Defuncion | None] = lambda: None,
    ) -> None:
        """`ask_death` gives the dialog that asks day and cause, None when a death is noted already."""
        super().__init__()
        self._death, self._ask_death = death, ask_death
        self._opened = list(opened)
        self._inside = frozenset(inside)
        self._changes = {c.kind: c for c in changes}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Lines(
                [Column("", 26), Column("")], classes="auto", help_text="Enter entra o sale; Ctrl+S termina."
            )
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show(
            [("Programas", "title"), ("  Enter entra o sale; Ctrl+S termina", "dim")]
        )
        self._show()
        self.query_one(Lines).focus()

    def _show(self) -> None:
        kinds = [Row(kind, [word, self._state(kind)]) for kind, word in PROGRAMME_WORDS.items()]
        self.query_one(Lines).show(
            [
                *kinds,
                *(Row(p.id, [p.title.lower(), "abierta" if p.id in self._opened else ""]) for p in by_hand()),
            ]
        )

    def _state(self, kind: str) -> str:
        change = self._changes.get(kind)  # type: ignore[call-overload]
        if change is not None:
            died = (
                f" el {show_date(self._death.day)}" if change.outcome == "defuncion" and self._death else ""
            )
            return f"sale hoy: {OUTCOME_WORDS[change.outcome]}{died}" if change.outcome else "entra hoy"
        return "inscrito" if kind in self._inside else ""

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        kind = message.row.key
        if kind not in PROGRAMME_WORDS:
            (self._opened.remove if kind in self._opened else self._opened.append)(kind)
            self._show()
        elif kind in self._changes:
            del self._changes[kind]
            self._show()
        elif kind in self._inside:
            options = [Option(key, words) for key, words in OUTCOME_WORDS.items()]
            self.app.push_screen(
                Choice(f"¿Por qué sale de {PROGRAMME_WORDS[kind]}?", options),
                lambda outcome: self._leaves(kind, outcome) if outcome else None,
            )
        else:
            self._change(kind, "")

    def _leaves(self, kind: str, outcome: str) -> None:
        """By death: when and of what, once for all the programmes that are left by it."""
        ask = self._ask_death() if outcome == "defuncion" and self._death is None else None
        if ask is None:
            self._change(kind, outcome)
            return

        def told(death: Death | None) -> None:
            if death is not None:
                self._death = death
                self._change(kind, outcome)

        self.app.push_screen(ask, told)

    def _change(self, kind: str, outcome: str) -> None:
        self._changes[kind] = ProgrammeChange(kind=kind, outcome=outcome)  # type: ignore[index,arg-type]
        self._show()

    def action_done(self) -> None:
        by_death = any(change.outcome == "defuncion" for change in self._changes.values())
        self.dismiss(
            Chosen(tuple(self._changes.values()), tuple(self._opened), self._death if by_death else None)
        )

    def action_leave(self) -> None:
        self.dismiss(None)
