"""Which drives can be taken away, and letting go of them. Linux: mountinfo and /sys; Windows: psutil."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 30


@dataclass(frozen=True)
class Stick:
    """A removable drive that is mounted."""

    path: Path
    device: str
    free: int
    """Bytes."""

    @property
    def label(self) -> str:
        return self.path.name or str(self.path)


@dataclass(frozen=True)
class Mount:
    """One line of mountinfo."""

    path: Path
    device: str
    numbers: str
    """major:minor."""


def sticks() -> list[Stick]:
    """Removable drives that are mounted now, by path."""
    found = _windows() if sys.platform == "win32" else _linux()
    return sorted(found, key=lambda s: str(s.path))


def stick_of(folder: Path) -> Stick | None:
    """The removable drive that `folder` lies on; None for any other disk."""
    place = folder.resolve()
    over = [s for s in sticks() if place == s.path or s.path in place.parents]
    return max(over, key=lambda s: len(str(s.path)), default=None)


def let_go(stick: Stick) -> bool:
    """Unmount and power off; False when the system did not (the files are on it all the same)."""
    if sys.platform == "win32":
        letter = str(stick.path)[:2]
        if not re.fullmatch(r"[A-Za-z]:", letter):
            return False
        verb = f"(New-Object -ComObject Shell.Application).Namespace(17).ParseName('{letter}').InvokeVerb('Eject')"
        return _run(["powershell", "-NoProfile", "-Command", verb])
    if shutil.which("udisksctl") is None:
        return False
    quiet = ["--no-user-interaction", "-b", stick.device]
    if not _run(["udisksctl", "unmount", *quiet]):
        return False
    _run(["udisksctl", "power-off", *quiet])  # some readers can't; unmounted is what counts
    return True


def parse_mounts(text: str) -> list[Mount]:
    """The mounts of /proc/self/mountinfo; lines of another shape are passed over."""
    mounts = []
    for line in text.splitlines():
        left, separator, right = line.partition(" - ")
        fields, source = left.split(" "), right.split(" ")
        if separator and len(fields) >= 6 and len(source) >= 2:
            mounts.append(Mount(Path(_unescaped(fields[4])), _unescaped(source[1]), fields[2]))
    return mounts


def removable(numbers: str, sys_block: Path = Path("/sys/dev/block")) -> bool:
    """Whether a block device (major:minor), or the disk it is a part of, can be taken away."""
    if not re.fullmatch(r"\d+:\d+", numbers):
        return False
    with contextlib.suppress(OSError):
        device = (sys_block / numbers).resolve(strict=True)
        if "/usb" in str(device):
            return True
        for place in (device, device.parent):
            with contextlib.suppress(OSError):
                if (place / "removable").read_text().strip() == "1":
                    return True
    return False


def _linux() -> list[Stick]:
    with contextlib.suppress(OSError):
        mounts = parse_mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace"))
        return [
            Stick(m.path, m.device, _free(m.path))
            for m in mounts
            if m.device.startswith("/dev/") and removable(m.numbers)
        ]
    return []


def _windows() -> list[Stick]:
    import psutil

    return [
        Stick(Path(p.mountpoint), p.device, _free(Path(p.mountpoint)))
        for p in psutil.disk_partitions(all=False)
        if "removable" in p.opts
    ]


def _free(path: Path) -> int:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(path).free
    return 0


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda m: chr(int(m.group(1), 8)), field)


def _run(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_SECONDS, check=False, env={**os.environ, "LC_ALL": "C"}
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
