"""What is typed reaches the disk soon, in order, without a key waiting."""

from __future__ import annotations

import threading
import time

from ces_tui.consult.autosave import Autosave


def test_the_newest_snapshot_wins_and_none_is_saved_twice() -> None:
    """While a write is under way, only the newest of what came in is written next."""
    started, gate = threading.Event(), threading.Event()
    written: list[int] = []

    def slow(value: int) -> None:
        started.set()
        assert gate.wait(5)
        written.append(value)

    keeper = Autosave(slow, gap=0)
    keeper.put(1)
    assert started.wait(5)
    for value in range(2, 50):
        keeper.put(value)
    gate.set()
    assert keeper.flush()
    assert written == [1, 49]
    assert keeper.stop()


def test_putting_never_waits_for_the_disk() -> None:
    """A key is not held up by a write that hangs."""
    gate = threading.Event()

    def hang(_value: int) -> None:
        gate.wait(60)

    keeper = Autosave(hang, gap=0)
    start = time.perf_counter()
    for value in range(1000):
        keeper.put(value)
    assert time.perf_counter() - start < 30  # one that waits would take sixty
    gate.set()
    assert keeper.stop()


def test_what_is_typed_without_a_pause_is_saved_all_the_time() -> None:
    """Eight keys a second: at no moment is what is on disk older than a second."""
    saved: list[tuple[float, int]] = []

    def save(value: int) -> None:
        saved.append((time.monotonic(), value))

    keeper = Autosave(save, gap=0.2)
    typed = []
    for key in range(12):
        typed.append(time.monotonic())
        keeper.put(key)
        time.sleep(0.125)
    assert keeper.flush()
    for key, when in enumerate(typed):
        assert any(at - when < 1 for at, value in saved if value >= key)
    assert 4 <= len(saved) <= 10
    assert keeper.stop()


def test_stopping_saves_what_waits_unless_it_was_signed() -> None:
    """Closing the page keeps the last letters; signing throws the snapshot away."""
    written: list[str] = []
    keeper = Autosave(written.append, gap=60)
    keeper.put("a")
    assert keeper.flush()
    keeper.put("b")
    assert keeper.stop()
    assert written == ["a", "b"]

    signed = Autosave(written.append, gap=60)
    signed.put("c")
    assert signed.flush()
    signed.put("d")
    assert signed.stop(discard=True)
    assert written == ["a", "b", "c"]


def test_a_failed_write_is_told_and_the_next_one_goes_on() -> None:
    """A full disk is reported; the following snapshot is tried again."""
    told: list[str] = []
    written: list[int] = []

    def save(value: int) -> None:
        if value == 1:
            raise OSError("lleno")
        written.append(value)

    keeper = Autosave(save, gap=0, failed=lambda error: told.append(str(error)))
    keeper.put(1)
    assert keeper.flush()
    keeper.put(2)
    assert keeper.flush()
    assert (told, written) == (["lleno"], [2])
    assert keeper.stop()


def test_after_stopping_nothing_is_written() -> None:
    """A late key of a closed page is dropped."""
    written: list[int] = []
    keeper = Autosave(written.append)
    assert keeper.stop()
    keeper.put(1)
    assert written == []
