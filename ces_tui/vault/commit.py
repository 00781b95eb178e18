"""A save: from a transaction to one entry, one SQLite commit, one fsync (FORMAT, "A save")."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from ces_tui import __version__
from ces_tui.base.errors import CesError, DiskProblem, StoreDamaged
from ces_tui.vault import reserve
from ces_tui.vault.container import DiskFull
from ces_tui.vault.dictionary import deflate
from ces_tui.vault.entry import (
    Change,
    Entry,
    EntryHeader,
    body_hash,
    check_sizes,
    encode_header,
    entry_hash,
    first_prev,
)
from ces_tui.vault.late import MOST, Saved
from ces_tui.vault.packing import pack_log
from ces_tui.vault.state import Chain, LogState
from ces_tui.vault.types import BY_NAME, year_of

if TYPE_CHECKING:
    from ces_tui.vault.transaction import Pending, Transaction
    from ces_tui.vault.vault import Vault

_SALT = 16
_DEAF = "El disco no respondió al guardar. Lo anterior está a salvo; cierre el programa y vuelva a abrirlo."
_READ_ONLY = (
    "El disco no respondió y esto no se guardó. Lo anterior está a salvo y se puede leer; lo que escribe sigue en "
    "la pantalla. Revise el disco e intente guardar de nuevo."
)


def commit_transaction(vault: Vault, transaction: Transaction) -> None:
    """Write the transaction. When this returns, it is on the disk; when it raises, nothing was written.

    An error that leaves it open whether the commit happened is settled by closing, reopening and looking the
    entry's hash up.
    """
    reads = vault.reads.join(transaction)
    changes = list(transaction.pending.values())
    if not changes:
        with vault.container.commit():
            vault.drafts.delete_rows(transaction.dropped_drafts)
        vault.drafts.settle(transaction.dropped_drafts)
        return
    check_sizes([c.body for c in changes])
    entry = make_entry(vault, changes)
    packed = [deflate(c.body) for c in changes]
    n = vault.state.n + 1
    saved = Saved(entry, n, packed, frozenset(c.doc for c in changes if c.fresh))
    dropped = transaction.dropped_drafts
    try:
        try:
            _write(vault, saved, dropped)
        except DiskFull:
            if not reserve.give(vault.folder):
                raise
            _write(vault, saved, dropped)
            vault.notice = (
                "El disco se llenó y se usó la reserva: libere espacio hoy. Lo último sí se guardó."
            )
    except DiskFull:
        vault.stop_writing(DiskFull.sentence)
        raise
    except DiskProblem:
        _settle_doubt(vault, entry)
    vault.drafts.settle(transaction.dropped_drafts)
    vault.reads.settle(reads)
    if vault.in_bulk:
        vault.after_commit()
    if vault.late.saves > MOST:
        with suppress(CesError):  # the record is on the disk; what follows from it can wait longer
            write_late(vault)


def _write(vault: Vault, saved: Saved, dropped: list[str]) -> None:
    """The log row and the head: what follows from them waits, but in a bulk build, which nobody waits for."""
    before, (entry, n, packed, fresh) = vault.state, saved
    applier = vault.applier() if vault.in_bulk else None
    state = advanced(before, entry, n, own=True)
    if applier is None:
        state = replace(state, applied=before.known)
    else:
        applier.entry(entry, n, packed, fresh)
    with vault.container.commit():
        put_log(vault, entry, n, packed)
        vault.put_secret("head", msgspec.json.encode(state))
        if applier is not None:
            vault.container.put_seen(vault.numbers.seen(entry.hash), n)
            applier.write()
        if dropped:
            vault.drafts.delete_rows(dropped)
    vault.state = state
    if applier is None:
        vault.late.add(saved)
    else:
        applier.settle()


def make_entry(vault: Vault, changes: list[Pending]) -> Entry:
    """The entry's bytes, made once; signed by the person at the desk, else by the device."""
    random = os.urandom(_SALT * len(changes))
    salts = [random[at : at + _SALT] for at in range(0, len(random), _SALT)]
    told = tuple(
        Change(
            doc=c.doc,
            rev=c.rev,
            par=c.parents,
            t=c.kind.name,
            tv=c.kind.version,
            h=body_hash(salt, c.body),
            len=len(c.body),
            pat=c.patient,
            day=c.day,
        )
        for c, salt in zip(changes, salts, strict=True)
    )
    wall = vault.clock.now_ms()
    state = vault.state
    keys = vault.author.keys if vault.author else vault.device
    header = EntryHeader(
        v=1,
        dev=vault.device.id,
        inc=vault.inc,
        seq=state.seq + 1,
        prev=state.own or first_prev(vault.device.id, vault.inc),
        hlc=tick(state.hlc, wall),
        wall=wall,
        by=vault.author_id,
        app=__version__,
        ch=told,
    )
    raw = encode_header(header)
    return Entry(header, raw, tuple(salts), tuple(c.body for c in changes), keys.sign(entry_hash(raw)))


def tick(last: tuple[int, int], wall: int) -> tuple[int, int]:
    """The hybrid clock's next value: never back, whatever the wall clock does."""
    return (wall, 0) if wall > last[0] else (last[0], last[1] + 1)


def advanced(state: LogState, entry: Entry, n: int, *, own: bool) -> LogState:
    """The log's state with one more entry, whose effects are in the tables."""
    header, digest = entry.header, entry.hash.hex()
    name = f"{header.dev}/{header.inc}"
    chain = state.chains.get(name, Chain(0, ""))
    return LogState(
        n=n,
        seq=header.seq if own else state.seq,
        own=digest if own else state.own,
        last=digest,
        hlc=header.hlc if own else state.hlc,
        chains={**state.chains, name: chain.plus(header.seq, digest)},
        forks=state.forks,
        free=state.with_free(free_years(header)),
    )


def free_years(header: EntryHeader) -> set[tuple[str, int]]:
    """(type, year) of the drawers that grow by the year and that an entry's documents lie in."""
    found = set()
    for change in header.ch:
        kind = BY_NAME.get(change.t)
        if kind is not None and change.tv <= kind.version and (year := year_of(kind, change.doc, change.pat)):
            found.add((kind.name, year))
    return found


def put_log(vault: Vault, entry: Entry, n: int, packed: list[bytes] | None) -> None:
    """Inside a container commit: the log row, which is the record."""
    vault.container.put("log", n, vault.sealer.seal("log", n, pack_log(entry, packed)))


def write_late(vault: Vault) -> None:
    """Write what saves left for later, in one commit; nothing when nothing waits.

    DiskFull leaves it waiting; after any other disk error only what the disk holds is believed. StoreDamaged when some
    of it could not be worked out.
    """
    state = vault.state
    if state.applied is None:
        return
    vault.catch_up()
    if vault.late.lost:
        raise StoreDamaged
    after = replace(state, applied=None)
    try:
        with vault.container.commit():
            vault.late.write(vault.container, vault.sealer, vault.numbers)
            vault.put_secret("head", msgspec.json.encode(after))
    except DiskFull:
        raise
    except DiskProblem:
        _believe_the_disk(vault)
        raise
    vault.state = after
    vault.late.forget()


def _settle_doubt(vault: Vault, entry: Entry) -> None:
    """The disk reported an error: did the commit happen? Believe only the reopened database."""
    _believe_the_disk(vault)
    if vault.row_of(entry.hash) is None:
        vault.stop_writing(_READ_ONLY)
        raise DiskProblem(_READ_ONLY)


def _believe_the_disk(vault: Vault) -> None:
    """Open the database again; DiskProblem, and nothing more is written, when that fails or no sync has worked since."""
    try:
        vault.reopen()
    except CesError:
        vault.stop_writing(_DEAF)
        raise DiskProblem(_DEAF) from None
    if vault.container.unsynced:  # it can be read, and a power cut would take it
        vault.stop_writing(_DEAF)
        raise DiskProblem(_DEAF)
