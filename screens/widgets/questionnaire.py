"""One question at a time, as it is read aloud; a digit answers and goes on. No total, no conclusion: that is the core's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from screens.widgets.fields import Option
from screens.widgets.ink import Canvas, Line
from screens.widgets.questionnaire_lines import Asked, Laid, lay


@dataclass(frozen=True)
class Item:
    """One question. `options` only where they differ from the others'; `intro` is read before it."""

    key: str
    text: str
    options: Sequence[Option] = ()
    intro: str = ""


class Questionnaire(Canvas):
    """Answers are option keys; None means that the person would rather not answer.

    Example:
        Questionnaire([Item("1", "Poco interés o placer en hacer cosas")], [Option("0", "Nunca"), Option("1", "Varios días")],
                      intro="Durante las últimas 2 semanas…")
        def on_questionnaire_finished(self, message: Questionnaire.Finished) -> None: message.answers["1"]

    """

    BINDINGS = [
        Binding(
            "enter",
            "take",
            "contestar",
            id="questionnaire.take",
            tooltip="Contesta con la opción marcada y sigue.",
        ),
        Binding(
            "backspace,left",
            "previous",
            "anterior",
            key_display="Retroceso",
            id="questionnaire.previous",
            tooltip="Vuelve a la pregunta anterior.",
        ),
        Binding(
            "minus",
            "refuse",
            "no contesta",
            id="questionnaire.refuse",
            tooltip="La persona prefiere no contestar.",
        ),
        Binding("up", "point(-1)", "arriba", id="questionnaire.up", show=False, tooltip="Opción anterior."),
        Binding(
            "down", "point(1)", "abajo", id="questionnaire.down", show=False, tooltip="Opción siguiente."
        ),
    ]

    @dataclass
    class Answered(Message):
        """One question has its answer (None: refused)."""

        questionnaire: Questionnaire
        item: str
        answer: str | None

        @property
        def control(self) -> Questionnaire:
            return self.questionnaire

    @dataclass
    class Finished(Message):
        """Every question was answered or refused."""

        questionnaire: Questionnaire
        answers: dict[str, str | None]

        @property
        def control(self) -> Questionnaire:
            return self.questionnaire

    def __init__(
        self,
        items: Sequence[Item],
        options: Sequence[Option] = (),
        *,
        intro: str = "",
        large: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.items = list(items)
        self.common = list(options)
        self.intro = intro
        self.large = large
        self.answers: dict[str, str | None] = {}
        self._at = 0
        self._pointed = 0
        self._cache: tuple[object, Laid] | None = None

    @property
    def item(self) -> Item:
        """The question asked now."""
        return self.items[self._at]

    @property
    def options(self) -> list[Option]:
        return list(self.item.options) or self.common

    def start(self, answers: dict[str, str | None] | None = None, at: int = 0) -> None:
        """Begin, or go on with a draft's answers at the first question without one (or at `at`)."""
        self.answers = dict(answers or {})
        missing = [i for i, item in enumerate(self.items) if item.key not in self.answers]
        self._go(missing[0] if answers and missing else at)

    def enlarge(self, on: bool) -> None:
        """Large text, as far as the window has room for it, or plain lines."""
        self.large = on
        self._show()

    def help_here(self) -> tuple[str, str]:
        return (
            "Cuestionario",
            "Lea la pregunta en voz alta tal como está. El dígito contesta y pasa a la siguiente.",
        )

    # -- keys --------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        char = event.character or ""
        for option in self.options:
            if char and char in {option.key, option.letter}:
                event.stop()
                self._answer(option.key)
                return

    def action_take(self) -> None:
        self._answer(self.options[self._pointed].key)

    def action_refuse(self) -> None:
        self._answer(None)

    def action_previous(self) -> None:
        if self._at:
            self._go(self._at - 1)

    def action_point(self, by: int) -> None:
        self._pointed = (self._pointed + by) % len(self.options)
        self._show()

    def on_click(self, event: events.Click) -> None:
        chosen = self._laid().option_at(event.y + self.scroll_offset.y)
        if chosen is not None:
            self._answer(self.options[chosen].key)

    def _answer(self, answer: str | None) -> None:
        item = self.item
        self.answers[item.key] = answer
        self.post_message(self.Answered(self, item.key, answer))
        if self._at + 1 < len(self.items):
            self._go(self._at + 1)
        elif all(i.key in self.answers for i in self.items):
            self.post_message(self.Finished(self, dict(self.answers)))
            self._show()
        else:
            self._go(next(n for n, i in enumerate(self.items) if i.key not in self.answers))

    def _go(self, at: int) -> None:
        self._at = at
        given = self.answers.get(self.item.key)
        keys = [o.key for o in self.options]
        self._pointed = keys.index(given) if given in keys else 0
        self._show()

    def _show(self) -> None:
        if self.is_attached:
            self.relayout()
            self.scroll_to(y=0, animate=False, immediate=True)
            self.call_after_refresh(self.show_cursor)

    def show_cursor(self) -> None:
        """The terminal's own cursor on the option pointed at."""
        if self.is_attached:
            self.place_cursor(2, self._laid().tops[self._pointed])

    def on_focus(self) -> None:
        self._show()

    # -- drawing -----------------------------------------------------------------------------------------------

    def count(self) -> int:
        return len(self._laid().rows)

    def draw(self, y: int, width: int) -> tuple[Line, str]:
        return self._laid().rows[y], "text"

    def _laid(self) -> Laid:
        given = self.answers.get(self.item.key, "")
        width, height = self.text_width, self.size.height
        state = (width, height, self.large, self._at, len(self.items), self._pointed, given, self.has_focus)
        if self._cache is None or self._cache[0] != state:
            self._cache = state, lay(self._asked(given), width, height, large=self.large)
        return self._cache[1]

    def _asked(self, given: str | None) -> Asked:
        done, total = self._at, len(self.items)
        bar = "█" * done + "·" * (total - done)

        def mark(i: int) -> tuple[str, str, str]:
            here = i == self._pointed
            box = "(•)" if given == self.options[i].key else "( )"
            return "▶ " if here else "  ", box, "sel" if here and self.has_focus else "text"

        return Asked(
            progress=[(f"  Pregunta {done + 1} de {total}  ", "dim"), (bar, "key")],
            intros=[intro for intro in (self.intro, self.item.intro) if intro],
            text=self.item.text,
            options=self.options,
            mark=mark,
            refused=given is None,
        )
