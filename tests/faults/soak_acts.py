"""What is done at a clinic or at the office on one day of a long soak; each of these runs in a child that may die."""

from __future__ import annotations

import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused
from ces_tui.clinic import Clinic, projector
from ces_tui.sync.backup_files import restore
from ces_tui.vault.copies import SUFFIX, copies_folder, peek_packed
from ces_tui.vault.vault import Vault
from tests.faults import stock
from tests.faults.checks import report_of
from tests.faults.children import Tell
from tests.support import CHEAP, PASSPHRASE, open_clinic

Chains = dict[str, tuple[int, str]]
"""How far each log of a device is held: "device/incarnation" -> (contiguous to, hash there)."""
PATIENTS = 1500
KEPT = 2
"""Copies that stay on a disk after a new one, for room: the model asks for the last one only."""
_DRAFT = "e" * 32
_WORDS = [
    "dolor",
    "control",
    "presión",
    "cefalea",
    "tos",
    "fiebre",
    "niega",
    "refiere",
    "acude",
    "embarazo",
    "diabetes",
    "glucosa",
    "plan",
    "cita",
]


def own_chains(clinic: Clinic) -> Chains:
    """The logs of this store's own device, all its incarnations."""
    vault = clinic.vault
    return {k: (c.to, c.head) for k, c in vault.state.chains.items() if k.startswith(vault.device_id)}


def opened(folder: Path, ms: int, promised: Chains, role: str = "pasante") -> Clinic:
    """The store after whatever was done to it: everything promised must be there."""
    clinic = open_clinic(folder, FixedClock(ms), role)
    for key, (to, head) in promised.items():
        held = clinic.vault.state.chains.get(key)
        assert held is not None and held.to >= to, (
            f"{to - (held.to if held else 0)} promised entries are gone"
        )
        assert to == 0 or clinic.vault.row_of(bytes.fromhex(head)) is not None, "another entry has the number"
    return clinic


def work_a_day(folder: Path, ms: int, day: int, promised: Chains, known: list[str], tell: Tell) -> None:
    """Consults without end of known people and new ones, each told when it is saved.

    What is told: log, sequence, hash, how long the journal is, and whose consult it was.
    """
    clinic, rng = opened(folder, ms, promised), random.Random(ms)
    vault, wal = clinic.vault, Path(f"{folder / Vault.peek(folder).db}-wal")
    vault.container.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a quiet moment in the morning
    people, met = list(known), set(known)
    key = f"{vault.device_id}/{vault.inc}"
    date = datetime.fromtimestamp(day * 86_400 + 1_793_600_000, UTC).date()  # what a person confirms
    while True:
        patient = (
            vault.new_id() if len(people) < PATIENTS and rng.random() < 0.2 else rng.choice(people or [""])
        )
        text = " ".join(rng.choices(_WORDS, k=60))
        vault.drafts.save(_DRAFT, place="consulta", patient=patient or None, data={"s": text})
        with vault.transaction(day=date) as tx:
            if not patient or patient not in met:
                patient = patient or vault.new_id()
                people.append(patient)
                met.add(patient)
                tx.put("patient", patient, {"given": f"Persona {len(people)}"}, new=True)
            note = {"text": text, "day": date.isoformat()}
            tx.put("consult", vault.new_id(), note, patient=patient, new=True)
            if rng.random() < 0.5:
                tx.put("dispense", vault.new_id(), stock.dispensed(3), patient=patient, new=True)
            tx.drop_draft(_DRAFT)
        size = wal.stat().st_size if wal.exists() else 0
        tell(f"{key} {vault.state.seq} {vault.state.own} {size} {patient}")
        clinic.clock.advance(seconds=60)  # type: ignore[attr-defined]


def read_and_export(
    folder: Path, ms: int, promised: Chains, answers: list[Path], stick: Path, *, clean: bool
) -> tuple[list[Path], Chains, int]:
    """The office's answers that arrived are read, then everything it has not confirmed goes on the stick.

    An answer that builds on one which a restored laptop has lost is refused; the export says so, and the next one fits.
    """
    clinic, refused = opened(folder, ms, promised), 0
    for path in answers:
        try:
            clinic.exchange.read_answer(path)
        except BundleRefused as error:
            assert "falta una anterior" in str(error)
            refused += 1
    done = clinic.exchange.export(stick)
    told = own_chains(clinic)
    if clean:
        clinic.close()
    return list(done.paths), told, refused


def copy_out(folder: Path, ms: int, promised: Chains, stick: Path) -> tuple[Path, Chains]:
    """A verified copy on the clinic's own second stick, and what it holds."""
    clinic = opened(folder, ms, promised)
    held = own_chains(clinic)
    stick.mkdir(exist_ok=True)
    made = clinic.backups.copy_to(stick)
    clinic.close()
    for place, like in ((stick, f"*{SUFFIX}"), (copies_folder(folder), "*")):
        for old in sorted(place.glob(like), key=lambda path: path.stat().st_mtime_ns)[:-KEPT]:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    return made.path, held


def change_people(folder: Path, ms: int, promised: Chains, name: str) -> Chains:
    """The next pasante is enrolled and takes the last one's access away: a new key for everything."""
    clinic = opened(folder, ms, promised)
    leaver = clinic.me.id
    comer = clinic.team.add(name, "pasante", PASSPHRASE, profile=CHEAP)
    clinic.login(comer.id, PASSPHRASE)
    clinic.team.remove(leaver)
    told = own_chains(clinic)
    clinic.close()
    assert leaver not in {s.to for s in Vault.peek(folder).slots}
    return told


def begin_again(folder: Path, ms: int, copy: Path, held: Chains) -> tuple[Chains, list[str]]:
    """On a fresh laptop, from the second stick: everything that the copy held is there. Its logs and its people."""
    shutil.rmtree(folder)
    shutil.rmtree(copies_folder(folder), ignore_errors=True)
    me = next(p.id for p in peek_packed(copy).people if p.role == "pasante")
    assert restore(copy, folder, me, PASSPHRASE, projector()).ok
    clinic = opened(folder, ms, held)
    told = own_chains(clinic), list(clinic.vault.doc_ids("patient"))
    clinic.close()
    return told


def receive_and_answer(
    folder: Path, ms: int, bundles: list[Path], clinics: list[str], stick: Path
) -> dict[str, Path]:
    """The office unites what arrived, some of it twice, and answers each of these clinics; then the power fails."""
    office = open_clinic(folder, FixedClock(ms), "coordinacion")
    office.vault.container.checkpoint()
    for path in bundles:
        assert office.office.import_file(path).state in {"new", "already"}
    return {clinic: office.office.answer(clinic, stick).path for clinic in clinics}


def held_at(folder: Path, ms: int, must: Chains, role: str) -> tuple[int, int]:
    """(entries, bytes) of a store at the end; everything that must be there is, and every seal and signature is good."""
    clinic = opened(folder, ms, must, role)
    me, entries, size = (
        clinic.me.id,
        clinic.vault.state.n,
        sum(p.stat().st_size for p in folder.glob("store-*")),
    )
    clinic.close()
    report = report_of(folder, person=me)
    assert report.ok, report.damaged[:5]
    return entries, size
