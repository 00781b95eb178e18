"""Files cut short at every sector: refused in a plain sentence and nothing changed, or a whole store with the saves before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.base.paths import state_dir
from ces_tui.clinic import projector
from ces_tui.office.card import read_card
from ces_tui.office.recovery import Recovery
from ces_tui.sync.backup_files import restore
from ces_tui.sync.recovery import apply_answer, make_request, read_request
from ces_tui.vault import copies
from ces_tui.vault.vault import Vault
from tests.faults import figures
from tests.faults.checks import report_of, says_it_plainly
from tests.faults.powercut import put_back, read_tree
from tests.faults.rot import fill
from tests.support import CHEAP, PASSPHRASE, open_clinic
from tests.unit.office.support import make_pair

pytestmark = pytest.mark.faults
SECTOR = 512
EVERY = figures.amount("sectors", 8, 4, 1)
"""Every how many sectors a file is cut short."""
NEW = "frase nueva y bien larga 9"


@pytest.fixture
def filled(store: Path, clock: FixedClock) -> Path:
    """A closed store with charts, a struck note, reads and a draft, all of it inside the database file."""
    return fill(store, clock, 10)


def cut_short(path: Path, act: Callable[[], object], keeps: Path, extra: tuple[int, ...] = (0, 1)) -> None:
    """`act` on the file at each of its lengths but the whole one: a plain sentence, and `keeps` stays as it was."""
    whole = path.read_bytes()
    before = {p: p.read_bytes() for p in keeps.rglob("*") if p.is_file() and p != path}
    lengths = {*extra, *range(0, len(whole), SECTOR * EVERY), len(whole) - 2}
    for length in sorted(lengths):
        path.write_bytes(whole[:length])
        with pytest.raises(CesError) as told:
            act()
        assert says_it_plainly(told.value), (path.name, length, str(told.value))
        after = {p: p.read_bytes() for p in keeps.rglob("*") if p.is_file() and p != path}
        after.pop(keeps / "lock", None)
        assert after == {k: v for k, v in before.items() if k != keeps / "lock"}, (path.name, length)
    path.write_bytes(whole)
    figures.count("files cut short", len(lengths), note=f"every {SECTOR * EVERY} bytes of each kind of file")


def test_a_short_header_or_database_opens_nothing(filled: Path, clock: FixedClock) -> None:
    def opened() -> None:
        person = Vault.peek(filled).people[0].id
        if not report_of(filled).ok:
            raise CesError("Está dañado.")
        Vault.open(filled, person, PASSPHRASE, clock, projector()).close()

    cut_short(filled / "header", opened, filled)
    cut_short(filled / "store-1.db", opened, filled)
    opened()


def test_a_short_database_is_refused_or_readable_but_never_another_error(
    filled: Path, clock: FixedClock
) -> None:
    path = filled / "store-1.db"
    whole = path.read_bytes()
    for length in range(0, len(whole), SECTOR * EVERY):
        path.write_bytes(whole[:length])
        try:
            clinic = open_clinic(filled, clock)
            try:
                for patient in clinic.vault.doc_ids("patient"):
                    clinic.vault.chart(patient).table("consult").all()
                clinic.vault.hot.table("patient").insert({"given": "Nueva"})
            finally:
                clinic.close()
        except CesError as error:
            assert says_it_plainly(error), (length, str(error))
        for leftover in filled.glob("*-wal"):
            leftover.unlink()
        figures.count("work in a database cut short")


def test_a_short_journal_leaves_a_whole_store_with_the_saves_before(
    store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    clinic = open_clinic(store, clock)
    for i in range(12):
        clinic.vault.hot.table("item").insert({"n": i})
    frozen = tmp_path / "cut"
    shutil.copytree(store, frozen)
    clinic.close()
    anchors = read_tree(state_dir())
    wal = frozen / "store-1.db-wal"
    whole, last = wal.read_bytes(), 0
    database = (frozen / "store-1.db").read_bytes()
    for length in range(0, len(whole) + 1, SECTOR * EVERY):
        put_back(anchors, state_dir())
        (frozen / "store-1.db").write_bytes(database)
        wal.write_bytes(whole[:length])
        clinic = open_clinic(frozen, clock)
        count = len(clinic.vault.hot.table("item"))
        lost = clinic.vault.notice
        clinic.close()
        assert report_of(frozen).ok and count >= last, length
        assert count == 12 or (lost is not None and "falta" in lost), length
        last = count
        figures.count("journals cut short")
    assert last >= 11


def test_short_files_of_the_exchange_are_refused_whole(tmp_path: Path, clock: FixedClock) -> None:
    pair = make_pair(tmp_path, clock)
    pair.write(2)
    pair.introduce()
    pair.write(2)
    bundle, card = pair.export(), tmp_path / "office" / "oficina.json"
    cut_short(bundle, lambda: pair.office.import_file(bundle), tmp_path / "office")
    cut_short(card, lambda: read_card(card), tmp_path / "clinic")
    pair.office.import_file(bundle)
    answer = pair.office.answer(None, pair.stick).path
    cut_short(answer, lambda: pair.clinic.exchange.read_answer(answer), tmp_path / "clinic")
    assert pair.clinic.exchange.read_answer(answer).months[0].at_office == 4
    pair.clinic.close()
    folder = tmp_path / "clinic"
    me = Vault.peek(folder).people[0].id
    request, words = make_request(folder, me, NEW, pair.stick, CHEAP)
    cut_short(request, lambda: read_request(request), folder)
    reply = Recovery(pair.office_clinic.desk).answer(read_request(request), words, pair.stick)

    def apply() -> None:
        apply_answer(folder, reply, NEW, clock=clock, projector=projector())

    cut_short(reply, apply, folder)
    cut_short(folder / "recuperacion", apply, folder)
    apply()
    pair.office_clinic.close()


def test_a_short_copy_restores_nothing(filled: Path, tmp_path: Path, clock: FixedClock) -> None:
    clinic = open_clinic(filled, clock)
    me, made = clinic.me.id, copies.copy_here(clinic.vault)
    clinic.close()
    file, target = tmp_path / "c.cesc", tmp_path / "repuesto"
    file.write_bytes(b"".join(copies.packed(made.path)))

    def put_back() -> None:
        shutil.rmtree(target, ignore_errors=True)
        restore(file, target, me, PASSPHRASE, projector())

    cut_short(file, put_back, filled)
    put_back()
