"""Entries from elsewhere: checked whole, then united in one commit. What is already held changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.errors import BundleRefused
from ces_tui.vault.commit import advanced, put_log, write_late
from ces_tui.vault.credentials import good_signature, key_id
from ces_tui.vault.dictionary import deflate
from ces_tui.vault.entry import MISSHAPEN, Entry, decode_entry
from ces_tui.vault.state import Chain, LogState

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

AUTHORS = "autores"
"""Setting: authors from outside whose entries this store took, id -> Ed25519 public key (hex)."""
_AHEAD_MS = 48 * 3_600_000


@dataclass
class Received:
    """What became of the entries of one delivery."""

    new: int = 0
    already: int = 0
    forks: int = 0
    unknown_types: int = 0
    waiting: list[str] = field(default_factory=list)
    """Ids of authors that nobody here knows yet: the delivery must be kept and tried again."""


def receive(
    vault: Vault, delivered: Iterable[tuple[bytes, bytes]], devices: Mapping[str, bytes] | None = None
) -> Received:
    """Unite entries, given as (signature, verbatim bytes), in the order of the delivery.

    `devices` are public keys (Ed25519) of devices accepted besides those already in the store. BundleRefused when
    any entry is damaged, forged or breaks its chain: then nothing is changed.
    """
    known = known_keys(vault) | dict(devices or {})
    result = Received()
    accepted: list[Entry] = []
    chains = dict(vault.state.chains)
    hashes: set[bytes] = set()
    for signature, raw in delivered:
        entry = decode_entry(raw, signature)
        if entry.hash in hashes or vault.row_of(entry.hash) is not None:
            result.already += 1
            continue
        author = known.get(entry.header.by)
        if author is None:
            result.waiting.append(entry.header.by)
            continue
        if not good_signature(author, signature, entry.hash):
            raise BundleRefused("Una firma del archivo no es de quien dice. No se cambió nada.")
        _learn(known, entry)
        _check_chain(chains, entry, result)
        hashes.add(entry.hash)
        accepted.append(entry)
    result.new = len(accepted)
    if accepted:
        _remember(vault, accepted, devices or {})
        _unite(vault, accepted, result)
    return result


def _remember(vault: Vault, entries: list[Entry], devices: Mapping[str, bytes]) -> None:
    """Keep the keys of authors from outside (the office's people), so that `verify` and a rescue can check them later."""
    used = {e.header.by: devices[e.header.by].hex() for e in entries if e.header.by in devices}
    told = vault.setting(AUTHORS)
    before = told if isinstance(told, dict) else {}
    if not used.keys() <= before.keys():
        vault.set_setting(AUTHORS, before | used)


def authors_of(raw: bytes | None) -> dict[str, bytes]:
    """The keys that `receive` kept, from the setting's own bytes; never a reason to accept an entry."""
    told = msgspec.json.decode(raw) if raw else {}
    return {str(who): bytes.fromhex(str(key)) for who, key in told.items()} if isinstance(told, dict) else {}


def known_keys(vault: Vault) -> dict[str, bytes]:
    """Public signing keys this store trusts: its people, devices and office, by id."""
    header = vault.header
    found = {p.id: bytes.fromhex(p.ed) for p in header.people}
    found |= {d.id: bytes.fromhex(d.ed) for d in header.devices}
    if header.office is not None:
        found[header.office.id] = bytes.fromhex(header.office.ed)
    for kind in ("person", "device"):
        for doc_id in vault.doc_ids(kind):
            body = vault.doc_body(kind, doc_id)
            if (key := _own_key(doc_id, body)) is not None:
                found[doc_id] = key
    return found


def _own_key(doc_id: str, body: object) -> bytes | None:
    """The signing key in a person's or device's document, if the id is its fingerprint: nobody can name a key for another."""
    try:
        key = bytes.fromhex(body["ed"])  # type: ignore[index]
    except (KeyError, TypeError, ValueError):
        return None
    return key if key_id(key) == doc_id else None


def _learn(known: dict[str, bytes], entry: Entry) -> None:
    """People and devices that a known author adds are known from then on; BundleRefused for a body that is no JSON."""
    for change, body in zip(entry.header.ch, entry.bodies, strict=True):
        try:
            value = None if body is None else msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise BundleRefused(MISSHAPEN) from None
        if change.t in {"person", "device"} and (key := _own_key(change.doc, value)) is not None:
            known.setdefault(change.doc, key)


def _check_chain(chains: dict[str, Chain], entry: Entry, result: Received) -> None:
    header, digest = entry.header, entry.hash.hex()
    name = f"{header.dev}/{header.inc}"
    chain = chains.get(name, Chain(0, ""))
    if header.seq <= chain.to:
        result.forks += 1  # another history of the same device: both are kept
    elif header.seq == chain.to + 1 and chain.head and header.prev != chain.head:
        raise BundleRefused(
            "A la cadena de registros de ese equipo le falta o le sobra algo. No se cambió nada."
        )
    chains[name] = chain.plus(header.seq, digest)


def _unite(vault: Vault, accepted: list[Entry], result: Received) -> None:
    with vault.lock:
        write_late(vault)
        applier = vault.applier()
        state = vault.state
        rows: list[tuple[Entry, int, list[bytes]]] = []
        for entry in accepted:
            n = state.n + 1
            packed = [
                b"" if body is None else deflate(body) for body in entry.bodies
            ]  # once, for log and doc
            applier.entry(entry, n, packed)
            state = advanced(state, entry, n, own=False)
            rows.append((entry, n, packed))
        if applier.clash:
            raise BundleRefused("Un registro del archivo lleva el número de otro. No se cambió nada.")
        state = _adopt_clock(vault, state, accepted, result)
        with vault.container.commit():
            for entry, n, packed in rows:
                put_log(vault, entry, n, packed)
                vault.container.put_seen(vault.numbers.seen(entry.hash), n)
            applier.write()
            vault.put_secret("head", msgspec.json.encode(state))
        vault.state = state
        applier.settle()
        result.unknown_types = applier.unknown
        vault.after_commit()


def _adopt_clock(vault: Vault, state: LogState, accepted: list[Entry], result: Received) -> LogState:
    """The hybrid clock follows what was received, but not one that runs more than 48 hours ahead."""
    limit = vault.clock.now_ms() + _AHEAD_MS
    seen = [e.header.hlc for e in accepted if e.header.hlc[0] <= limit]
    hlc = max([state.hlc, *seen])
    forks = state.forks
    if result.forks:
        extra = [e.hash.hex() for e in accepted if _is_fork(vault, e)]
        forks = tuple(dict.fromkeys((*forks, *extra)))
    return replace_state(state, hlc=hlc, forks=forks)


def _is_fork(vault: Vault, entry: Entry) -> bool:
    chain = vault.state.chains.get(f"{entry.header.dev}/{entry.header.inc}")
    return chain is not None and entry.header.seq <= chain.to


def replace_state(state: LogState, **changes: object) -> LogState:
    """A copy of the state with some members changed."""
    return msgspec.structs.replace(state, **changes)
