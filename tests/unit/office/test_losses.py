"""Copies put back, lost bundles, several clinics: who lost something gets it again, and is told."""

from __future__ import annotations

import shutil

import pytest

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.clinic import projector
from ces_tui.office.office import Office
from ces_tui.vault.authors import Author
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE, make_store, open_clinic
from tests.unit.office.support import Pair


def test_an_office_that_lost_its_last_weeks_gets_them_again(pair: Pair) -> None:
    pair.write(2)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.office_clinic.close()
    shutil.copytree(pair.root / "office", pair.root / "copy")
    pair.office_clinic = open_clinic(pair.root / "office", pair.clock, "coordinacion")
    pair.office = Office(pair.office_clinic.desk)
    pair.write(3)
    pair.office.import_file(pair.export())
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert pair.clinic.exchange.pending().entries == 0
    pair.office_clinic.close()

    pair.office_clinic = open_clinic(pair.root / "copy", pair.clock, "coordinacion")
    pair.office = Office(pair.office_clinic.desk)
    assert pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path).already
    done = pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert (done.number, done.months[0].at_office, done.months[0].written) == (3, 2, 5)
    assert pair.clinic.exchange.pending().entries == 3 + 1  # the export that was lost left its own line too
    assert pair.office.import_file(pair.export()).new == 3 + 2


def test_answers_of_an_office_that_began_again_from_a_copy_are_no_damage_at_the_clinic(pair: Pair) -> None:
    """Found by the model: the new incarnation names an entry that the office never sent; no copy could be made any more."""
    pair.write(2)
    pair.introduce()
    pair.office_clinic.close()
    shutil.copytree(pair.root / "office", pair.root / "copy")
    pair.office_clinic = open_clinic(pair.root / "office", pair.clock, "coordinacion")
    Office(pair.office_clinic.desk).import_file(pair.export())
    pair.office_clinic.close()
    pair.office_clinic = open_clinic(pair.root / "copy", pair.clock, "coordinacion")
    pair.office = Office(pair.office_clinic.desk)
    assert pair.office_clinic.vault.notice is not None
    assert not pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path).already
    assert pair.clinic.backups.copy_today() in pair.clinic.backups.local()
    me = pair.clinic.me.id
    pair.clinic.close()
    report = verify_store(pair.root / "clinic", me, PASSPHRASE, projector=projector(), signatures=True)
    assert (report.ok, report.damaged) == (True, ())
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)


def test_a_clinic_whose_older_copy_was_put_back_is_told_how_much_is_missing(pair: Pair) -> None:
    pair.write(2)
    pair.introduce()
    pair.clinic.close()
    shutil.copytree(pair.root / "clinic", pair.root / "copy")
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)
    pair.write(3)
    pair.office.import_file(pair.export())
    answer = pair.office.answer(None, pair.stick).path
    pair.clinic.close()
    pair.clinic = open_clinic(pair.root / "copy", pair.clock)
    done = pair.clinic.exchange.read_answer(answer)
    assert done.behind == 3 + 1 and done.months[0].written == 2
    assert pair.clinic.exchange.pending().entries == 3 + 1  # nothing that is here is taken as delivered
    pair.write(1)
    state = pair.clinic.exchange.state()
    assert (state.pending_entries, state.unexported_entries) == (4 + 1, 1)


def test_what_a_restored_clinic_lost_comes_back_with_the_next_answer(pair: Pair) -> None:
    pair.write(2)
    pair.introduce()
    pair.clinic.close()
    shutil.copytree(pair.root / "clinic", pair.root / "copy")
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)
    pair.write(3)
    patients = set(pair.clinic.vault.doc_ids("patient"))
    pair.office.import_file(pair.export())
    pair.clinic.close()

    pair.clinic = open_clinic(pair.root / "copy", pair.clock)
    assert pair.clinic.vault.notice is not None
    pair.write(1)
    assert len(pair.clinic.vault.doc_ids("patient")) == 3
    pair.office.import_file(pair.export())
    done = pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert (done.returned, done.behind) == (3 + 1, 0)
    assert patients < set(pair.clinic.vault.doc_ids("patient"))
    assert len(pair.clinic.vault.doc_ids("patient")) == 6
    me = pair.clinic.me.id
    pair.write(1)
    pair.office.import_file(pair.export())
    again = pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert (again.returned, again.new_entries > 0) == (0, True)
    pair.clinic.close()
    report = verify_store(pair.root / "copy", me, PASSPHRASE, projector=projector(), signatures=True)
    assert (report.ok, report.damaged) == (True, ())
    pair.clinic = open_clinic(pair.root / "copy", pair.clock)


def test_a_clinic_whose_copy_is_older_than_answers_it_had_read_gets_the_next_one_and_what_it_lost(
    pair: Pair,
) -> None:
    """Found by the soak: the office went on from the answers that the lost laptop had read, and every one was refused."""
    pair.write(2)
    pair.introduce()
    pair.clinic.close()
    shutil.copytree(pair.root / "clinic", pair.root / "copy")
    pair.clinic = open_clinic(pair.root / "clinic", pair.clock)
    for _ in range(2):
        pair.write(2)
        pair.office.import_file(pair.export())
        pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.office.import_file(pair.export())  # says that both were read
    patients = set(pair.clinic.vault.doc_ids("patient"))
    pair.clinic.close()

    pair.clinic = open_clinic(pair.root / "copy", pair.clock)
    pair.office.import_file(pair.export())
    done = pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert done.returned == 4 + 3 and patients == set(pair.clinic.vault.doc_ids("patient"))
    pair.write(1)
    pair.office.import_file(pair.export())
    assert not pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path).already
    assert pair.clinic.exchange.pending().entries == 0


def test_a_bundle_that_came_too_early_is_united_when_its_author_becomes_known(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    vault, keys = pair.clinic.vault, KeyPair.make()
    with vault.transaction() as tx:
        tx.put(
            "person",
            keys.id,
            {"name": "Nueva Persona", "role": "pasante", "ed": keys.ed_public.hex()},
            new=True,
        )
    introduction = pair.export()
    receipt = pair.office.answer(
        None, pair.stick
    )  # before the introduction arrived: it only holds the first bundle
    assert receipt.held[0].contiguous == vault.state.seq - 2  # the introduction and that export's own line
    me = vault.author
    vault.author = Author(keys.id, "Nueva Persona", "pasante", keys)
    pair.write(2)
    from tests.unit.office.test_forged import bundle_of

    early = pair.stick / "early.age"
    early.write_bytes(bundle_of(pair, list(vault.entries(vault.state.n - 1)), vault.device))
    vault.author = me
    assert pair.office.import_file(early).state == "waiting"
    assert pair.office.waiting() == []  # the device is known; it is the author who is not
    assert pair.office.import_file(introduction).new == 1 + 1
    (log,) = pair.office.status()[0].devices
    assert (log.contiguous, log.gaps) == (vault.state.seq, ())
    assert list((pair.root / "office" / "espera").iterdir()) == []


def test_two_clinics_are_kept_apart_and_each_gets_its_own_answer(pair: Pair) -> None:
    card = pair.new_office.card
    with pytest.raises(NotFound, match="Todavía no hay"):
        pair.office.answer(None, pair.stick)
    pair.write(2)
    pair.introduce()
    make_store(pair.root / "second", pair.clock, office=card.office, escrow=card.escrow, code="SEG")
    first, second = pair.clinic, open_clinic(pair.root / "second", pair.clock)
    try:
        pair.clinic = second
        pair.write(5)
        pair.introduce()
        pair.clinic = first
        assert [(c.clinic, c.months[0][1:]) for c in pair.office.status()] == [
            ("PRU", (2, 2)),
            ("SEG", (5, 5)),
        ]
        with pytest.raises(BadInput, match="PRU, SEG"):
            pair.office.answer(None, pair.stick)
        with pytest.raises(NotFound):
            pair.office.answer("XYZ", pair.stick)
        answer = pair.office.answer("seg", pair.stick)
        assert answer.path.name == "seg-0-1.age" and {h.dev for h in answer.held} == {second.vault.device_id}
        assert second.exchange.read_answer(answer.path).months[0].at_office == 5
        with pytest.raises(Exception, match="otra clínica"):
            first.exchange.read_answer(answer.path)
    finally:
        second.close()
