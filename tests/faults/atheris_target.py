"""One decoder under atheris, in a process of its own: `python -m tests.faults.atheris_target DECODER FOLDER [libFuzzer options]`.

The program is instrumented as it is imported, so nothing of it may be imported above.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FROZEN = Path(__file__).resolve().parents[1] / "fixtures" / "format-1"
_MOST_ROWS = 12


def main(args: list[str]) -> None:
    """Does not return: libFuzzer ends the process."""
    what, folder, limits = args[0], Path(args[1]), args[2:]
    atheris = importlib.import_module("atheris")
    os.environ["XDG_STATE_HOME"] = str(folder / "tmp" / "state")
    with atheris.instrument_imports(include=["ces_tui", "json"]):
        decoders = importlib.import_module("tests.faults.test_fuzz_decoders")
        fuzz = importlib.import_module("tests.faults.fuzz")
    (folder / "tmp" / "good").mkdir()
    good = decoders.Good(folder / "tmp" / "good")
    sample, decode = decoders.DECODERS[what]
    seeds = [sample(good), *fuzz.NASTY, *from_fixture(what, folder / "tmp", good)]
    for number, seed in enumerate(seeds):
        (folder / "corpus" / f"{number:03}").write_bytes(seed[:16_384])

    shaped = _SHAPED.get(what, bytes)

    def trial(raw: bytes) -> None:
        fuzz.refused_or(lambda: decode(good, shaped(raw)))

    atheris.Setup([sys.argv[0], *limits, str(folder / "corpus")], trial)
    atheris.Fuzz()


def from_fixture(what: str, scratch: Path, good: Any) -> Iterator[bytes]:
    """Bytes of the frozen clinic and office that this decoder reads."""
    shutil.copytree(FROZEN, scratch / "frozen")
    yield from _FROM.get(what, _nothing)(scratch / "frozen")


def _nothing(_frozen: Path) -> Iterator[bytes]:
    yield from ()


def _headers(frozen: Path) -> Iterator[bytes]:
    for name in ("clinica", "oficina"):
        yield (frozen / name / "header").read_bytes()


def _copies(frozen: Path) -> Iterator[bytes]:
    for raw in _headers(frozen):
        yield b"CESC1\n" + len(raw).to_bytes(4, "big") + raw


def _opened(frozen: Path, name: str) -> Any:
    from ces_tui.base.clock import FixedClock
    from ces_tui.clinic import projector
    from ces_tui.vault.vault import Vault

    folder = frozen / name
    phrase = (frozen / "frase.txt").read_text(encoding="utf-8").strip()
    who = Vault.peek(folder).people[0].id
    return Vault.open(folder, who, phrase, FixedClock.at(2026, 11, 21), projector())


def _rows(table: str) -> Callable[[Path], Iterator[bytes]]:
    """Plain rows from all over a table of the frozen clinic."""

    def read(frozen: Path) -> Iterator[bytes]:
        vault = _opened(frozen, "clinica")
        rows = list(vault.container.all_rows(table))
        for k, body in rows[:: max(1, len(rows) // _MOST_ROWS)]:
            yield vault.sealer.open(table, k, body)
        vault.close()

    return read


def _entries(frozen: Path) -> Iterator[bytes]:
    vault = _opened(frozen, "clinica")
    n = vault.state.n
    for at in range(1, n + 1, max(1, n // _MOST_ROWS)):
        yield vault.entry_at(at).to_bytes()
    vault.close()


def _framed(frozen: Path) -> Iterator[bytes]:
    from ces_tui.sync import bundle

    for raw in _entries(frozen):
        yield bundle.join_entries([(bytes(64), raw)] * 2)


def _bundles(frozen: Path) -> Iterator[Any]:
    """What lies in the frozen bundle and answer."""
    from ces_tui.sync import age, bundle

    for store, file in (("oficina", "paquete.age"), ("clinica", "respuesta.age")):
        vault = _opened(frozen, store)
        own = vault.secret("office") or vault.device.x.private_bytes_raw()
        keys = [own[32:64] if len(own) == 64 else own, vault.device.x.private_bytes_raw()]
        yield bundle.split(age.decrypt((frozen / file).read_bytes(), keys))
        vault.close()


def _manifests(frozen: Path) -> Iterator[bytes]:
    for envelope in _bundles(frozen):
        yield envelope.manifest


def _ages(frozen: Path) -> Iterator[bytes]:
    for file in ("paquete.age", "respuesta.age"):
        yield (frozen / file).read_bytes()


_SHAPED: dict[str, Callable[[bytes], bytes]] = {"bundle": lambda raw: raw + bytes(-len(raw) % 65_536)}
"""What would be refused for its length alone is brought to it."""

_FROM: dict[str, Callable[[Path], Iterator[bytes]]] = {
    "header": _headers,
    "copy": _copies,
    "log row": _rows("log"),
    "doc row": _rows("doc"),
    "proj row": _rows("proj"),
    "entry": _entries,
    "framed entries": _framed,
    "manifest": _manifests,
    "strict json": _manifests,
    "age": _ages,
}

if __name__ == "__main__":
    main(sys.argv[1:])
