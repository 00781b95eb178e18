"""What a person feels: start, unlocking, keys, memory. Each beside a bare Textual program on the same machine."""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from ces_tui.vault.credentials import open_credential
from ces_tui.vault.vault import Vault
from tests.benchmarks.figures import Figure, median, percentile, under
from tests.benchmarks.stage import Stage
from tests.benchmarks.terminal import PYTHON, Terminal

HELLO = Path(__file__).with_name("hello.py")
_READY = "Quién es usted"
_HOY = "ala de espera"


def bare(stage: Stage) -> Terminal:
    return Terminal([PYTHON, str(HELLO)], stage.environment())


def ours(stage: Stage) -> Terminal:
    return Terminal([PYTHON, "-m", "ces_tui.cli", "--dir", str(stage.store)], stage.environment())


def unlocked(stage: Stage) -> tuple[Terminal, float]:
    """The program on Hoy, and the seconds it took: passphrase to PIN, and PIN (left out) to Hoy painted."""
    child = ours(stage)
    child.wait_for(_READY)
    child.drain(0.3)
    child.type("\r")
    child.wait_for("Frase de acceso")
    child.drain(0.2)
    child.type(stage.passphrase)
    child.drain(0.3)
    began = time.perf_counter()
    child.type("\r")
    child.wait_for("PIN de hoy")
    opened = time.perf_counter() - began
    child.drain(0.3)
    began = time.perf_counter()
    child.type("\r")  # no PIN today
    child.wait_for(_HOY)
    return child, opened + time.perf_counter() - began


def start(stage: Stage) -> list[Figure]:
    """Start to first paint of the unlock screen, in rounds interleaved with a bare Textual hello-world."""
    stage.close()
    mine: list[float] = []
    floor: list[float] = []
    for _ in range(stage.rounds):
        for times, spawn, text in ((floor, bare, "Hola"), (mine, ours, _READY)):
            child = spawn(stage)
            times.append(child.wait_for(text) * 1000)
            child.drain(0.2)
            child.close()
    value, least = median(mine), median(floor)
    goal = Figure(
        "arranque hasta la pantalla de desbloqueo", value, "ms", "≤ 1.25 veces", value <= 1.25 * least,
        least, "Textual vacío", f"mediana de {stage.rounds} rondas alternadas",
    )  # fmt: skip
    return [goal]


def kdf_ms(stage: Stage) -> float:
    """The key derivation alone, ms."""
    person = Vault.peek(stage.store).people[0]
    assert person.credential is not None
    times = []
    for _ in range(3):
        began = time.perf_counter()
        open_credential(
            person.credential, bytes.fromhex(person.ed), bytes.fromhex(person.x), stage.passphrase
        )
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def hoy(stage: Stage) -> list[Figure]:
    """What a person waits after Enter, from the passphrase to Hoy painted, key derivation taken off."""
    stage.close()
    times = []
    for _ in range(max(3, stage.rounds // 2)):
        derivation = kdf_ms(stage)
        child, seconds = unlocked(stage)
        times.append(seconds * 1000 - derivation)
        child.close()
    return [Figure("Enter hasta Hoy pintado, sin derivar la llave", median(times), "ms")]


def memory(stage: Stage) -> list[Figure]:
    """Resident memory on Hoy with ten years of data, beside a bare Textual program."""
    stage.close()
    floor = bare(stage)
    floor.wait_for("Hola")
    floor.drain(0.5)
    least = psutil.Process(floor.pid).memory_info().rss / 1e6
    floor.close()
    child, _ = unlocked(stage)
    child.drain(1.0)
    value = psutil.Process(child.pid).memory_info().rss / 1e6
    child.close()
    goal = Figure(
        "memoria en Hoy", value, "MB", "≤ Textual vacío + 45 MB", value <= least + 45, least, "Textual vacío"
    )
    return [goal]


def keys(stage: Stage) -> list[Figure]:
    """A key's time to paint inside a screen, and on opening one, in a pseudo-terminal."""
    stage.close()
    child, _ = unlocked(stage)
    child.drain(0.8)
    inside = []
    for n in range(30 * stage.rounds):
        seconds = child.answer_time("\x1b[B" if n % 16 < 8 else "\x1b[A", quiet=0.04)
        if seconds is not None:
            inside.append(seconds * 1000)
    opening = []
    for _ in range(2 * stage.rounds):
        for open_key, back in (("2", "\x0f"), ("4", "\x0f"), ("8", "\x0f"), ("\r", "\x0f")):
            seconds = child.answer_time(open_key, quiet=0.25)
            if seconds is not None:
                opening.append(seconds * 1000)
            child.type(back)
            child.drain(0.3)
    typing = []
    child.type("2")
    child.drain(0.5)
    for letter in "hernandez lopez jos" * max(1, stage.rounds // 3):
        seconds = child.answer_time(letter, quiet=0.04)
        if seconds is not None:
            typing.append(seconds * 1000)
    child.close()
    floor = bare(stage)
    floor.wait_for("Hola")
    floor.drain(0.5)
    least = [
        s * 1000 for _ in range(20 * stage.rounds) if (s := floor.answer_time("a", quiet=0.03)) is not None
    ]
    floor.close()
    base = median(least) if least else None
    found = []
    for name, times, most in (
        ("tecla dentro de Hoy", inside, 50.0),
        ("letra al buscar paciente", typing, 50.0),
        ("tecla que abre una pantalla", opening, 150.0),
    ):
        if times:
            found.append(
                Figure(f"{name}, p50", median(times), "ms", floor=base, floor_name="Textual vacío, p50")
            )
            share = 0.95 if times is opening else 0.99
            found.append(under(f"{name}, p{share * 100:.0f}", percentile(times, share), "ms", most))
    return found
