"""What runs inside User-Mode Linux as its first process: `record` a day at a clinic, or `check` what a cut left of it.

The host's files are the root, read only; `/mnt` is the work folder on the host. Devices: ubda the disk, ubdb the log
of dm-log-writes. The last line told is what the host waits for.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import random
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = Path("/usr/lib/uml/modules")
DISK = Path("/tmp/disk")
BLKFLSBUF = 0x1261
"""Forget what the block device has in memory (linux/fs.h)."""


def tell(text: str) -> None:
    print(f"\n:: {text}", flush=True)


def sh(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def mount(kind: str, what: str, where: str, options: str = "") -> None:
    """mount(2): a program of its own costs more here than everything else."""
    libc = ctypes.CDLL(None, use_errno=True)
    Path(where).mkdir(parents=True, exist_ok=True)
    if libc.mount(what.encode(), where.encode(), kind.encode(), 0, options.encode()):
        raise OSError(ctypes.get_errno(), f"mount {kind} {what}")


def umount(where: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(where.encode(), 0):
        raise OSError(ctypes.get_errno(), f"umount {where}")


def load(*names: str) -> None:
    """Kernel modules, by finit_module(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    for name in names:
        (path,) = MODULES.glob(f"{os.uname().release}/kernel/**/{name}.ko")
        with path.open("rb") as file:
            if libc.syscall(313, file.fileno(), b"", 0) and ctypes.get_errno() != 17:
                raise OSError(ctypes.get_errno(), f"module {name}")


def system(work: str) -> None:
    """The machine as it comes up."""
    os.environ.update(
        PATH="/usr/sbin:/usr/bin:/sbin:/bin",
        HOME="/tmp/home",
        XDG_STATE_HOME="/tmp/state",
        XDG_CACHE_HOME="/tmp/cache",
        LANG="C.UTF-8",
    )
    mount("proc", "none", "/proc")
    mount("sysfs", "none", "/sys")
    mount("tmpfs", "none", "/tmp", "size=80%")
    mount("hostfs", "none", "/mnt", work)
    load(
        "fat",
        "vfat",
        "nls_cp437",
        "nls_ascii",
        "nls_utf8",
        "nls_iso8859-1",
        "dm-mod",
        "dm-log-writes",
        "loop",
    )


# -- a day that is recorded ------------------------------------------------------------------------------------


def record(kind: str, *, careless: bool) -> None:
    """Saves on ext4, or exports onto vfat, each promise marked in the log once it was given."""
    size = int(Path("/sys/block/ubda/size").read_text())
    sh("dmsetup", "create", "disk", "--table", f"0 {size} log-writes /dev/ubda /dev/ubdb")
    sh("dmsetup", "mknodes")
    make = ["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0"] if kind == "ext4" else ["mkfs.vfat"]
    sh(*make, "/dev/mapper/disk")
    mount(kind, "/dev/mapper/disk", str(DISK))
    from cuts import exports, saves, spoil  # the program, from the host's clone

    if careless:
        spoil()
    (saves if kind == "ext4" else exports)(DISK, promise)
    umount(str(DISK))
    sh("dmsetup", "remove", "disk")


def promise(what: str) -> None:
    sh("dmsetup", "message", "disk", "0", "mark", what)


# -- what a cut left -------------------------------------------------------------------------------------------


def check(kind: str, seed: int, most: int, seconds: int) -> None:
    """Each disk that a cut may leave is mounted by this kernel and looked at by the program."""
    from cuts import look_at_stick, look_at_store
    from logwrites import entries, states

    size = Path("/mnt/disk").stat().st_size
    log, begun, counts = entries(Path("/mnt/log")), time.monotonic(), Counter[str]()
    image, loop = Path("/tmp/image"), "/dev/loop0"
    image.write_bytes(bytes(size))
    sh("losetup", loop, str(image))
    look = look_at_store if kind == "ext4" else look_at_stick
    for state in states(log, size, random.Random(seed), most):
        with image.open("r+b", buffering=0) as file:
            file.write(state.disk)
        with open(loop, "rb") as device:  # noqa: PTH123 - a device
            fcntl.ioctl(device, BLKFLSBUF)
        mount(kind, loop, str(DISK))
        try:
            look(DISK, state.marks)
        finally:
            umount(str(DISK))
        counts["states"] += 1
        counts["cuts"] = state.cut
        if time.monotonic() - begun > seconds:
            counts["stopped"] = 1
            break
    counts["entries"] = len(log)
    counts["promises"] = len([e for e in log if e.mark])
    tell("done " + json.dumps(counts))


# -- a stick that is pulled out ------------------------------------------------------------------------------------


def pull(seconds: int) -> None:
    """The device goes away before each thing that an export, a copy and an import do on the stick."""
    from cuts import Pulled

    begun, counts = time.monotonic(), Counter[str]()
    size = int(Path("/sys/block/ubda/size").read_text())
    pulled, left = Pulled(Path("/tmp/clinics")), {"export": 0, "copy": 0, "import": 0}
    sys.addaudithook(pulled.hear)
    while left and time.monotonic() - begun < seconds:
        for act in tuple(left):
            sh("mkfs.vfat", "/dev/ubda")
            sh("dmsetup", "create", "stick", "--table", f"0 {size} linear /dev/ubda 0")
            sh("dmsetup", "mknodes")
            mount("vfat", "/dev/mapper/stick", str(DISK))
            work = pulled.prepare(act, DISK)
            os.sync()
            Path("/proc/sys/vm/drop_caches").write_text("3")
            left[act] += 1
            counts[f"{act} {work(left[act], lambda: take_away(size))}"] += 1
            if not pulled.gone:
                del left[act]  # it came to its end first: every moment of it was tried
                counts[f"{act} whole"] += 1
            ctypes.CDLL(None).umount2(
                str(DISK).encode(), 2
            )  # MNT_DETACH: what a desktop does with a stick that is gone
            sh("dmsetup", "remove", "--retry", "stick")
            pulled.look()
            counts["states"] += 1
    tell("done " + json.dumps(counts))


def take_away(size: int) -> None:
    """From now on every read and write of the stick is an I/O error."""
    sh("dmsetup", "suspend", "--noflush", "--nolockfs", "stick")
    sh("dmsetup", "load", "stick", "--table", f"0 {size} error")
    sh("dmsetup", "resume", "stick")


# -- a canary on a real disk and a real stick -----------------------------------------------------------------------


def canary(*, careless: bool) -> None:
    """The laptop's disk is ubdb (ext4), the stick is ubda (vfat); the host searches both images afterwards."""
    sh("mkfs.vfat", "/dev/ubda")
    sh("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", "/dev/ubdb")
    mount("vfat", "/dev/ubda", str(DISK), "iocharset=utf8")
    mount("ext4", "/dev/ubdb", "/tmp/laptop")
    from canary import live

    kept = live(Path("/tmp/laptop"), DISK, careless=careless)
    umount(str(DISK))
    umount("/tmp/laptop")
    tell("done " + json.dumps(kept))


def main() -> None:
    work, clone, act, kind, *more = (a for a in sys.argv[1:] if not a.startswith("console="))
    sys.path[:0] = [clone, str(HERE)]
    try:
        system(work)
        if act == "record":
            record(kind, careless=more == ["1"])
            tell("done {}")
        elif act == "canary":
            canary(careless=more == ["1"])
        elif act == "pull":
            pull(*map(int, more))
        else:
            check(kind, *map(int, more))
    except BaseException:
        tell("failed " + json.dumps(traceback.format_exc()))
    os.sync()
    ctypes.CDLL(None).reboot(0x4321FEDC)


if __name__ == "__main__":
    main()
