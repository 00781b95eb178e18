"""The record without screens: unlocking, charts, search, a durable save, sizes."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from ces_tui.care.records import Appointment
from ces_tui.clinic import Clinic
from ces_tui.consult.diagnoses import Diagnoses
from ces_tui.consult.records import Consult, Diagnosis, Draft
from ces_tui.demo.medicines import Order
from ces_tui.demo.recipes import prescription
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import Dispense, DispenseLine, TakenLot
from ces_tui.vault import authors as vaults
from tests.benchmarks.figures import Figure, median, percentile, under
from tests.benchmarks.stage import Stage, open_store

PATIENTS = 200
_DERIVE = "open_credential"
NOTE = (
    "Se siente bien, toma el medicamento todos los días, sin dolor de pecho ni falta de aire. Sin edema, ruidos "
    "cardiacos rítmicos. Presión en meta. Continúa tratamiento, menos sal, caminar 30 minutos."
)


def sample(clinic: Clinic, seed: int, count: int = PATIENTS) -> list[tuple[str, Patient]]:
    """`count` patients drawn by seed: (id, record)."""
    everyone = [(s.id, s.record) for s in clinic.vault.shelf("patient", Patient).all()]
    return Random(f"bench/{seed}").sample(everyone, min(count, len(everyone)))


def unlock(stage: Stage) -> list[Figure]:
    """From the passphrase accepted to everything that Hoy shows, the key derivation of the same opening taken off."""
    stage.close()
    times, derivations = [], []
    for _ in range(max(5, stage.rounds)):
        with timed_derivation() as derived:
            began = time.perf_counter()
            clinic = open_store(stage.store, stage.passphrase)
            clinic.today.view()
            whole = time.perf_counter() - began
        times.append((whole - derived[0]) * 1000)
        derivations.append(derived[0] * 1000)
        clinic.close()
    return [
        under("desbloquear hasta Hoy, sin derivar la llave", median(times), "ms", 150),
        Figure("derivación de la llave (Argon2id)", median(derivations), "ms", note="64 MiB, t=3"),
    ]


@contextmanager
def timed_derivation() -> Iterator[list[float]]:
    """How long the key derivation takes inside the next opening, s."""
    spent = [0.0]
    honest = getattr(vaults, _DERIVE)

    def timed(*args: Any) -> Any:
        began = time.perf_counter()
        try:
            return honest(*args)
        finally:
            spent[0] += time.perf_counter() - began

    setattr(vaults, _DERIVE, timed)
    try:
        yield spent
    finally:
        setattr(vaults, _DERIVE, honest)


def charts(stage: Stage) -> list[Figure]:
    """A chart opened from the disk: summary and timeline."""
    clinic, times = stage.clinic, []
    clinic.chart.summary(sample(clinic, stage.seed, 1)[0][0])
    for patient, _ in sample(clinic, stage.seed):
        clinic.vault.drawers.forget()
        clinic.vault.doc_ids("patient")
        began = time.perf_counter()
        clinic.chart.summary(patient)
        clinic.chart.timeline(patient)
        times.append((time.perf_counter() - began) * 1000)
    return [
        Figure("abrir expediente (resumen y línea del tiempo), p50", median(times), "ms"),
        under("abrir expediente, p95", percentile(times, 0.95), "ms", 150),
    ]


def search(stage: Stage) -> list[Figure]:
    """Keys and milliseconds to find 200 people drawn by seed, half of them misspelt."""
    clinic, rng = stage.clinic, Random(f"bench/search/{stage.seed}")
    clinic.registry.find("calentar")
    keys: list[int] = []
    times: list[float] = []
    for n, (patient, record) in enumerate(sample(clinic, stage.seed)):
        query = f"{record.given[:3]} {record.surname1[:3]} {record.surname2}".lower().strip()
        query = misspelt(query, rng) if n % 2 else query
        keys.append(keys_to_find(clinic, patient, query, times))
    expected = [_expected_keys(clinic, line.patient) for line in clinic.today.view().due]
    found = [
        under(
            "buscar: teclas, mediana",
            median(keys),
            "teclas",
            9,
            note="200 pacientes, tres letras de cada nombre, la mitad mal escritos",
        ),
        under("buscar: teclas, p90", percentile(keys, 0.9), "teclas", 14),
        under("buscar: cada lista, p99", percentile(times, 0.99), "ms", 50),
    ]
    if expected:
        found.append(under("buscar a quien tiene cita hoy, mediana", median(expected), "teclas", 4))
    return found


def keys_to_find(clinic: Clinic, patient: str, query: str, times: list[float]) -> int:
    """`/`, letters typed one by one until the person is among the first nine, arrows down to them, Enter."""
    fewest = 1 + len(query) + 9 + 1
    for typed in range(1, len(query) + 1):
        if 1 + typed + 1 >= fewest:
            break
        began = time.perf_counter()
        shown = [match.id for match in clinic.registry.find(query[:typed], limit=9)]
        times.append((time.perf_counter() - began) * 1000)
        if patient in shown:
            fewest = min(fewest, 1 + typed + shown.index(patient) + 1)
    return fewest


def _expected_keys(clinic: Clinic, patient: str) -> int:
    """`/`, the number (one or two digits) that stands before everybody expected today, Enter; else letters of the first surname."""
    expected = [match.id for match in clinic.registry.find("", limit=99)]
    if patient in expected:
        return 2 + len(str(expected.index(patient) + 1))
    record = clinic.vault.shelf("patient", Patient).get(patient).record
    return keys_to_find(clinic, patient, record.surname1.lower(), [])


def misspelt(query: str, rng: Random) -> str:
    """One slip of the finger or the ear: a letter lost, doubled, swapped, or written as it sounds."""
    sounds = (("v", "b"), ("z", "s"), ("c", "s"), ("ll", "y"), ("h", ""), ("qu", "k"), ("g", "j"), ("í", "i"))
    if rng.random() < 0.5:
        for old, new in rng.sample(sounds, len(sounds)):
            if old in query:
                return query.replace(old, new, 1)
    at = rng.randrange(1, len(query) - 1)
    kind = rng.randrange(3)
    if kind == 0:
        return query[:at] + query[at + 1 :]
    if kind == 1:
        return query[:at] + query[at] + query[at:]
    return query[:at] + query[at + 1] + query[at] + query[at + 2 :]


def save(stage: Stage) -> list[Figure]:
    """A consult with its dispense, saved durably: the commit alone, and signing with every check, beside two floors."""
    clinic = stage.clinic
    rounds = 10 * stage.rounds
    people = sample(clinic, stage.seed, rounds)
    adults = [
        (patient, record)
        for patient, record in sample(clinic, stage.seed + 1, 4 * rounds)
        if record.birth.year < clinic.desk.today().year - 20
    ]
    floor = PlainSqlite(stage.home / "floor.db")
    disk, plain, commits, signs = [], [], [], []
    for (patient, _), (adult, _) in zip(
        people, adults, strict=False
    ):  # interleaved: the disk's mood is shared
        disk.append(_append(stage.home / "floor.bin"))
        plain.append(floor.save())
        commits.append(_commit(clinic, patient))
        signs.append(_sign(clinic, adult))
    floor.close()
    wall, cpu = [w for w, _ in commits], [c for _, c in commits]
    sign_wall, sign_cpu = [w for w, _ in signs], [c for _, c in signs]
    return [
        under("guardar consulta y surtido: CPU", median(cpu), "ms", 0.6, note="una transacción del archivo, sin las reglas"),
        Figure("guardar consulta y surtido: p50", median(wall), "ms", floor=median(disk), floor_name="1 KB + fdatasync"),
        Figure("guardar consulta y surtido: p95", percentile(wall, 0.95), "ms"),
        Figure(
            "guardar frente a SQLite sin cifrar", median(wall), "ms", floor=median(plain),
            floor_name="los mismos documentos en SQLite, EXTRA + WAL",
        ),
        Figure("firmar con todas las reglas: p50", median(sign_wall), "ms"),
        Figure("firmar con todas las reglas: p95", percentile(sign_wall, 0.95), "ms"),
        Figure("firmar con todas las reglas: CPU", median(sign_cpu), "ms"),
    ]  # fmt: skip


def _commit(clinic: Clinic, patient: str) -> tuple[float, float]:
    """Wall and CPU ms of one transaction: note, dispense of two medicines, next appointment."""
    vault, today, me = clinic.vault, clinic.desk.today(), clinic.me.id
    consult, dispense, at = vault.new_id(), vault.new_id(), clinic.desk.now()
    note = Consult(
        day=today, at=at, author=me, subjective=NOTE, analysis="En control.", plan="Igual.", dispense=dispense,
        diagnoses=(Diagnosis(text="Hipertensión arterial", code="I10", primary=True),),
        prescription=(prescription(Order("losartan", 1, days=30)), prescription(Order("amlodipino", 1, days=30))),
    )  # fmt: skip
    lot = TakenLot(lot=vault.new_id(), number="MED1", expiry=today, source="CES", quantity=0)
    lines = tuple(
        DispenseLine(item=line.item, name=line.name, asked=30, given=(lot,), days=30)
        for line in note.prescription
    )
    clinic.chart.summary(patient)
    began, busy = time.perf_counter(), time.process_time()
    with vault.transaction(day=today):
        vault.shelf("consult", Consult, patient=patient).add(note, id=consult)
        vault.shelf("dispense", Dispense, patient=patient).add(
            Dispense(lines=lines, author=me, at=at, day=today, consult=consult), id=dispense
        )
        vault.shelf("appointment", Appointment, patient=patient).add(
            Appointment(day=today, due=today + timedelta(days=28), reason="Control", source=consult)
        )
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000


def _sign(clinic: Clinic, patient: str) -> tuple[float, float]:
    draft = draft_for()
    clinic.chart.summary(patient)
    began, busy = time.perf_counter(), time.process_time()
    clinic.consults.sign(draft, patient)
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000


def draft_for() -> Draft:
    """A short note with one medicine that is always on the shelf."""
    return Draft(
        came="sin_cita", reason="Dolor de cabeza", subjective=NOTE, objective="Sin datos de alarma.",
        analysis="Cefalea tensional.", plan="Paracetamol si hay dolor.", prognosis="bueno",
        diagnoses=(Diagnosis(text="Cefalea", code="R51", primary=True, first_time=True),),
        prescription=(prescription(Order("paracetamol", 1, 0, 0, 1, days=3)),), next_text="30",
    )  # fmt: skip


def _append(path: Path) -> float:
    """The disk's own floor: append a kilobyte and wait for it, ms."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        began = time.perf_counter()
        os.write(descriptor, b"x" * 1024)
        os.fdatasync(descriptor)
        return (time.perf_counter() - began) * 1000
    finally:
        os.close(descriptor)


class PlainSqlite:
    """The same three documents as JSON rows of an unencrypted SQLite with our PRAGMAs."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "locking_mode=EXCLUSIVE",
            "synchronous=EXTRA",
            "journal_mode=WAL",
            "wal_autocheckpoint=0",
        ):
            self.db.execute(f"PRAGMA {pragma}").fetchall()
        self.db.execute("CREATE TABLE doc(k INTEGER PRIMARY KEY, body TEXT)")
        body = msgspec.json.encode(draft_for().body()).decode()
        self.parts = (body, body[:600], body[:200])

    def save(self) -> float:
        """Milliseconds of one durable commit."""
        began = time.perf_counter()
        self.db.execute("BEGIN IMMEDIATE")
        for part in self.parts:
            self.db.execute("INSERT INTO doc(body) VALUES(?)", (part,))
        self.db.execute("COMMIT")
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        self.db.close()


def size(stage: Stage) -> list[Figure]:
    """What the store weighs."""
    stage.close()
    total = sum(f.stat().st_size for f in stage.store.iterdir()) / 1e6
    count = stage.clinic.vault.container.db.execute("SELECT count(*) FROM doc").fetchone()[0]
    entries = stage.clinic.vault.state.n
    return [Figure("tamaño del expediente", total, "MB", note=f"{count} documentos, {entries} asientos")]


def diagnoses(_stage: Stage) -> list[Figure]:
    """How often the diagnosis meant stands first: 200 phrases as clinicians type them, and 50 with slips, only reported."""
    from tests.unit.consult.phrases import measure, phrases, slipped

    found: list[Figure] = []
    known = Diagnoses()
    for text, asked, note in (
        (
            "200 frases",
            phrases(),
            "escritas antes que los sinónimos (entonces 86.5), que se ampliaron con ellas",
        ),
        (
            "50 con errores de dedo",
            slipped(),
            "las mismas, con otras reglas de error; no se ajustó nada con ellas",
        ),
    ):
        got = measure(asked, known)
        found.append(Figure(f"diagnóstico en la primera línea, {text}", got.first * 100, "%", note=note))
        found.append(Figure(f"diagnóstico entre los cinco primeros, {text}", got.five * 100, "%"))
    return found
