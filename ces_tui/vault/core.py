"""The store under its keys: container, secrets, settings and the log. `Vault` adds people, documents and transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.clock import Clock
from ces_tui.base.errors import NotAllowed, StoreDamaged
from ces_tui.base.platform.harden import wipe
from ces_tui.vault import header as headers
from ces_tui.vault import settings
from ces_tui.vault.apply import Applier
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.drawers import Drawers
from ces_tui.vault.entry import Entry
from ces_tui.vault.header import Header
from ces_tui.vault.late import Late, catch_up, take_up
from ces_tui.vault.packing import unpack_log
from ces_tui.vault.projections import ProjectionReader, Projector
from ces_tui.vault.seal import DrawerNumbers, RowDoesNotOpen, RowSealer, kv_number
from ces_tui.vault.state import LogState

LATE_LOST = "Lo último que se guardó no se puede mostrar completo: hay un renglón dañado. Avise a la oficina y use «verify»."
_OPEN_ONLY = frozenset({"data_key", "sealer", "numbers", "device", "_drawers", "_projections", "late"})
"""What an unlocked store has and a closed one has not."""


class StoreCore:
    """An unlocked store without anybody at the desk."""

    def __init__(
        self, folder: Path, header: Header, data_key: bytes, clock: Clock, projector: Projector
    ) -> None:
        self.folder = folder
        self.projector = projector
        self.clock = clock
        self.lock = threading.RLock()
        self._take_key(header, data_key)

    def _take_key(self, header: Header, data_key: bytes) -> None:
        """Open the database that a header names, under its data key."""
        self._drop_keys()
        self.header = header
        self.data_key = bytes(bytearray(data_key))  # its own copy, so that it can be wiped
        self.sealer = RowSealer(data_key, header.store_bytes, header.epoch)
        self._path = self.folder / header.db
        self.container = Container(self._path)
        self._read_secrets()

    def _drop_keys(self) -> None:
        """Wipe the data key and everything made from it; whoever still asks is told that the store is closed."""
        held = self.__dict__
        if "sealer" in held:
            self.sealer.forget()
        if "data_key" in held:
            wipe(self.data_key)
        for name in _OPEN_ONLY:
            held.pop(name, None)

    if not TYPE_CHECKING:  # for the type checker everything is there

        def __getattr__(self, name: str) -> object:
            if name in _OPEN_ONLY or name == "anchor":
                raise NotAllowed("El expediente está cerrado.")
            raise AttributeError(name)

    def rewrite_header(self, header: Header) -> None:
        """Put a new clear header in force: the copy inside first, then the file by one rename."""
        with self.lock:
            raw = headers.encode(header, self.data_key)
            with self.container.commit():
                self.container.put_kv("header", raw)
            headers.write_file(self.folder, raw)
            self.header = header

    def _read_secrets(self) -> None:
        index = self.secret("index")
        device = self.secret("device")
        inc = self.secret("inc")
        head = self.secret("head")
        if index is None or device is None or inc is None or head is None:
            raise StoreDamaged
        self.numbers = DrawerNumbers(index, self.header.store_bytes)
        self.device = KeyPair.from_bytes(device)
        wipe(device)
        self.inc = inc.decode()
        self.state = msgspec.json.decode(head, type=LogState)
        self.late = Late()
        self._drawers = Drawers(self.container, self.sealer, self.numbers, self.late)
        self._projections = ProjectionReader(self.container, self.sealer, self.numbers, self.late)
        take_up(self)

    # -- what is worked out from the log ---------------------------------------------------------------------

    @property
    def drawers(self) -> Drawers:
        """The documents, as the last save left them."""
        self.catch_up()
        return self._drawers

    @property
    def projections(self) -> ProjectionReader:
        """The lists, as the last save left them."""
        self.catch_up()
        return self._projections

    def applier(self) -> Applier:
        """One that works out what entries change."""
        return Applier(self.container, self.sealer, self._drawers, self._projections, self.projector)

    def after_commit(self) -> None:
        """Housekeeping once entries are on the disk."""

    def catch_up(self) -> None:
        """Work out what saves left for later; then the anchor, which waits for it too."""
        if not self.late.queue:
            return
        with self.lock:
            catch_up(self.late, self.applier)
            self.after_commit()
            if self.late.lost and self.notice is None:
                self.notice = LATE_LOST

    notice: str | None = None
    """A sentence for a banner: this store was restored or cloned, the disk is full, or a row is damaged."""

    def reread(self) -> None:
        """After a rollback: drop every document, believe what the database holds."""
        self._drawers.forget()
        self._read_secrets()

    def reopen(self) -> None:
        """After a doubtful error: close the database, open it again, believe only what it holds."""
        with self.lock:
            self.container.close()
            self.container = Container(self._path)
            self._read_secrets()

    # -- sealed settings -----------------------------------------------------------------------------------

    def secret(self, name: str) -> bytes | None:
        """A sealed setting; None when unset."""
        body = self.container.kv(name)
        if body is None:
            return None
        return self.sealer.open("kv", kv_number(name), body)

    def put_secret(self, name: str, value: bytes) -> None:
        """Inside a container commit: seal a setting."""
        self._put_sealed(name, value)
        if name not in settings.MOVING:
            before = self.secret(settings.LIST)
            self._put_sealed(settings.LIST, settings.relisted(before or self._list_settings(), name, value))

    def _put_sealed(self, name: str, value: bytes) -> None:
        self.container.put_kv(name, self.sealer.seal("kv", kv_number(name), value))

    def _list_settings(self) -> bytes:
        """The list of a store that an earlier build made without one."""
        names = [k for (k,) in self.container.execute("SELECT k FROM kv") if k not in headers.CLEAR]
        return settings.listing({name: self.secret(name) or b"" for name in names})

    def set_setting(self, name: str, value: object) -> None:
        """A small sealed setting of this store (JSON), outside the log; one commit."""
        with self.lock, self.container.commit():
            self.put_secret(f"set/{name}", msgspec.json.encode(value))

    def setting(self, name: str) -> object | None:
        """A setting written by `set_setting`; None when unset."""
        with self.lock:
            raw = self.secret(f"set/{name}")
        return None if raw is None else msgspec.json.decode(raw)

    # -- the log -------------------------------------------------------------------------------------------

    def entry_at(self, n: int) -> Entry:
        """The entry in log row `n`; StoreDamaged when it is missing or does not open."""
        with self.lock:
            body = self.container.row("log", n)
            if body is None:
                raise RowDoesNotOpen("log", n)
            return unpack_log(self.sealer.open("log", n, body))

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """Log rows start..stop in order of arrival, read in batches."""
        last = self.state.n if stop is None else min(stop, self.state.n)
        for low in range(start, last + 1, 500):
            with self.lock:
                rows = self.container.rows("log", low, min(low + 500, last + 1))
            for k, body in rows:
                yield unpack_log(self.sealer.open("log", k, body))

    def row_of(self, entry_hash: bytes) -> int | None:
        """The log row that holds the entry with this hash; None when it is not held."""
        with self.lock:
            if (late := self.late.row_of(entry_hash)) is not None:
                return late
            found = self.container.execute("SELECT n FROM seen WHERE k = ?", (self.numbers.seen(entry_hash),))
        return found[0][0] if found else None
