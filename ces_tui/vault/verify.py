"""`verify`: every row opens, the log is dense and chained, documents are what the log gives, projections what a rebuild gives.

Nothing is changed. What is wrong is named row by row; the log is the record, so a document or projection row that
differs from it is the damaged one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from ces_tui.base.clock import Clock
from ces_tui.base.errors import DiskProblem, StoreDamaged
from ces_tui.base.platform.lock import LockFile
from ces_tui.vault import header as headers
from ces_tui.vault import settings
from ces_tui.vault.authors import keys_of
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair, good_signature, unwrap_key
from ces_tui.vault.drafts import Draft
from ces_tui.vault.entry import Entry, body_hash, first_prev
from ces_tui.vault.packing import unpack_doc, unpack_log, unpack_proj
from ces_tui.vault.projections import Projector
from ces_tui.vault.rebuild import Contributions
from ces_tui.vault.receive import AUTHORS, authors_of
from ces_tui.vault.seal import DrawerNumbers, RowDoesNotOpen, RowSealer, kv_number
from ces_tui.vault.state import LogState
from ces_tui.vault.types import BY_NAME, drawer_of
from ces_tui.vault.vault import LOCK
from ces_tui.vault.verify_absent import absent_documents, absent_rows
from ces_tui.vault.verify_expected import Expected

_CUT = "no coincide con el archivo; si hubo un corte al cambiar personas, abra el expediente una vez y revise otra vez"
_SECRETS = ("head", "index", "device", "inc", "drafts", "machine", settings.LIST)
Progress = Callable[[str, int, int], None]


class Damage(Struct, frozen=True, omit_defaults=True):
    """One thing that is not as it was written: the table, the row (number or kv name), and what is wrong."""

    table: str
    row: int | str
    what: str
    type: str = ""
    doc: str = ""


class Report(Struct, frozen=True):
    """What `verify` found."""

    ok: bool
    entries: int
    documents: int
    damaged: tuple[Damage, ...]


def verify_store(
    folder: Path,
    person_id: str,
    passphrase: str,
    *,
    projector: Projector,
    clock: Clock | None = None,  # noqa: ARG001 - one signature for all who open a store
    signatures: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Check a store that nobody has open. WrongPassphrase, StoreBusy or NotFound when it can't be looked at."""
    raw, header = headers.read_file(folder)
    keys = keys_of(header, person_id, passphrase)
    lock = LockFile(folder / LOCK)
    lock.acquire()
    try:
        data_key = unwrap_key(header.slot(person_id).box, keys.x, header.store_bytes, header.epoch, person_id)
        check = Checker(folder, header, data_key, projector, signatures=signatures, progress=progress)
        try:
            headers.check(raw, header, data_key)
        except StoreDamaged:
            check.damage("header", headers.NAME, "el encabezado fue alterado")
        return check.run(raw)
    finally:
        lock.release()


class Checker:
    """One pass over everything."""

    def __init__(
        self,
        folder: Path,
        header: headers.Header,
        data_key: bytes,
        projector: Projector,
        *,
        signatures: bool,
        progress: Progress | None,
    ) -> None:
        self._path = folder / header.db
        self._header = header
        self._sealer = RowSealer(data_key, header.store_bytes, header.epoch)
        self._projector = projector
        self._signatures = signatures
        self._progress = progress or (lambda _what, _done, _all: None)
        self._found: list[Damage] = []
        self._docs: dict[str, Expected] = {}
        self._bad_logs: set[int] = set()
        self._months: Counter[bytes] = Counter()
        self._entries = 0
        self._known = 0
        """The last log row that the tables know of: what follows from later ones is worked out at the next opening."""
        self._own = ""
        self._outside: dict[str, bytes] = {}
        self._owned: set[int] = set()
        """Projection rows that some document names as its own."""

    def damage(self, table: str, row: int | str, what: str, *, type_name: str = "", doc: str = "") -> None:
        self._found.append(Damage(table, row, what, type_name, doc))

    def run(self, raw_header: bytes) -> Report:
        documents = 0
        try:
            self._db = Container(self._path)
        except StoreDamaged as error:
            self.damage("database", self._header.db, str(error))
            return Report(False, 0, 0, tuple(self._found))
        try:
            secrets = self._check_kv(raw_header)
            state = msgspec.json.decode(secrets["head"], type=LogState) if "head" in secrets else None
            self._outside = authors_of(secrets.get(f"set/{AUTHORS}"))
            self._own = KeyPair.from_bytes(secrets["device"]).id if "device" in secrets else ""
            hashes = self._check_log(state)
            if "index" in secrets:
                numbers = DrawerNumbers(secrets["index"], self._header.store_bytes)
                self._check_seen(numbers, hashes)
                documents = self._check_docs(numbers)
                self._check_projections(numbers)
                self._check_drafts(numbers, secrets.get("drafts"))
        except (StoreDamaged, DiskProblem) as error:
            self.damage("database", self._header.db, str(error))
        finally:
            self._db.close()
        return Report(not self._found, self._entries, documents, tuple(self._found))

    # -- kv ------------------------------------------------------------------------------------------------

    def _check_kv(self, raw_header: bytes) -> dict[str, bytes]:
        opened: dict[str, bytes] = {}
        clear = {
            "format": str(headers.FORMAT).encode(),
            "store": self._header.store_bytes,
            "header": raw_header,
        }
        names = [k for (k,) in self._db.execute("SELECT k FROM kv")]
        present = {k for k in names if isinstance(k, str)}
        if len(present) < len(names):
            self.damage("kv", "?", "un renglón sin nombre")
        for name, value in clear.items():
            if self._db.kv(name) != value:
                self.damage("kv", name, _CUT if name == "header" else "falta o no coincide")
        for name in sorted((present - set(clear)) | set(_SECRETS)):
            body = self._db.kv(name)
            if body is None:
                self.damage("kv", name, "falta")
                continue
            try:
                opened[name] = self._sealer.open("kv", kv_number(name), body)
            except RowDoesNotOpen:
                self.damage("kv", name, "no abre")
        self._compare_settings(opened)
        return opened

    def _compare_settings(self, opened: dict[str, bytes]) -> None:
        """What the list of settings names must be there as it was written last."""
        if settings.LIST not in opened:
            return  # already named
        listed = settings.read_listing(opened[settings.LIST])
        told = {d.row for d in self._found if d.table == "kv"}
        for name in sorted((set(listed) | set(opened)) - settings.MOVING - told):
            if name not in opened:
                self.damage("kv", name, "falta")
            elif listed.get(name) != settings.fingerprint(opened[name]):
                self.damage("kv", name, "no es lo último que se escribió")

    # -- the log -------------------------------------------------------------------------------------------

    def _check_log(self, state: LogState | None) -> dict[int, bytes]:
        end = self._end_of_log(state)
        self._known = end if state is None or state.applied is None else state.applied
        hashes: dict[int, bytes] = {}
        chains: dict[str, dict[int, tuple[str, str]]] = {}
        people = self._known_people()
        for k in range(1, end + 1):
            if k % 2000 == 1:
                self._progress("registros", k, end)
            entry = self._log_row(k)
            if entry is None:
                self._bad_logs.add(k)
                continue
            self._entries += 1
            hashes[k] = entry.hash
            header = entry.header
            chains.setdefault(f"{header.dev}/{header.inc}", {})[header.seq] = (header.prev, entry.hash.hex())
            self._expect(entry, k, people)
        self._check_chains(chains)
        if (
            state is not None
            and end not in self._bad_logs
            and (state.n != end or hashes.get(end, b"").hex() != state.last)
        ):
            self.damage("kv", "head", "no corresponde al último registro (¿se repuso uno anterior?)")
        return hashes

    def _end_of_log(self, state: LogState | None) -> int:
        """The last row to look for; a number that rot has made is named, and not counted up to."""
        ((rows,),) = self._db.execute("SELECT count(*) FROM log")
        most = max(2 * rows, state.n if state else 0)
        for (k,) in self._db.execute("SELECT k FROM log WHERE k < 1 OR k > ?", (most,)):
            self.damage("log", k, "está fuera de su lugar")
        return max(self._db.last("log", 1, most + 1) or 0, state.n if state else 0)

    def _log_row(self, k: int) -> Entry | None:
        body = self._db.row("log", k)
        if body is None:
            self.damage("log", k, "falta")
            return None
        try:
            entry = unpack_log(self._sealer.open("log", k, body))
        except StoreDamaged:
            self.damage("log", k, "no abre")
            return None
        for change, salt, raw in zip(entry.header.ch, entry.salts, entry.bodies, strict=True):
            if raw is not None and body_hash(salt, raw) != change.h:
                self.damage(
                    "log", k, "el texto no coincide con su huella", type_name=change.t, doc=change.doc
                )
        return entry

    def _expect(self, entry: Entry, k: int, people: dict[str, bytes]) -> None:
        for change, raw in zip(entry.header.ch, entry.bodies, strict=True):
            if change.t in {"person", "device"} and raw is not None:
                value = msgspec.json.decode(raw)
                if isinstance(value, dict) and isinstance(value.get("ed"), str):
                    people.setdefault(change.doc, bytes.fromhex(value["ed"]))
            kind = BY_NAME.get(change.t)
            if kind is None or change.tv > kind.version or k > self._known:
                continue
            if kind.clinical and change.day:
                key = {"d": entry.header.dev, "i": entry.header.inc, "m": change.day[:7]}
                self._months[msgspec.json.encode(key)] += 1
            expected = self._docs.setdefault(
                change.doc, Expected(change.t, change.pat, drawer_of(kind, change.doc, change.pat))
            )
            expected.add(change.rev, change.par, k, raw, entry)
        if self._signatures:
            author = people.get(entry.header.by)
            if author is None or not good_signature(author, entry.signature, entry.hash):
                self.damage("log", k, "la firma no es de quien dice")

    def _check_chains(self, chains: dict[str, dict[int, tuple[str, str]]]) -> None:
        if self._bad_logs:
            return  # what is missing is already named; its neighbours can't be compared
        for name, rows in chains.items():
            dev, _, inc = name.partition("/")
            for seq, (prev, _) in rows.items():
                before = rows.get(seq - 1)
                # of others only a part may be held: an office that began again from a copy names an entry it never sent
                begins = seq != 1 or dev != self._own or _begins(prev, dev, inc, chains)
                good = prev == before[1] if before else begins
                if not good:
                    self.damage("log", f"{name}/{seq}", "la cadena no continúa")

    def _known_people(self) -> dict[str, bytes]:
        header = self._header
        found = self._outside | {p.id: bytes.fromhex(p.ed) for p in header.people}
        found |= {d.id: bytes.fromhex(d.ed) for d in header.devices}
        if header.office is not None:
            found[header.office.id] = bytes.fromhex(header.office.ed)
        return found

    # -- what is made from it ------------------------------------------------------------------------------

    def _check_seen(self, numbers: DrawerNumbers, hashes: dict[int, bytes]) -> None:
        expected = {numbers.seen(digest): k for k, digest in hashes.items() if k <= self._known}
        held = dict(self._db.execute("SELECT k, n FROM seen"))
        for tag, k in expected.items():
            if held.get(tag) != k:
                self.damage("seen", tag, f"falta o no coincide (registro {k})")
        for tag, k in held.items():
            if tag not in expected and k not in self._bad_logs:
                self.damage("seen", tag, "sobra")

    def _check_docs(self, numbers: DrawerNumbers) -> int:
        waiting = set(self._docs)
        present = set()
        for k, body in self._db.all_rows("doc"):
            present.add(k)
            try:
                held = unpack_doc(self._sealer.open("doc", k, body))
            except StoreDamaged:
                self.damage("doc", k, "no abre")
                continue
            waiting.discard(held.doc)
            self._owned.update(held.proj)
            expected = self._docs.get(held.doc)
            if expected is None or not expected.gives(held):
                if not any(h.log in self._bad_logs for h in held.heads):
                    self.damage("doc", k, "no es lo que dice el registro", doc=held.doc)
                    continue
                expected = self._docs.setdefault(held.doc, Expected("", held.patient, ""))
            if expected.drawer and not 0 <= k - numbers.base(expected.drawer) < 1 << 19:
                self.damage("doc", k, "está fuera de su lugar", doc=held.doc)
        broken = sum(1 for d in self._found if d.table == "doc" and d.what == "no abre")
        places = absent_documents({doc: self._docs[doc].drawer for doc in waiting}, numbers, present)
        for doc in sorted(waiting):
            what = "falta (o es uno de los que no abren)" if broken else "falta"
            self.damage("doc", places.get(doc, "?"), what, type_name=self._docs[doc].type, doc=doc)
        return len(present)

    def _check_projections(self, numbers: DrawerNumbers) -> None:
        rebuilt = Contributions(self._projector)
        for doc, expected in self._docs.items():
            if expected.type:
                rebuilt.add(expected.type, doc, expected.patient, expected.body, expected.day)
        for key, n in self._months.items():
            rebuilt.sum("devices", key, {"n": n})
        wanted: Counter[bytes] = Counter()
        of_drawer: dict[bytes, str] = {}
        for drawer, row in rebuilt.rows():
            tag = _tag(drawer, row)
            wanted[tag] += 1
            of_drawer[tag] = drawer
        skip = bool(self._bad_logs)
        present = set()
        for k, body in self._db.all_rows("proj"):
            present.add(k)
            try:
                drawer, row = unpack_proj(self._sealer.open("proj", k, body))
            except (StoreDamaged, IndexError, UnicodeDecodeError):
                self.damage("proj", k, "no abre")
                continue
            tag = _tag(drawer, row)
            if wanted[tag] > 0:
                wanted[tag] -= 1
            elif not skip:
                self.damage("proj", k, f"no es lo que da el registro ({drawer.partition('/')[0]})")
            if not 0 <= k - numbers.base(drawer) < 1 << 19:
                self.damage("proj", k, "está fuera de su lugar")
        if not skip:
            absent = Counter(of_drawer[tag] for tag, n in wanted.items() for _ in range(n))
            broken = {d.row for d in self._found if d.table == "proj"}
            for place, what in absent_rows(absent, numbers, self._owned - present, broken):
                self.damage("proj", place, what)

    def _check_drafts(self, numbers: DrawerNumbers, index: bytes | None) -> None:
        expected: dict[str, int] = msgspec.json.decode(index) if index else {}
        for k, body in self._db.all_rows("draft"):
            try:
                draft = msgspec.json.decode(self._sealer.open("draft", k, body), type=Draft)
            except (StoreDamaged, msgspec.DecodeError):
                self.damage("draft", k, "no abre")
                continue
            told = expected.pop(draft.id, 0)
            if index and told > draft.version:
                self.damage("draft", k, "no es el último guardado")
            elif index and told < draft.version:
                self.damage("kv", "drafts", "no es la última lista de borradores")
        for draft_id in expected:
            if not any(d.table == "draft" and d.row == numbers.draft(draft_id) for d in self._found):
                self.damage("draft", numbers.draft(draft_id), "falta")


def _begins(prev: str, dev: str, inc: str, chains: dict[str, dict[int, tuple[str, str]]]) -> bool:
    """Whether `prev` opens an incarnation: the first of its device, or one that names a hash the device knew."""
    if prev == first_prev(dev, inc):
        return True
    known = (h for name, rows in chains.items() if name.startswith(dev) for _, h in rows.values())
    return any(prev == first_prev(dev, inc, digest) for digest in known)


def _tag(drawer: str, row: bytes) -> bytes:
    return hashlib.blake2b(drawer.encode() + b"\0" + row, digest_size=12).digest()
