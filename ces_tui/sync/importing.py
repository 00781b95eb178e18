"""The office's answer at the clinic: opened, proved, and its receipt put into force."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.errors import BadInput, BundleRefused
from ces_tui.people.naming import keep_office_names
from ces_tui.sync import age, bundle
from ces_tui.sync.export import NO_OFFICE
from ces_tui.sync.ledger import LastAnswer, LastReceipt, Ledger
from ces_tui.sync.ranges import check_ranges, log_name
from ces_tui.sync.records import FROM_OFFICE, AnswerRead, Held, Manifest, Receipt
from ces_tui.sync.stick import read_bounded
from ces_tui.vault.entry import decode_entry
from ces_tui.vault.header import Header
from ces_tui.vault.membership import apply_documents
from ces_tui.vault.receive import receive

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

NOT_OFFICE = "El archivo no lo firmó la oficina de esta clínica. No se cambió nada."
NOT_HERE = "El archivo es de otra clínica. No se cambió nada."
NOT_NEXT = (
    "A esta respuesta le falta una anterior. No se cambió nada; pida a la oficina todas las respuestas."
)


def read_answer(vault: Vault, path: Path) -> AnswerRead:
    """Take an answer of the office; a repeated or older one says `already` and changes nothing."""
    office = vault.header.office
    if office is None:
        raise BadInput(NO_OFFICE)
    data = read_bounded(path, bundle.MOST_FILE)
    envelope = bundle.split(age.decrypt(data, [vault.device.x.private_bytes_raw()]))
    if envelope.signer.hex() != office.ed:
        raise BundleRefused(NOT_OFFICE)
    manifest = bundle.read_manifest(envelope)
    if manifest.kind != FROM_OFFICE or manifest.clinic != vault.store_id:
        raise BundleRefused(NOT_HERE)
    signed = bundle.read_content(envelope, manifest)
    check_ranges(manifest, signed)
    ledger = Ledger(vault)
    last = ledger.answer()
    if manifest.number <= last.number:
        return AnswerRead(manifest.number, already=True, months=ledger.months())
    _check_follows(manifest, last)
    receipt = find_receipt(signed, manifest)
    before = _own(vault)
    received = receive(vault, signed, devices=_office_keys(manifest))
    keep_office_names(vault, {p.id: p.name for p in read_header(manifest).people})
    logs = last.logs | {log_name(r.dev, r.inc): r.last for r in manifest.ranges}
    apply_documents(vault)
    ledger.note_answer(
        LastAnswer(number=manifest.number, hash=envelope.manifest_hash, logs=logs),
        _in_force(vault, receipt, ledger.receipt()),
    )
    return AnswerRead(
        manifest.number,
        already=False,
        months=ledger.months(),
        gaps=_gaps(vault, receipt.held),
        new_entries=received.new,
        waiting=len(received.waiting),
        behind=_behind(vault, receipt.held),
        returned=_own(vault) - before,
    )


def find_receipt(signed: Sequence[bundle.Signed], manifest: Manifest) -> Receipt:
    """The receipt that an answer carries for its clinic; BundleRefused when there is none."""
    for signature, raw in reversed(signed):
        entry = decode_entry(raw, signature)
        for change, body in zip(entry.header.ch, entry.bodies, strict=True):
            if change.t == "receipt" and body is not None:
                try:
                    receipt = msgspec.json.decode(body, type=Receipt)
                except msgspec.DecodeError:
                    continue
                if receipt.clinic == manifest.clinic and receipt.number == manifest.number:
                    return receipt
    raise BundleRefused("La respuesta no trae acuse de recibo para esta clínica. No se cambió nada.")


def _check_follows(manifest: Manifest, last: LastAnswer) -> None:
    """The next answer by number and hash, or a later one that holds everything since the one confirmed."""
    if manifest.number == last.number + 1 and manifest.prev == last.hash:
        return
    for r in manifest.ranges:
        name = log_name(r.dev, r.inc)
        if manifest.basis.get(name, 0) > last.logs.get(name, 0):
            raise BundleRefused(NOT_NEXT)


def _office_keys(manifest: Manifest) -> dict[str, bytes]:
    """The office's people and devices, vouched for by its signature on the manifest that carries its header."""
    header = read_header(manifest)
    return {p.id: bytes.fromhex(p.ed) for p in header.people} | {
        d.id: bytes.fromhex(d.ed) for d in header.devices
    }


def read_header(manifest: Manifest) -> Header:
    """The sender's clear header inside a manifest; BundleRefused when it is none."""
    try:
        header = msgspec.convert(manifest.header, Header)
        keys = [k for p in header.people for k in (p.ed, p.x)] + [
            k for d in header.devices for k in (d.ed, d.x)
        ]
        if any(len(bytes.fromhex(key)) != 32 for key in keys):
            raise BundleRefused(bundle.MANIFEST_BAD)
    except (msgspec.ValidationError, ValueError):
        raise BundleRefused(bundle.MANIFEST_BAD) from None
    return header


def _in_force(vault: Vault, receipt: Receipt, before: LastReceipt | None) -> LastReceipt:
    """The receipt with what it covers: nothing up to its row travels again."""
    covers = {log_name(h.dev, h.inc): h.contiguous for h in receipt.held if _agrees(vault, h)}
    row = before.row if before else 0
    if before and any(covers.get(name, 0) < seq for name, seq in before.covers.items()):
        row = 0  # the office lost something: look again from the start
    for entry in vault.entries(row + 1):
        header = entry.header
        if header.dev == vault.device_id and header.seq > covers.get(log_name(header.dev, header.inc), 0):
            break
        row += 1
    return LastReceipt(receipt=receipt, covers=covers, row=row)


def _agrees(vault: Vault, held: Held) -> bool:
    """Whether the head that the office names is an entry of this device here (else it has another history)."""
    try:
        head = bytes.fromhex(held.head)
    except ValueError:
        return False
    return held.dev == vault.device_id and held.contiguous > 0 and vault.row_of(head) is not None


def _behind(vault: Vault, held: Sequence[Held]) -> int:
    """Entries of this device that the office holds and this store lacks: a copy was put back."""
    chains = vault.state.chains
    own = [(chains.get(log_name(h.dev, h.inc)), h.contiguous) for h in held if h.dev == vault.device_id]
    return sum(max(0, there - (here.to if here else 0)) for here, there in own)


def _own(vault: Vault) -> int:
    """Entries of this device that are held, over all its incarnations."""
    return sum(c.to for name, c in vault.state.chains.items() if name.startswith(f"{vault.device_id}/"))


def _gaps(vault: Vault, held: Sequence[Held]) -> tuple[str, ...]:
    own = [h for h in held if h.dev == vault.device_id]
    return tuple(f"{a}-{b}" if a != b else f"{a}" for h in own for a, b in h.gaps)
