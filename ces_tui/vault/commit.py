"""A save: from a transaction to one entry, one SQLite commit, one fsync (FORMAT, "A save")."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from ces_tui import __version__
from ces_tui.base.errors import CesError, DiskProblem
from ces_tui.vault import reserve
from ces_tui.vault.apply import Applier
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
from ces_tui.vault.packing import pack_log
from ces_tui.vault.state import Chain, LogState

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
    applier = Applier(vault.container, vault.sealer, vault.drawers, vault.projections, vault.projector)
    applier.entry(entry, n, packed, frozenset(c.doc for c in changes if c.fresh))
    state = advanced(vault.state, entry, n, own=True, applier=applier)
    dropped = transaction.dropped_drafts
    try:
        try:
            _write(vault, entry, n, packed, applier, state, dropped)
        except DiskFull:
            if not reserve.give(vault.folder):
                raise
            _write(vault, entry, n, packed, applier, state, dropped)
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
    vault.after_commit()


def _write(
    vault: Vault,
    entry: Entry,
    n: int,
    packed: list[bytes],
    applier: Applier,
    state: LogState,
    dropped: list[str],
) -> None:
    with vault.container.commit():
        write_rows(vault, entry, n, packed, applier, state)
        if dropped:
            vault.drafts.delete_rows(dropped)
    vault.state = state
    applier.settle()


def make_entry(vault: Vault, changes: list[Pending]) -> Entry:
    """The entry's bytes, made once; signed by the person at the desk, else by the device."""
    salts = [os.urandom(_SALT) for _ in changes]
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


def advanced(state: LogState, entry: Entry, n: int, *, own: bool, applier: Applier) -> LogState:
    """The log's state with one more entry."""
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
        free=state.with_free(applier.free_years),
    )


def write_rows(
    vault: Vault, entry: Entry, n: int, packed: list[bytes] | None, applier: Applier, state: LogState
) -> None:
    """Inside a container commit: log, doc, proj, seen and the sealed head."""
    put_log(vault, entry, n, packed)
    applier.write()
    vault.put_secret("head", msgspec.json.encode(state))


def put_log(vault: Vault, entry: Entry, n: int, packed: list[bytes] | None) -> None:
    """The log row and its `seen` tag."""
    vault.container.put("log", n, vault.sealer.seal("log", n, pack_log(entry, packed)))
    vault.container.execute("INSERT INTO seen(k, n) VALUES(?, ?)", (vault.numbers.seen(entry.hash), n))


def _settle_doubt(vault: Vault, entry: Entry) -> None:
    """The disk reported an error: did the commit happen? Believe only the reopened database."""
    try:
        vault.reopen()
    except CesError:
        vault.stop_writing(_DEAF)
        raise DiskProblem(_DEAF) from None
    if vault.container.unsynced:  # it can be read, and a power cut would take it
        vault.stop_writing(_DEAF)
        raise DiskProblem(_DEAF)
    if vault.row_of(entry.hash) is None:
        vault.stop_writing(_READ_ONLY)
        raise DiskProblem(_READ_ONLY)
