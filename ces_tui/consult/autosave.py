"""Keeping what is typed: a thread that seals the newest snapshot of a page, so that no key waits for the disk.

The screen hands over a snapshot (cheap, on its own thread); whatever came in while the disk was busy is dropped in
favour of the newest. Two writes are at least `gap` seconds apart, and a snapshot waits at most that long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

GAP = 0.4
"""Seconds between two writes: with a disk of 100 ms, what is lost in a power cut stays well under a second."""


class Autosave(Generic[T]):
    """Saves snapshots one after the other in its own thread; the newest always wins and none is saved twice."""

    def __init__(
        self,
        save: Callable[[T], None],
        *,
        gap: float = GAP,
        saved: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._save = save
        self._gap = gap
        self._saved = saved
        self._failed = failed
        self._news = threading.Condition()
        self._waiting: list[T] = []
        self._busy = False
        self._hurry = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    def put(self, snapshot: T) -> None:
        """Keep this snapshot; returns at once."""
        with self._news:
            if self._stopped:
                return
            self._waiting[:] = [snapshot]
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was put is on the disk; False when it took longer than `timeout` seconds."""
        with self._news:
            self._hurry = True
            self._news.notify_all()
            done = self._news.wait_for(lambda: not self._waiting and not self._busy, timeout)
            self._hurry = False
            return done

    def stop(self, *, discard: bool = False) -> bool:
        """Save what waits (or discard it: the record was signed) and end the thread; False when the disk hangs."""
        with self._news:
            self._stopped = True
            if discard:
                self._waiting.clear()
            self._news.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(10.0)
            return not self._thread.is_alive()
        return True

    def _work(self) -> None:
        while (snapshot := self._next()) is not None:
            try:
                self._save(snapshot[0])
            except Exception as error:  # noqa: BLE001 - whatever it is, the page must hear of it and go on
                if self._failed is not None:
                    self._failed(error)
            else:
                if self._saved is not None:
                    self._saved()
            with self._news:
                self._busy = False
                self._news.notify_all()
                if not self._stopped and not self._hurry:
                    self._news.wait_for(lambda: self._stopped or self._hurry, self._gap)

    def _next(self) -> list[T] | None:
        """The newest snapshot, taken; None when there is nothing left and the page is closed."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._stopped)
            if not self._waiting:
                return None
            taken = list(self._waiting)
            self._waiting.clear()
            self._busy = True
            return taken
