"""The clinic's day that is recorded, and what must hold of whatever a power cut leaves of its disk."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ["PYTEST_CURRENT_TEST"] = "uml"
import pytest  # noqa: F401 - cheap keys are for tests only, and this is one

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.sync import age, bundle, stick
from ces_tui.vault import container
from tests.faults.checks import is_whole, says_it_plainly
from tests.support import make_store, open_clinic
from tests.unit.office.support import make_pair

Promise = Callable[[str], None]
SAVES = int(os.environ.get("CES_UML_SAVES", "12"))


def spoil() -> None:
    """A program that syncs less than it says: the cuts must find it out."""
    setattr(stick, "fsync_path", lambda _path: None)  # noqa: B010 - an imported name
    kept = [pragma for pragma in container._PRAGMAS if pragma[0] != "synchronous"]
    container._PRAGMAS = (("synchronous", "NORMAL", 1), *kept)


def saves(disk: Path, promise: Promise) -> None:
    """Consults on the laptop's own disk; each autosaved first."""
    clock = FixedClock.at(2026, 11, 20)
    make_store(disk / "store", clock)
    clinic = open_clinic(disk / "store", clock)
    patient = clinic.vault.new_id()
    os.sync()
    promise("begun")
    for n in range(SAVES):
        clinic.vault.drafts.save("e" * 32, place="consulta", data={"n": n})
        with clinic.vault.transaction():
            clinic.vault.chart(patient).table("consult").insert({"n": n})
            clinic.vault.hot.table("item").insert({"n": n})
            clinic.vault.drafts.drop("e" * 32)
        promise(f"saved:{n + 1}")
        if n % 5 == 4:
            clinic.vault.container.checkpoint()
    clinic.close()
    promise("closed")


def look_at_store(disk: Path, marks: tuple[str, ...]) -> None:
    """Whole, no save half there, and none of those that were promised is missing."""
    shutil.rmtree(os.environ["XDG_STATE_HOME"], ignore_errors=True)
    store = disk / "store"
    clock = FixedClock.at(2026, 11, 20)
    clinic = open_clinic(store, clock)
    items = sorted(d["n"] for d in clinic.vault.hot.table("item").all())
    notes = sum(1 for e in clinic.vault.entries() for c in e.header.ch if c.t == "consult")
    clinic.close()
    promised = max((int(m.split(":")[1]) for m in marks if m.startswith("saved")), default=0)
    assert items == list(range(len(items))) and notes == len(items), "half a save"
    assert len(items) >= promised, f"{promised} were promised, {len(items)} are there"
    assert is_whole(store)


def exports(disk: Path, promise: Promise) -> None:
    """Bundles and a copy on a stick; each promise says which file is whole."""
    clock = FixedClock.at(2026, 11, 20)
    pair = make_pair(Path("/tmp"), clock)
    (Path("/mnt") / "escrow").write_text(pair.new_office.escrow_secret)
    pair.write(2)
    promise("begun")
    for _ in range(3):
        pair.write(3)
        path = pair.clinic.exchange.export(disk).paths[0]
        promise(f"file:{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}")
    made = pair.clinic.backups.copy_to(disk).path
    promise(f"file:{made.name}:{hashlib.sha256(made.read_bytes()).hexdigest()}")
    pair.close()


def look_at_stick(disk: Path, marks: tuple[str, ...]) -> None:
    """Every file that was promised is there, byte for byte; a bundle under its final name opens or was not promised."""
    for mark in marks:
        if mark.startswith("file:"):
            _, name, digest = mark.split(":")
            assert hashlib.sha256((disk / name).read_bytes()).hexdigest() == digest, f"{name} was promised"
            if name.endswith(".age"):
                secret = age.identity_bytes((Path("/mnt") / "escrow").read_text())
                assert bundle.split(age.decrypt((disk / name).read_bytes(), [secret]))


_TOUCHES = {
    "open",
    "os.rename",
    "os.remove",
    "os.listdir",
    "os.scandir",
    "os.mkdir",
    "os.utime",
    "os.truncate",
}


class Pulled:
    """A clinic and its office, and what must hold of them when a stick goes away in the middle."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.root = root
        self.pair = make_pair(root, FixedClock.at(2026, 11, 20))
        self.pair.write(2)
        self.pair.introduce()
        self._disk, self._left = "", 0
        self._pull: Callable[[], None] = os.sync
        self.gone = False

    def hear(self, event: str, args: tuple[object, ...]) -> None:
        """An audit hook: before the Nth thing that is done below the stick's folder, the stick is pulled out."""
        if self._disk and event in _TOUCHES and any(str(a).startswith(self._disk) for a in args):
            self._left -= 1
            if self._left == 0:
                self._disk, self.gone = "", True
                self._pull()

    def prepare(self, act: str, disk: Path) -> Callable[[int, Callable[[], None]], str]:
        """Something new to carry; what to do while the stick goes."""
        self.pair.write(2)
        work: Callable[[], object]
        if act == "import":
            file = self.pair.clinic.exchange.export(disk).paths[0]
            work = partial(self.pair.office.import_file, file)
        elif act == "copy":
            work = partial(self.pair.clinic.backups.copy_to, disk)
        else:
            work = partial(self.pair.clinic.exchange.export, disk)

        def attempt(moment: int, pull: Callable[[], None]) -> str:
            self.gone, self._disk, self._left, self._pull = False, str(disk), moment, pull
            try:
                work()
            except CesError as error:
                assert says_it_plainly(error), str(error)
                return "refused"
            finally:
                self._disk = ""
            return "done"

        return attempt

    def look(self) -> None:
        """Both stores are whole, and the next stick carries everything."""
        stick_folder = self.root / "next"
        stick_folder.mkdir()
        self.pair.office.import_file(self.pair.clinic.exchange.export(stick_folder).paths[0])
        held = self.pair.office.status()[0].devices[0]
        assert (held.contiguous, held.gaps) == (self.pair.clinic.vault.state.seq, ())
        shutil.rmtree(stick_folder)
        for name in ("clinic", "office"):
            shutil.copytree(self.root / name, self.root / "looked")
            assert is_whole(self.root / "looked"), name
            shutil.rmtree(self.root / "looked")
