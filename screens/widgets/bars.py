"""The two lines at the foot of every screen: one sentence about what just happened, and the keys that work now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.dom import DOMNode
from textual.events import Click, Resize

from screens.keys import key_name
from screens.widgets.ink import Span, Stripe, wrap


@dataclass(frozen=True)
class Shown:
    """One key of the hint line and what it does."""

    key: str
    verb: str
    action: str
    node: DOMNode


FlashKind = Literal["ok", "aviso", "error"]
_MARK = {"ok": ("» ", "ok"), "aviso": ("! ", "warn"), "error": ("× ", "bad")}


class Flash(Stripe):
    """One sentence (up to three lines), never over the content.

    Example: `flash.say("Guardado 10:42", "ok")`
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sentence = ""
        self.kind: FlashKind = "ok"

    def say(self, sentence: str, kind: FlashKind = "ok") -> None:
        """Show `sentence`; an empty one clears the line."""
        self.sentence, self.kind = sentence, kind
        self._layout_lines()

    def on_resize(self, _event: Resize) -> None:
        self._layout_lines()

    def _layout_lines(self) -> None:
        if not self.sentence:
            self.styles.height = 1
            self.show()
            return
        mark, ink = _MARK[self.kind]
        width = max((self.size.width or 80) - 2, 10)
        rows = wrap(self.sentence, width)[:3]
        self.styles.height = len(rows)
        self.show(*[[(mark if i == 0 else "  ", ink), (row, ink)] for i, row in enumerate(rows)])


class Hint(Stripe):
    """The keys that work for the thing in focus, first the room's own, then the global ones; one line.

    It is read from the active BINDINGS, so what can't be done now (`check_action`) is not there.
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.draw_keys())
        self.call_after_refresh(self.draw_keys)

    def on_resize(self, _event: Resize) -> None:
        self.draw_keys()

    def draw_keys(self) -> None:
        if not self.is_attached or not self.screen.is_current:
            return
        own: list[Shown] = []
        general: list[Shown] = []
        seen: set[str] = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or not binding.description:
                continue
            name = binding.id or binding.action
            if name in seen:
                continue
            seen.add(name)
            shown = binding.key_display or key_name(binding.key)
            chosen = general if name.startswith("app.") else own
            chosen.append(Shown(shown, binding.description, binding.action, active.node))
        self._fit_keys(own + general)

    def _fit_keys(self, keys: list[Shown]) -> None:
        """What fits; when something does not, the line ends with the key of the menu that has everything."""
        self._places: list[tuple[int, Shown]] = []
        width = self.size.width
        menu = next((shown for shown in keys if shown.action.endswith("palette")), None)
        tail: list[Span] = []
        if sum(_length(shown) for shown in keys) + 1 > width + 2:
            tail = [("… ", "dim")]
            if menu is not None:
                keys = [shown for shown in keys if shown is not menu]
                tail += [(menu.key, "key"), (f" {menu.verb}", "text")]
        left = width - 1 - sum(len(text) for text, _ in tail)
        line: list[Span] = [(" ", "text")]
        used = 1
        for shown in keys:
            left -= _length(shown)
            if tail and left < 0:
                break
            line += [(shown.key, "key"), (f" {shown.verb}  ", "text")]
            used += _length(shown)
            self._places.append((used, shown))
        if tail and menu is not None:
            self._places.append((width, menu))
        self.show(line + tail)

    async def on_click(self, event: Click) -> None:
        """A click on a key's name does what the key does."""
        for end, shown in self._places:
            if event.x < end:
                await self.app.run_action(shown.action, default_namespace=shown.node)
                return


def _length(shown: Shown) -> int:
    """Cells of one key with its verb and the gap after it."""
    return len(shown.key) + 1 + len(shown.verb) + 2
