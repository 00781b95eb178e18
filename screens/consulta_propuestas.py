"""What a protocol prescribes, line by line: each goes into the receta only when someone accepts it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.consult.proposals import Proposed
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import describe
from screens.widgets.bars import Hint
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row
from screens.widgets.paper import Paper, Para


class Propuestas(ModalScreen[tuple[PrescriptionLine, ...] | None]):
    """Nothing is accepted at first; of one medicine at most one presentation is."""

    HELP_TEXT = (
        "Enter acepta o deja un medicamento; Ctrl+S pasa a la receta solo lo aceptado; Esc no pasa nada."
    )
    BINDINGS = [
        Binding("ctrl+s", "done", "a la receta", id="propuestas.listo", tooltip="Pasa a la receta lo aceptado.", priority=True),
        Binding("escape,ctrl+o", "leave", "volver", id="propuestas.volver", tooltip="No pasa nada a la receta.", priority=True),
    ]  # fmt: skip

    def __init__(self, proposed: Proposed) -> None:
        super().__init__()
        self._proposed = proposed
        self._accepted: dict[str, PrescriptionLine] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Stripe(id="title")
            yield Lines(
                [Column("", 4), Column(""), Column("", 16)],
                classes="auto",
                help_text="Enter acepta o deja este medicamento.",
            )
            yield Paper([Para(text, "dim") for text in self._proposed.left], classes="auto still")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show(
            [("Del protocolo a la receta", "title"), ("  Enter acepta uno; Ctrl+S termina", "dim")]
        )
        self._show()
        self.query_one(Lines).focus()

    def _show(self) -> None:
        rows = []
        for i, found in enumerate(self._proposed.lines):
            mark = "[x]" if self._accepted.get(found.drug) == found.line else "[ ]"
            rows.append(Row(str(i), [mark, f"{found.line.name}: {describe(found.line)}", found.on_hand]))
        self.query_one(Lines).show(rows)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        found = self._proposed.lines[int(message.row.key)]
        if self._accepted.get(found.drug) == found.line:
            del self._accepted[found.drug]
        else:
            self._accepted[found.drug] = found.line
        self._show()

    def action_done(self) -> None:
        self.dismiss(tuple(self._accepted.values()))

    def action_leave(self) -> None:
        self.dismiss(None)
