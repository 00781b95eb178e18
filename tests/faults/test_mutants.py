"""Seeded mistakes in save, log, merge, import and receipt: the fixed schedule lets none of them pass."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ces_tui.office.book import Book
from ces_tui.sync import importing
from ces_tui.sync.ledger import Ledger
from ces_tui.vault import commit, core, receive, vault
from ces_tui.vault import entry as entries
from ces_tui.vault.apply import Applier
from ces_tui.vault.container import Container
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.drafts import Drafts
from ces_tui.vault.drawers import body_of
from ces_tui.vault.late import Late
from ces_tui.vault.packing import Held
from ces_tui.vault.projections import ProjectionChanges, void_drawer
from ces_tui.vault.state import Chain, LogState
from ces_tui.vault.transaction import Transaction
from ces_tui.vault.types import BY_NAME, drawer_of
from ces_tui.vault.vault import Vault
from tests.faults import figures, gauntlet
from tests.faults.world import machines, make_template

pytestmark = pytest.mark.faults
Patch = pytest.MonkeyPatch
_put, _joined, _held = Transaction.put, Applier._joined, Book.held


def _newest_head(self: Applier, old: Held, head: Any, change: Any) -> Held:
    return replace(_joined(self, old, head, change), heads=(head,))


def _never_missing(self: Applier, old: Held, head: Any, change: Any) -> Held:
    return _joined(self, replace(old, missing=()), head, change)


def _arrival_order(self: Applier, old: Held, head: Any, change: Any) -> Held:
    done = _joined(self, old, head, change)
    return replace(done, heads=tuple(sorted(done.heads, key=lambda h: h.log)))


def _forgets_gap(self: Chain, seq: int, digest: str) -> Chain:
    return Chain(self.to + 1, digest) if seq == self.to + 1 else self


def _takes_gap(self: Chain, seq: int, digest: str) -> Chain:
    return Chain(max(seq, self.to), digest)


def _claims_more(self: Book, clinic: str) -> Any:
    held = _held(self, clinic)
    return tuple(msgspec.structs.replace(h, contiguous=h.contiguous + 1) for h in held)


def _no_gaps(self: Book, clinic: str) -> Any:
    held = _held(self, clinic)
    return tuple(
        msgspec.structs.replace(h, gaps=(), contiguous=max([h.contiguous, *(b for _, b in h.gaps)]))
        for h in held
    )


def _exported_is_confirmed(self: Ledger) -> dict[str, int]:
    return self.export().upto


def _unhashed(raw: bytes, signature: bytes) -> Any:
    with Patch.context() as patch:
        patch.setattr(entries, "body_hash", lambda _salt, _body: _Any())
        return _decode(raw, signature)


class _Any(str):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


_decode = entries.decode_entry


def _latest_void(self: Applier, doc: str) -> Any:
    """Of two voids the one that came last strikes."""
    voids = set(self._struck.get(doc, ()))
    voids |= {(row["v"], row["p"] or None) for row in self._reader.rows(void_drawer(doc))}
    found = [self._held(drawer_of(BY_NAME["void"], v, p), v)[0] for v, p in voids]
    held = sorted((h for h in found if h is not None), key=lambda h: h.heads[-1].log)
    return body_of(held[-1]) if held else None


MUTANTS: dict[str, Callable[[Patch], object]] = {
    # save
    "save: over what someone else wrote": lambda p: p.setattr(Transaction, "put", lambda *a, **k: _put(*a, **{**k, "read_rev": None})),
    "save: the draft stays": lambda p: p.setattr(Drafts, "delete_rows", lambda *_: None),
    "save: doubt is taken for a save": lambda p: p.setattr(commit, "_settle_doubt", lambda *_: None),
    "save: the head is not written": lambda p: p.setattr(commit, "_write", _write_headless),
    "save: what waits counts as written": lambda p: p.setattr(LogState, "known", property(lambda self: self.n)),
    "save: what waits is written nowhere": lambda p: p.setattr(Late, "write", lambda *_: None),
    "save: after a cut nothing is taken up": lambda p: p.setattr(core, "take_up", lambda _store: None),
    "save: sums are not taken back": lambda p: p.setattr(ProjectionChanges, "remove", lambda *_: None),
    # log
    "log: the chain names another entry": lambda p: p.setattr(commit, "advanced", _wrong_own),
    "log: the hybrid clock goes back with the wall clock": lambda p: p.setattr(commit, "tick", lambda _l, wall: (wall, 0)),
    "log: a stranger signs": lambda p: p.setattr(KeyPair, "sign", lambda self, m: KeyPair.make().ed.sign(m)),
    "log: a restored copy keeps its numbers": lambda p: p.setattr(vault, "settle_identity", lambda _v: None),
    "import: what is held already is not recognised": lambda p: p.setattr(Vault, "row_of", lambda *_: None),
    # merge
    "merge: the last to come wins": lambda p: p.setattr(Applier, "_joined", _newest_head),
    "merge: a parent that comes late is a head": lambda p: p.setattr(Applier, "_joined", _never_missing),
    "merge: heads in order of arrival": lambda p: p.setattr(Applier, "_joined", _arrival_order),
    "merge: of two voids the last to come strikes": lambda p: p.setattr(Applier, "_void_of", _latest_void),
    "merge: a void strikes nothing": lambda p: p.setattr(Applier, "_strike", lambda *_: None),
    "merge: what lies beyond a gap is forgotten": lambda p: p.setattr(Chain, "plus", _forgets_gap),
    "merge: a gap is jumped over": lambda p: p.setattr(Chain, "plus", _takes_gap),
    # import
    "import: signatures are not looked at": lambda p: p.setattr(receive, "good_signature", lambda *_: True),
    "import: bodies are not compared with their hash": lambda p: p.setattr(receive, "decode_entry", _unhashed),
    "import: chains are not looked at": lambda p: p.setattr(receive, "_check_chain", lambda *_: None),
    "import: a clock in 2099 is followed": lambda p: p.setattr(receive, "_AHEAD_MS", 1 << 60),
    "import: nothing is put into seen": lambda p: p.setattr(Container, "put_seen", lambda *_: None),
    # receipt
    "receipt: one entry more than is held": lambda p: p.setattr(Book, "held", _claims_more),
    "receipt: gaps are kept quiet": lambda p: p.setattr(Book, "held", _no_gaps),
    "receipt: what was exported counts as confirmed": lambda p: p.setattr(Ledger, "basis", _exported_is_confirmed),
    "receipt: believed though the office lost its log": lambda p: p.setattr(importing, "_in_force", _keeps_row),
}  # fmt: skip
_in_force = importing._in_force
_advanced, _write = commit.advanced, commit._write


def _wrong_own(*args: Any, **more: Any) -> Any:
    state = _advanced(*args, **more)
    return msgspec.structs.replace(state, own=state.last[::-1])


def _write_headless(store: Vault, saved: Any, dropped: list[str]) -> None:
    put_secret = store.put_secret
    with Patch.context() as patch:
        patch.setattr(
            store, "put_secret", lambda name, value: None if name == "head" else put_secret(name, value)
        )
        _write(store, saved, dropped)


def _keeps_row(store: Vault, receipt: Any, before: Any) -> Any:
    now = _in_force(store, receipt, before)
    return before if before is not None and now.row < before.row else now


@pytest.fixture
def template(tmp_path: Path, monkeypatch: Patch) -> Iterator[tuple[Path, str]]:
    with machines(monkeypatch):
        (tmp_path / "template").mkdir()
        yield tmp_path / "template", make_template(tmp_path / "template")


def test_the_program_as_it_is_passes(template: tuple[Path, str], tmp_path: Path) -> None:
    gauntlet.run(tmp_path, *template)


@pytest.mark.filterwarnings("ignore")  # a mutant may leave a file open where it breaks off
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_does_not_pass(template: tuple[Path, str], tmp_path: Path, name: str) -> None:
    with Patch.context() as patch:
        MUTANTS[name](patch)
        caught = False
        try:
            gauntlet.run(tmp_path, *template)
        except BaseException:
            caught = True
        gc.collect()
    assert caught, name
    figures.count("mutants of save, log, merge, import and receipt caught")
