"""Keeping the page of a consult: the UI thread takes a snapshot, a thread of its own seals it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from ces_tui.base.errors import CesError, DiskProblem
from ces_tui.consult.autosave import Autosave
from ces_tui.consult.records import Draft

SOON = 0.15
"""Seconds after a key until the snapshot: several keys share one."""
AGAIN = 2.0
"""Seconds until another try after a save that failed."""


@dataclass
class Kept(Message):
    """The draft is on the disk since `ms`."""

    ms: int


@dataclass
class NotKept(Message):
    """The draft could not be saved: the disk's sentence."""

    sentence: str


class Keeper:
    """Says `touch()` at each change; `keep()` waits until all of it is on the disk."""

    def __init__(
        self, screen: Screen[object], snapshot: Callable[[], Draft], save: Callable[[Draft], int]
    ) -> None:
        self._screen = screen
        self._snapshot = snapshot
        self._save = save
        self._timer: Timer | None = None
        self._autosave = self._start()
        self._done = False

    def touch(self, delay: float = SOON) -> None:
        """Something changed; the snapshot follows soon."""
        if self._timer is None and not self._done:
            self._timer = self._screen.set_timer(delay, self._hand_over)

    def keep(self) -> bool:
        """Seal everything now; False when the disk did not answer in time."""
        if self._done:
            return True
        if self._timer is not None:
            self._hand_over()
        return self._autosave.flush()

    def end(self) -> None:
        """Save what waits and stop: the page is about to be signed or thrown away."""
        self.keep()
        self.close()

    def close(self) -> None:
        """The page is gone; whoever left it called `keep()` before."""
        self._done = True
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._autosave.stop()

    def begin(self) -> None:
        """Go on after a signature that was refused."""
        self._done = False
        self._autosave = self._start()

    def _start(self) -> Autosave[Draft]:
        return Autosave(self._seal, failed=self._failed)

    def _hand_over(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._autosave.put(self._snapshot())

    def _seal(self, draft: Draft) -> None:
        self._screen.post_message(Kept(self._save(draft)))

    def _failed(self, error: Exception) -> None:
        known = error if isinstance(error, CesError) else DiskProblem()
        self._screen.post_message(NotKept(str(known)))
