"""Build a demo store: a real vault with random keys, filled from the story, and a `passphrase.txt` beside it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from ces_tui.base.clock import Clock, FixedClock, SystemClock, clinical_day
from ces_tui.base.errors import BadInput, NotFound
from ces_tui.base.files import replace_file
from ces_tui.base.platform.lock import LockFile
from ces_tui.base.words import five_words
from ces_tui.clinic import Clinic, projector
from ces_tui.demo import names
from ces_tui.demo.coordination import OFFICE_FOLDER, clear_extras, make_office
from ces_tui.demo.ids import SeededIds
from ces_tui.demo.live import LIVE_DAYS, LiveWriter
from ces_tui.demo.story import VERSION, Plan, Story, instant
from ces_tui.demo.writer import Writer
from ces_tui.vault.create import NewPerson, create_store
from ces_tui.vault.header import NAME, ClinicInfo, EscrowInfo, OfficeInfo
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.reserve import NAME as RESERVE
from ces_tui.vault.vault import LOCK, Vault

PASSPHRASE_FILE = "passphrase.txt"  # noqa: S105 - a file name

STAMP_FILE = "demo.json"

Progress = Callable[[int, int], None]
"""Called with (days told, days in all)."""


class Stamp(msgspec.Struct, frozen=True):
    """What a demo store was built from; written last, so that a half-built one has none."""

    day: date
    seed: int
    patients: int
    years: float
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Built:
    """What a build leaves."""

    folder: Path
    passphrase: str
    days: int
    patients: int
    refused: int = 0
    """Notes of the last days that a rule of care refused to sign (see `live.py`)."""


def build(
    folder: Path,
    *,
    seed: int = 1,
    patients: int = 300,
    years: float = 1,
    clock: Clock | None = None,
    profile: KdfProfile = STANDARD,
    progress: Progress | None = None,
    office: OfficeInfo | None = None,
    escrow: EscrowInfo | None = None,
    with_office: bool = False,
) -> Built:
    """Make the demo clinic in `folder`; BadInput when there is a store already.

    With `with_office` its coordination office is made too, in `oficina/` below it, under the same passphrase.
    People, events and document ids depend on `seed`, size and today; keys, store id and nonces never.
    """
    now = (clock or SystemClock()).now_ms()
    plan = Plan(clinical_day(now), seed, patients, years)
    story = Story(plan)
    moving = FixedClock(now)
    ids = SeededIds(seed, plan.today, now)
    moving.ms = ids.at(instant(plan.first, 7 * 60))
    passphrase = five_words(secrets.randbelow)
    if with_office:
        card = make_office(folder, passphrase, moving, profile)
        office, escrow = card.office, card.escrow
    header = create_store(
        folder,
        ClinicInfo(names.CLINIC, names.CLINIC_CODE, demo=True),
        [NewPerson(name, role, passphrase) for name, role in names.STAFF],
        clock=moving,
        office=office,
        escrow=escrow,
        profile=profile,
        projector=projector(),
    )
    replace_file(folder / PASSPHRASE_FILE, f"{passphrase}\n".encode())
    clinic = Clinic(Vault.open(folder, header.people[0].id, passphrase, moving, projector()), moving)
    try:
        for person in header.people[1:]:
            clinic.login(person.id, passphrase)
        clinic.vault.make_id = ids
        told, refused = _fill(clinic, Writer(clinic, moving, ids), story, progress)
    finally:
        clinic.close()
    replace_file(folder / STAMP_FILE, msgspec.json.encode(Stamp(plan.today, seed, patients, years)))
    return Built(folder, passphrase, told, len(story.people), refused)


def _fill(clinic: Clinic, writer: Writer, story: Story, progress: Progress | None) -> tuple[int, int]:
    total = (story.plan.today - story.plan.first).days + 1
    live_from = story.plan.today - timedelta(days=LIVE_DAYS)
    told, live = 0, None
    with clinic.vault.bulk():
        for day in story.days():
            if live is None and day.day >= live_from:
                live = LiveWriter(clinic, writer.clock, writer.ids, before=writer)
            (live or writer).write(day)
            told += 1
            if progress:
                progress((day.day - story.plan.first).days + 1, total)
    return told, live.refused if live else 0


def demo_passphrase(folder: Path) -> str | None:
    """The passphrase of a demo store, from the file beside it; None when there is none."""
    try:
        return (folder / PASSPHRASE_FILE).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def stamp_of(folder: Path) -> Stamp | None:
    """What a finished demo store was built from; None when it was not finished or is none."""
    try:
        return msgspec.json.decode((folder / STAMP_FILE).read_bytes(), type=Stamp)
    except (OSError, msgspec.DecodeError):
        return None


def clear(folder: Path) -> None:
    """Remove a demo store's own files from `folder`; StoreBusy while it is open. BadInput when it is no demo."""
    if folder.name != OFFICE_FOLDER:
        clear(folder / OFFICE_FOLDER)
    try:
        header = Vault.peek(folder)
    except NotFound:
        return
    if not header.clinic.demo:
        raise BadInput("En esa carpeta hay un expediente que no es de demostración. No se cambió nada.")
    clear_extras(folder)
    lock = LockFile(folder / LOCK)
    lock.acquire()
    try:
        for mine in (
            folder / STAMP_FILE,
            folder / NAME,
            *folder.glob("store-*.db*"),
            folder / PASSPHRASE_FILE,
            folder / RESERVE,
        ):
            mine.unlink(missing_ok=True)
    finally:
        lock.release()
