"""What every fault set asks of a store afterwards."""

from __future__ import annotations

from pathlib import Path

from ces_tui.base.errors import CesError
from ces_tui.clinic import Clinic, projector
from ces_tui.vault import header as headers
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import Checker, Report, verify_store
from tests.faults.killing import Call
from tests.support import PASSPHRASE

MARKS = (".", "!", "?", ")")


def report_of(store: Path, *, signatures: bool = True, person: str = "") -> Report:
    """What `verify` says, asked by this person or the first that the header names."""
    who = person or Vault.peek(store).people[0].id
    return verify_store(store, who, PASSPHRASE, projector=projector(), signatures=signatures)


def closed_whole(clinic: Clinic, *, signatures: bool = True) -> bool:
    """Close an open store, and whether it is whole: the keys that were at hand are used again."""
    folder, key = (
        clinic.vault.folder,
        bytes(bytearray(clinic.vault.data_key)),
    )  # closing wipes the vault's own
    clinic.close()
    raw, header = headers.read_file(folder)
    check = Checker(folder, header, key, projector(), signatures=signatures, progress=None)
    return check.run(raw).ok


def is_whole(store: Path) -> bool:
    """Every seal opens, the chain holds, signatures are good, documents and projections are what the log gives."""
    return report_of(store).ok


def says_it_plainly(error: CesError) -> bool:
    """A sentence for a person: begins with a capital, ends, and shows nothing of the machinery."""
    text = str(error)
    shown = not any(word in text for word in ("Traceback", "Errno", "sqlite", "Error(", "0x"))
    return shown and text[:1].isupper() and text.endswith(MARKS) and len(text) < 400


def spread(every: list[Call], per_kind: int) -> list[Call]:
    """At most about `per_kind` calls of each kind, evenly, with the first and the last; all of them for 0."""
    if not per_kind:
        return every
    by_kind: dict[str, list[Call]] = {}
    for call in every:
        by_kind.setdefault(call[0], []).append(call)
    chosen: list[Call] = []
    for found in by_kind.values():
        step = max(1, len(found) // per_kind)
        chosen += [*found[::step], found[-1]]
    return list(dict.fromkeys(chosen))
