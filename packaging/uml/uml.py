#!/usr/bin/env python3
"""Power cuts on a real kernel: User-Mode Linux records what reaches the disk and mounts what a cut may leave.

    apt-get install user-mode-linux dosfstools dmsetup
    python3 packaging/uml/uml.py ext4|vfat|pulled|canary [--most=6] [--seconds=300] [--seed=1] [--careless=1] [--write=1]

With `--careless=1` the program syncs less than it says, and the run must end with the promise that was broken; `canary`
(an invented patient through everything, then the raw images of disk and stick are searched) must find what was planted.

Runs on Debian; needs no other rights than the user's, and writes below /dev/shm only. `--write=1` puts the line into
docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLONE = HERE.parents[1]
MB = 1 << 20
DISK = {"ext4": 24 * MB, "vfat": 8 * MB, "pulled": 16 * MB, "canary": 64 * MB}
WORDS = {"ext4": "saves on ext4", "vfat": "exports and a copy on vfat"}


def boot(work: Path, kernel: str, python: str, *args: str) -> dict[str, int]:
    """One run of the kernel with `inside.py` as its first process; what it told at the end."""
    for name, size in (("disk", 0), ("log", 256 * MB)):
        path = work / name
        if not path.exists():
            with path.open("wb") as file:
                file.truncate(size or DISK[args[1]])
    command = [
        *(
            kernel,
            "mem=1500M",
            "root=/dev/root",
            "rootfstype=hostfs",
            "ro",
            "quiet",
            "con=null",
            "con0=null,fd:1",
        ),
        *(f"ubda={work / 'disk'}", f"ubdb={work / 'log'}", f"init={python}", "--"),
        *(str(HERE / "inside.py"), str(work), str(CLONE), *args),
    ]
    env = {**os.environ, "TMPDIR": str(work)}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, env=env
    )
    told = [line.partition(":: ")[2].strip() for line in done.stdout.splitlines() if line.startswith(":: ")]
    if not told or not told[-1].startswith("done "):
        raise SystemExit(_reason(told, done.stdout + done.stderr))
    result: dict[str, int] = json.loads(told[-1].removeprefix("done "))
    return result


def _reason(told: list[str], console: str) -> str:
    if told and told[-1].startswith("failed "):
        return str(json.loads(told[-1].removeprefix("failed ")))
    return f"the kernel ended without a word:\n{console[-3000:]}"


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    options = dict(arg.removeprefix("--").split("=", 1) for arg in sys.argv[2:])
    kernel = shutil.which("linux.uml") or shutil.which("linux")
    if kind not in DISK or kernel is None:
        print(__doc__, file=sys.stderr)
        return 2
    python = str(CLONE / ".venv" / "bin" / "python")
    work = Path(tempfile.mkdtemp(prefix="ces-uml-", dir="/dev/shm"))
    try:
        run = {"pulled": pulled, "canary": canary}.get(kind, cuts)
        what, count, note = run(work, kernel, python, kind, options)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{what}: {count:,}, nothing promised was lost. {note}")
    if "write" in options:
        line = "import sys; from tests.faults import figures as f; f.count(sys.argv[1], int(sys.argv[2]), note=sys.argv[3]); f.write(keep=True)"
        subprocess.run([python, "-c", line, what, str(count), note], cwd=CLONE, check=True)
    return 0


def cuts(work: Path, kernel: str, python: str, kind: str, options: dict[str, str]) -> tuple[str, int, str]:
    """Record, then look at each disk that a cut may leave."""
    boot(work, kernel, python, "record", kind, options.get("careless", "0"))
    most = options.get("most", "6")
    n = boot(
        work, kernel, python, "check", kind, options.get("seed", "1"), most, options.get("seconds", "300")
    )
    stopped = f", stopped at {n['cuts']}" if n.get("stopped") else ""
    note = (
        f"User-Mode Linux and dm-log-writes: {n['entries']:,} writes, flushes and marks, {n['promises']} promises"
        f"{stopped}; everything so far, what was flushed, and up to {most} subsets of the rest, some torn"
    )
    return f"power cut on a real kernel: {WORDS[kind]}", n["states"], note


def pulled(work: Path, kernel: str, python: str, kind: str, options: dict[str, str]) -> tuple[str, int, str]:
    """A stick that goes away in the middle of exports, copies and imports."""
    n = boot(work, kernel, python, "pull", kind, options.get("seconds", "300"))
    told = ", ".join(f"{k} {v}" for k, v in sorted(n.items()) if k != "states")
    return (
        "stick pulled out of a real kernel's vfat",
        n["states"],
        f"before each thing done on it, every access an I/O error from then on: {told}",
    )


def canary(work: Path, kernel: str, python: str, kind: str, options: dict[str, str]) -> tuple[str, int, str]:
    """A whole life with an invented patient; nothing of hers stands anywhere in the images of stick and disk."""
    n = boot(work, kernel, python, "canary", kind, options.get("careless", "0"))
    search = (
        "import sys; from pathlib import Path; from canary import leaks; "
        "print(*[f'{p}: {one}' for p in sys.argv[1:] for one in leaks(Path(p))], sep='\\n')"
    )
    images = [work / "disk", work / "log"]
    path = f"{CLONE}{os.pathsep}{HERE}"
    done = subprocess.run(
        [python, "-c", search, *map(str, images)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    if found := done.stdout.strip():
        raise SystemExit(f"clear text in an image:\n{found}")
    size = sum(image.stat().st_size for image in images)
    return (
        "clear text: bytes of a stick's and a disk's image searched",
        size,
        f"User-Mode Linux, vfat and ext4, after {n['files']} files ({n['bytes']:,} bytes) were taken off the stick again: "
        "free clusters too",
    )


if __name__ == "__main__":
    sys.exit(main())
