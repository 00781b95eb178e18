"""Nothing of the process's memory on the disk: no core dumps, no other process looking in, advice about clear swap.

Not promised: wiping Python's memory, or anything against an administrator of the machine (docs/threat-model.md).
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from pathlib import Path

_PR_SET_DUMPABLE = 4
_SHORTEST_SECRET = 16
"""Shorter ones may be shared by the interpreter itself."""
_SEM_NO_BOXES = 0x0001 | 0x0002  # SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX

SWAP_ADVICE = (
    "Esta computadora usa memoria de intercambio sin cifrar: partes del expediente abierto podrían quedar en el disco. "
    "La guía de instalación dice cómo cifrarla."
)


def harden() -> None:
    """Switch core dumps off and close the process to other programs of the same user; harmless where that can't be done."""
    if sys.platform == "win32":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.windll.kernel32.SetErrorMode(_SEM_NO_BOXES)
        return
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def wipe(secret: bytes) -> None:
    """Overwrite a secret's own bytes with zeros, where the interpreter keeps them in one place (CPython); else nothing.

    Only for random keys that nothing else holds: a `bytes` is shared by everyone who has it.
    """
    if sys.implementation.name != "cpython" or type(secret) is not bytes or len(secret) < _SHORTEST_SECRET:
        return
    at = id(secret) + sys.getsizeof(secret) - len(secret) - 1  # behind the object's head; a zero byte ends it
    ctypes.memset(at, 0, len(secret))


def swap_advice(swaps: Path = Path("/proc/swaps"), blocks: Path = Path("/sys/class/block")) -> str:
    """The sentence to show when there is swap that is not encrypted, else nothing; Linux only."""
    try:
        lines = swaps.read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    except OSError:
        return ""
    return SWAP_ADVICE if any(not _sealed(line.split()[0], blocks) for line in lines if line.split()) else ""


def _sealed(device: str, blocks: Path) -> bool:
    name = Path(device).name
    if name.startswith("zram"):
        return True  # compressed memory: never on a disk
    with contextlib.suppress(OSError):
        real = Path(device).resolve().name
        for candidate in (real, name):
            uuid = blocks / candidate / "dm" / "uuid"
            if uuid.exists():
                return uuid.read_text(encoding="ascii", errors="replace").startswith("CRYPT-")
    return False
