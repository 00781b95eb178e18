"""The open store: what a service sees. FORMAT 1 is described in docs/formats.md.

`Vault.peek(folder)` reads only the clear header. `Vault.open(...)` unlocks. Everything decrypted lives here and is
dropped by `close()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

from ces_tui.base.clock import Clock, SystemClock, clinical_day
from ces_tui.base.errors import CesError, NotAllowed
from ces_tui.base.ids import uuid7
from ces_tui.base.paths import state_dir
from ces_tui.base.platform.harden import wipe
from ces_tui.base.platform.lock import LockFile
from ces_tui.base.record import R
from ces_tui.vault import header as headers
from ces_tui.vault import reserve
from ces_tui.vault.authors import Author, keys_of
from ces_tui.vault.bulk import bulk_build, count_built
from ces_tui.vault.commit import commit_transaction, write_late
from ces_tui.vault.copies import remove_parts
from ces_tui.vault.core import LATE_LOST, StoreCore
from ces_tui.vault.credentials import unwrap_key
from ces_tui.vault.drafts import Drafts
from ces_tui.vault.drawers import body_of
from ces_tui.vault.header import Header
from ces_tui.vault.identity import settle_identity
from ces_tui.vault.membership import apply_documents
from ces_tui.vault.packing import Held
from ces_tui.vault.projections import Projector, Row
from ces_tui.vault.reads import Reads
from ces_tui.vault.reseal import remove_leftovers
from ces_tui.vault.shelf import Shelf
from ces_tui.vault.state import Anchor
from ces_tui.vault.tables import Place, RevBody, VaultDB
from ces_tui.vault.transaction import Pending, Transaction
from ces_tui.vault.types import BY_NAME, DocType, doc_type, drawer_of

LOCK = "lock"


class Vault(StoreCore):
    """One open store. All methods may be called from any thread; one lock serves them."""

    def __init__(
        self,
        folder: Path,
        header: Header,
        header_raw: bytes,
        data_key: bytes,
        clock: Clock,
        projector: Projector,
    ) -> None:
        headers.check(header_raw, header, data_key)
        super().__init__(folder, header, data_key, clock, projector)
        self.open_transaction: Transaction | None = None
        self.author: Author | None = None
        self._logged_in: dict[str, Author] = {}
        self.built = 0
        """Entries of a bulk build under way."""
        self.make_id: Callable[[int], str] = uuid7
        """From an instant (ms) to a new id; the demo generator puts a seeded one here."""
        self.anchor = Anchor(state_dir(), header.store, self.secret("index") or data_key)
        self.drafts = Drafts(self)
        self.reads = Reads(self)

    # -- opening and closing -------------------------------------------------------------------------------

    @staticmethod
    def peek(folder: Path) -> Header:
        """The clear header: the clinic and its people, nothing else; NotFound when there is no store."""
        return headers.read_file(folder)[1]

    @staticmethod
    def read_ahead(folder: Path) -> None:
        """Bring the database into the system's cache while the passphrase is typed; always before SQLite opens it."""
        lock = LockFile(folder / LOCK)
        try:
            lock.acquire()
        except CesError:
            return
        try:
            with (folder / Vault.peek(folder).db).open("rb") as file:
                while file.read(1 << 20):
                    pass
        except (OSError, CesError):
            return
        finally:
            lock.release()

    @classmethod
    def open(
        cls,
        folder: Path,
        person_id: str,
        passphrase: str,
        clock: Clock | None = None,
        projector: Projector | None = None,
    ) -> Vault:
        """Unlock as a person: WrongPassphrase, StoreBusy, StoreDamaged or NotFound when that can't be."""
        lock = LockFile(folder / LOCK)
        raw, header = headers.read_file(folder)
        person = header.person(person_id)
        keys = keys_of(header, person_id, passphrase)
        lock.acquire()
        vault: Vault | None = None
        try:
            data_key = unwrap_key(
                header.slot(person_id).box, keys.x, header.store_bytes, header.epoch, person_id
            )
            remove_leftovers(folder, header)
            remove_parts(folder)
            vault = cls(folder, header, raw, data_key, clock or SystemClock(), projector or Projector())
            wipe(data_key)
            vault.notice = settle_identity(vault)
            vault.author = vault._logged_in[person_id] = Author(person.id, person.name, person.role, keys)
            apply_documents(vault)
            if vault.late.lost and vault.notice is None:
                vault.notice = LATE_LOST
        except BaseException:
            if vault is not None:
                vault.container.close()
            lock.release()
            raise
        vault._lock_file = lock
        reserve.keep(folder)
        return vault

    _lock_file: LockFile | None = None

    def login(self, person_id: str, passphrase: str) -> Author:
        """Someone else gives their passphrase while the store is open; they become the author."""
        person = self.header.person(person_id)
        keys = keys_of(self.header, person_id, passphrase)
        self.author = self._logged_in[person_id] = Author(person.id, person.name, person.role, keys)
        return self.author

    def switch(self, person_id: str) -> Author:
        """Become someone who gave their passphrase since the last close; NotAllowed for anyone else."""
        if person_id not in self._logged_in:
            raise NotAllowed("Primero escriba su frase de acceso.")
        self.author = self._logged_in[person_id]
        return self.author

    def log_out(self, person_id: str) -> None:
        """Forget the keys of someone who lost access; the person at the desk stays."""
        if self.author_id != person_id:
            self._logged_in.pop(person_id, None)

    def logged_in(self) -> list[str]:
        """Ids of those who gave their passphrase since the last close."""
        return list(self._logged_in)

    def close(self) -> None:
        """Write what reading left behind, then drop keys, documents and the database; harmless twice."""
        with self.lock:
            if "sealer" not in self.__dict__:
                return
            try:
                if self.author is not None:
                    self.reads.flush()
                write_late(self)
                self.container.checkpoint()
            except CesError:
                pass  # it is worked out again at the next opening
            finally:
                self.late.forget()
                self._drawers.forget()
                self.drafts.forget()
                self.reads.forget()
                self._logged_in.clear()
                self.author = None
                self.container.close()
                self.anchor.close()
                del self.anchor
                self._drop_keys()
                if self._lock_file is not None:
                    self._lock_file.release()

    def reopen(self) -> None:
        """After a doubtful error: close the database, open it again, believe only what it holds."""
        with self.lock:
            super().reopen()
            self.drafts.forget()

    def take_epoch(self, header: Header, data_key: bytes) -> None:
        """After a re-sealing: go on with the new database (the old one is closed)."""
        self._take_key(header, data_key)
        self.drafts.forget()
        self.anchor.write(self.inc, self.state.n, self.state.last)

    # -- who and where -------------------------------------------------------------------------------------

    @property
    def author_id(self) -> str:
        """The person at the desk, else the device."""
        return self.author.id if self.author else self.device.id

    @property
    def store_id(self) -> str:
        return self.header.store

    @property
    def device_id(self) -> str:
        return self.device.id

    @property
    def clinic_code(self) -> str:
        """Three letters that clinic numbers begin with."""
        return self.header.clinic.code

    @property
    def device_digit(self) -> int:
        """The digit (5-9) that this device's clinic numbers begin with."""
        for device in self.header.devices:
            if device.id == self.device.id:
                return device.digit
        return 5

    def today_iso(self) -> str:
        """The clinical day as it stands in bodies, yyyy-mm-dd."""
        return clinical_day(self.clock.now_ms()).isoformat()

    def new_id(self) -> str:
        """A new UUIDv7."""
        return self.make_id(self.clock.now_ms())

    # -- documents -----------------------------------------------------------------------------------------

    @property
    def hot(self) -> VaultDB:
        """TinyDB over person, device, patient, item, lot, clinic."""
        return VaultDB(Place(self), _names("hot"))

    def chart(self, patient: str) -> VaultDB:
        """TinyDB over everything of one patient."""
        return VaultDB(Place(self, patient), _names("chart", "either"))

    @property
    def free(self) -> VaultDB:
        """TinyDB over what belongs to no patient and no list: stock movements, orders, receipts."""
        return VaultDB(Place(self), _names("free", "either"))

    def shelf(self, type_name: str, kind: type[R], patient: str | None = None) -> Shelf[R]:
        """Typed access to one type of document."""
        return Shelf(self, type_name, kind, patient)

    def doc_ids(self, type_name: str, patient: str | None = None) -> list[str]:
        """Ids of the live documents of a type, in order of arrival, as the open transaction would leave them."""
        kind = doc_type(type_name)
        with self.lock:
            found = {
                i: True for name in self._drawers_of(kind, patient) for i in self._typed(name, kind.code)
            }
            for pending in self._pending():
                if pending.kind is kind and pending.patient == patient:
                    if pending.body == b"null":
                        found.pop(pending.doc, None)
                    else:
                        found[pending.doc] = True
            return list(found)

    def doc_body(self, type_name: str, doc_id: str, patient: str | None = None) -> RevBody | None:
        """A document's current body with its revision, decoded anew; None when there is none."""
        kind = doc_type(type_name)
        with self.lock:
            name = drawer_of(kind, doc_id, patient)
            if self.open_transaction and (pending := self.open_transaction.pending.get((name, doc_id))):
                return pending.decoded()
            held = self.drawers.drawer(name).docs.get(doc_id)
            if held is None or held.type != kind.code:
                return None
            value = body_of(held)
            if value is None:
                return None
            body = RevBody(value)
            body.rev = held.heads[-1].rev
            return body

    def held(self, drawer: str, doc_id: str) -> Held | None:
        """The document with all its heads (several when two devices changed it apart)."""
        return self.drawers.drawer(drawer).docs.get(doc_id)

    def head_revs(self, drawer: str, doc_id: str) -> tuple[str, ...]:
        held = self.drawers.drawer(drawer).docs.get(doc_id)
        return tuple(h.rev for h in held.heads) if held else ()

    def _drawers_of(self, kind: DocType, patient: str | None) -> list[str]:
        if kind.place == "hot":
            return [f"hot/{kind.name}"]
        if patient:
            return [f"chart/{patient}"]
        return [f"free/{kind.name}/{year}" for year in self.state.free.get(kind.name, ())]

    def _typed(self, drawer: str, code: int) -> list[str]:
        return list(self.drawers.drawer(drawer).by_type.get(code, {}))

    def _pending(self) -> list[Pending]:
        return list(self.open_transaction.pending.values()) if self.open_transaction else []

    # -- writing -------------------------------------------------------------------------------------------

    read_only: str | None = None
    """Why nothing can be written now (a disk error); None when all is well."""

    def stop_writing(self, sentence: str) -> None:
        """After a disk error: read only, until `try_writing` succeeds."""
        self.read_only = sentence

    def try_writing(self) -> None:
        """Look whether the disk takes a write again; DiskProblem when it does not."""
        with self.lock:
            self.reopen()
            self.set_setting("prueba", self.clock.now_ms())
            self.read_only = None

    @contextmanager
    def transaction(self, *, day: date | None = None) -> Iterator[Transaction]:
        """Everything written inside is one entry, one commit, all or nothing; an inner one joins the outer.

        When the block ends the record is on the disk. Conflict, Refused, DiskProblem: nothing was written.
        """
        with self.lock:
            if self.open_transaction is not None:
                yield self.open_transaction
                return
            if self.read_only is not None:
                self.try_writing()
            transaction = self.open_transaction = Transaction(self, day)
            try:
                yield transaction
                if not transaction.empty:
                    commit_transaction(self, transaction)
            finally:
                self.open_transaction = None

    def bulk(self) -> AbstractContextManager[None]:
        """Many transactions, few commits: only for building demo stores and imports, never at the desk."""
        return bulk_build(self)

    def after_commit(self) -> None:
        """Housekeeping after each entry: the anchor, or a batch of a bulk build."""
        if self.built:
            count_built(self)
        else:
            self.anchor.write(self.inc, self.state.n, self.state.last)

    @property
    def in_bulk(self) -> bool:
        """Whether a bulk build is under way."""
        return bool(self.built)

    def write_late(self) -> None:
        """Write what saves left for later (documents, lists, tags). DiskProblem, StoreDamaged: it still waits."""
        with self.lock:
            if self.open_transaction is None and not self.in_bulk:
                write_late(self)

    @property
    def unsettled(self) -> bool:
        """Whether a quiet moment has something to do (`checkpoint`), and a disk that takes it."""
        waits = self.late.saves > 0 and not self.late.lost
        return self.read_only is None and (waits or self.container.commits > 0)

    def checkpoint(self) -> None:
        """Idle housekeeping: what saves left for later, if all of it could be worked out, then a passive checkpoint."""
        with self.lock:
            if self.open_transaction is None and not self.in_bulk:
                self.catch_up()
                if not self.late.lost:
                    write_late(self)
                self.container.checkpoint()

    # -- projections, reads, settings ----------------------------------------------------------------------

    def projection(self, drawer: str) -> list[Row]:
        """The rows of a projection drawer."""
        with self.lock:
            return self.projections.rows(drawer)

    def note_read(self, patient: str, part: str) -> None:
        """Remember who opened what; written with the next save, at cover or close, or after a minute."""
        self.reads.note(patient, part)


def _names(*places: str) -> tuple[str, ...]:
    return tuple(name for name, kind in BY_NAME.items() if kind.place in places)
