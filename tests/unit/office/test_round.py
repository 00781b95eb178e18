"""Clinic to office and back: everything arrives once, whole, proved, and the clinic reads that it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base.errors import BadInput, BundleRefused, DiskProblem, NotAllowed, NotFound
from ces_tui.clinic import projector
from ces_tui.office.office import Office
from ces_tui.sync import age, bundle
from ces_tui.sync.stick import Stopped
from ces_tui.vault.salvage import salvage
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE
from tests.unit.office.support import Pair, fingerprint


def test_an_unknown_device_waits_until_its_four_words_were_compared(pair: Pair) -> None:
    pair.write(3)
    path = pair.export()
    before = pair.office_clinic.vault.state
    first = pair.office.import_file(path)
    assert (first.state, first.device) == ("waiting", pair.clinic.vault.device_id)
    assert first.words == pair.clinic.exchange.device_words()
    assert pair.office_clinic.vault.state == before and pair.office.status() == []
    assert [q.device for q in pair.office.waiting()] == [first.device]

    with pytest.raises(BadInput, match="palabras"):
        pair.office.accept(first.device, "abanico abeja abierto abogado")
    with pytest.raises(NotFound):
        pair.office.accept("ffff", first.words)
    assert pair.office_clinic.vault.state == before

    acceptance, united = pair.office.accept(first.device[:8], first.words)
    assert acceptance.code == "PRU" and [u.state for u in united] == ["new"]
    assert pair.office.waiting() == []
    assert pair.office.accept(first.device, "lo que sea")[1] == []


def test_the_office_holds_the_same_documents_and_a_second_import_changes_nothing(pair: Pair) -> None:
    pair.write(5)
    pair.introduce()
    theirs, ours = pair.office_clinic.vault, pair.clinic.vault
    assert {i: theirs.doc_body("patient", i) for i in ours.doc_ids("patient")} == {
        i: ours.doc_body("patient", i) for i in ours.doc_ids("patient")
    }
    pair.write(2)
    path = pair.export()
    assert pair.office.import_file(path).new == 2 + 1  # and who exported
    before = fingerprint(pair.office_clinic)
    again = pair.office.import_file(path)
    assert again.state == "already" and "ya estaba" in again.sentence
    assert fingerprint(pair.office_clinic) == before


def test_a_bundle_changed_in_one_byte_at_200_places_is_refused_each_time_and_changes_nothing(
    pair: Pair,
) -> None:
    pair.write(3)
    pair.introduce()
    pair.write(1)
    path = pair.export()
    whole = path.read_bytes()
    before = fingerprint(pair.office_clinic)
    for i in range(200):
        damaged = bytearray(whole)
        damaged[i * (len(whole) - 1) // 199] ^= 1 + i % 255
        path.write_bytes(bytes(damaged))
        with pytest.raises(BundleRefused):
            pair.office.import_file(path)
    assert fingerprint(pair.office_clinic) == before
    assert pair.office.waiting() == []
    path.write_bytes(whole)
    assert pair.office.import_file(path).state == "new"


def test_the_receipt_comes_back_and_says_n_of_n_by_month(pair: Pair) -> None:
    pair.write(4)
    pair.introduce()
    answer = pair.office.answer(None, pair.stick)
    assert answer.path.name == "pru-0-1.age"
    done = pair.clinic.exchange.read_answer(answer.path)
    assert not done.already and not done.gaps and not done.behind and not done.waiting
    assert [(m.month, m.at_office, m.written) for m in done.months] == [("2026-11", 4, 4)]
    state = pair.clinic.exchange.state()
    assert (state.answer_number, state.last_receipt_at is not None) == (1, True)
    again = pair.clinic.exchange.read_answer(answer.path)
    assert again.already and again.months == done.months


def test_an_export_carries_everything_since_the_last_receipt_whatever_was_exported_before(pair: Pair) -> None:
    pair.write(2)
    pair.introduce()
    pair.write(3)
    lost = pair.export()
    lost.unlink()
    pair.write(1)
    assert pair.clinic.exchange.pending().by_month == {"2026-11": 6}
    second = pair.office.import_file(pair.export())
    assert (second.state, second.new) == ("new", 4 + 2)  # each export writes who made it
    pair.clinic.exchange.read_answer(pair.office.answer("PRU", pair.stick).path)
    state = pair.clinic.exchange.state()
    assert state.pending_entries == state.unexported_entries == 0
    assert pair.clinic.exchange.pending().entries == 0
    pair.write(2)
    assert pair.clinic.exchange.pending().entries == 2
    third = pair.office.import_file(pair.export())
    assert (third.new, third.already) == (2 + 1, 0)


def test_a_bundle_that_was_skipped_leaves_a_gap_that_is_named_and_closes_when_it_arrives(pair: Pair) -> None:
    pair.write(2)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.write(2)
    early = pair.export()
    ledger = pair.clinic.exchange._ledger
    receipt = ledger.receipt()
    assert receipt is not None
    name = next(iter(receipt.covers))
    pretended = type(receipt)(
        receipt=receipt.receipt, covers={name: receipt.covers[name] + 2}, row=pair.clinic.vault.state.n
    )
    ledger.note_answer(ledger.answer(), pretended)
    pair.write(1)
    assert pair.office.import_file(pair.export()).new == 1 + 1
    (log,) = pair.office.status()[0].devices
    assert log.gaps == ((log.contiguous + 1, log.contiguous + 3),)  # two records and their export's own line
    done = pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    assert done.gaps == (f"{log.contiguous + 1}-{log.contiguous + 3}",)
    assert pair.office.import_file(early).new == 2 + 1
    (log,) = pair.office.status()[0].devices
    assert log.gaps == () and log.contiguous == pair.clinic.vault.state.seq


def test_answers_are_taken_in_order_a_later_one_when_it_holds_what_was_missed_and_never_backwards(
    pair: Pair,
) -> None:
    pair.write(1)
    pair.introduce()
    first = pair.office.answer(None, pair.stick).path
    second = pair.office.answer(None, pair.stick).path
    assert pair.clinic.exchange.read_answer(second).number == 2
    before = fingerprint(pair.clinic)
    late = pair.clinic.exchange.read_answer(first)
    assert late.already and late.number == 1
    assert fingerprint(pair.clinic) == before


def test_an_answer_that_leans_on_one_the_clinic_never_had_is_refused(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    pair.write(1)
    pair.office.import_file(pair.export())  # tells the office that answer 1 arrived
    ledger = pair.clinic.exchange._ledger
    receipt = ledger.receipt()
    assert receipt is not None
    ledger.note_answer(type(ledger.answer())(), receipt)  # as in a laptop whose copy of before was put back
    third = pair.office.answer(None, pair.stick).path
    with pytest.raises(BundleRefused, match="falta una anterior"):
        pair.clinic.exchange.read_answer(third)


def test_a_foreign_office_a_foreign_clinic_and_the_wrong_direction_are_refused(
    pair: Pair, tmp_path: Path
) -> None:
    from tests.unit.office.support import make_pair

    pair.write(1)
    pair.introduce()
    answer = pair.office.answer(None, pair.stick).path
    (tmp_path / "other").mkdir()
    other = make_pair(tmp_path / "other", pair.clock)
    try:
        with pytest.raises(BundleRefused, match="otra clínica"):
            other.clinic.exchange.read_answer(answer)
        with pytest.raises(BundleRefused, match="otra clínica"):
            other.office.import_file(pair.export())
        with pytest.raises(BundleRefused, match="otra clínica"):
            pair.clinic.exchange.read_answer(pair.export())
        keys = other.clinic.vault.device
        manifest_of_ours = bundle.split(
            age.decrypt(answer.read_bytes(), [pair.clinic.vault.device.x.private_bytes_raw()])
        )
        m = bundle.read_manifest(manifest_of_ours)
        forged, _ = bundle.pack(m, bundle.join_entries(bundle.read_content(manifest_of_ours, m)), keys)
        answer.write_bytes(age.encrypt(forged, [pair.clinic.vault.device.x_public]))
        with pytest.raises(BundleRefused, match="no lo firmó la oficina"):
            pair.clinic.exchange.read_answer(answer)
    finally:
        other.close()


def test_an_accepted_device_can_not_bring_entries_of_another_one(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    vault = pair.clinic.vault
    office_entry = pair.office_clinic.vault.entry_at(1)
    from tests.unit.office.test_forged import bundle_of

    pair.stick.joinpath("x.age").write_bytes(bundle_of(pair, [office_entry], vault.device))
    before = fingerprint(pair.office_clinic)
    with pytest.raises(BundleRefused, match="otro equipo"):
        pair.office.import_file(pair.stick / "x.age")
    assert fingerprint(pair.office_clinic) == before


def test_an_export_in_several_files_is_the_same_as_one(pair: Pair) -> None:
    from ces_tui.sync.exchange import Exchange

    pair.write(2)
    pair.introduce()
    pair.write(12)
    done = Exchange(pair.clinic.desk, limit=4000).export(pair.stick)
    assert len(done.paths) > 2 and len({p.name for p in done.paths}) == len(done.paths)
    for path in reversed(done.paths):
        assert pair.office.import_file(path).state == "new"
    (log,) = pair.office.status()[0].devices
    assert (log.contiguous, log.gaps) == (pair.clinic.vault.state.seq, ())


def test_cancelling_or_losing_the_stick_leaves_nothing_and_the_next_export_is_whole(pair: Pair) -> None:
    pair.write(2)
    with pytest.raises(Stopped):
        pair.clinic.exchange.export(pair.stick, cancelled=lambda: True)
    with pytest.raises(DiskProblem):
        pair.clinic.exchange.export(pair.root / "gone")
    assert list(pair.stick.iterdir()) == [] and pair.clinic.exchange.state().last_export_at is None
    assert pair.export().name == "pru-5-2.age"
    pair.introduce()
    assert pair.office.status()[0].devices[0].contiguous == pair.clinic.vault.state.seq


def test_who_may_export_import_and_answer_is_decided_by_role(pair: Pair) -> None:
    visitor = next(p for p in pair.clinic.people() if p.role == "visitante")
    from tests.support import PASSPHRASE

    pair.clinic.login(visitor.id, PASSPHRASE)
    for call in (
        lambda: pair.clinic.exchange.export(pair.stick),
        lambda: pair.clinic.exchange.read_answer(pair.stick),
    ):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotFound, match="es de una clínica"):
        Office(pair.clinic.desk)


def test_a_bundle_holds_no_clear_text_and_its_name_says_clinic_and_number_only(pair: Pair) -> None:
    with pair.clinic.vault.transaction() as tx:
        tx.put("patient", pair.clinic.vault.new_id(), {"names": "CANARIO-XYZZY"}, new=True)
    path = pair.export()
    assert b"CANARIO" not in path.read_bytes() and path.name == "pru-5-1.age"
    plain = age.decrypt(path.read_bytes(), [age.identity_bytes(pair.new_office.escrow_secret)])
    m = bundle.read_manifest(bundle.split(plain))
    content = bundle.inflate(bundle.split(plain).packed, m.bytes)
    assert b"CANARIO-XYZZY" in content  # the paper key opens it when nothing else is left


def test_a_cut_between_uniting_and_noting_costs_nothing(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.write(1)
    pair.introduce()
    pair.write(2)
    path = pair.export()
    with monkeypatch.context() as patch:
        patch.setattr(pair.office.book, "add_import", lambda note: (_ for _ in ()).throw(DiskProblem()))
        with pytest.raises(DiskProblem):
            pair.office.import_file(path)
    assert pair.office.status()[0].devices[0].contiguous == pair.clinic.vault.state.seq
    again = pair.office.import_file(path)
    assert (again.state, again.new, again.already) == ("new", 0, 4 + 2)
    assert pair.office.status()[0].last_number == 2
    assert pair.office.import_file(path).state == "already"


def test_a_stick_that_fails_after_the_receipt_was_written_uses_up_a_number_and_no_more(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    with pytest.raises(DiskProblem):
        pair.office.answer(None, pair.root / "gone")
    with pytest.raises(Stopped):
        pair.office.answer(None, pair.stick, cancelled=lambda: True)
    answer = pair.office.answer(None, pair.stick)
    assert answer.number == 2 and [p.name for p in pair.stick.glob("*-0-*")] == ["pru-0-2.age"]
    assert pair.clinic.exchange.read_answer(answer.path).number == 2


def test_files_are_offered_by_their_names_in_the_order_in_which_they_were_made(pair: Pair) -> None:
    for name in (
        "pru-5-10.age",
        "pru-5-9.age",
        "pru-5-9-2.age",
        "pru-0-3.age",
        "pru-0-12.age",
        "otr-0-1.age",
        "x.age",
        "PRU-5-1.AGE",
    ):
        (pair.stick / name).write_bytes(b"")
    assert [a.number for a in pair.clinic.exchange.answers_in(pair.stick)] == [12, 3]
    assert [p.name for p in pair.office.bundles_in(pair.stick)] == [
        "PRU-5-1.AGE",
        "pru-5-9-2.age",
        "pru-5-9.age",
        "pru-5-10.age",
    ]
    assert pair.clinic.exchange.answers_in(pair.root / "gone") == []
    assert pair.office.bundles_in(pair.root / "gone") == []


def test_what_came_from_the_office_verifies_and_is_rescued_with_its_signatures(
    pair: Pair, tmp_path: Path
) -> None:
    pair.write(2)
    pair.introduce()
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    folder, me, entries = pair.clinic.vault.folder, pair.clinic.me.id, pair.clinic.vault.state.n
    office, coordinator = pair.office_clinic.vault.folder, pair.office_clinic.me.id
    pair.close()
    for store, person in ((folder, me), (office, coordinator)):
        assert verify_store(store, person, PASSPHRASE, projector=projector(), signatures=True).damaged == ()
    done = salvage(folder, me, PASSPHRASE, tmp_path / "r", clock=pair.clock, projector=projector())
    assert (done.entries, done.missing) == (entries, ())
    assert verify_store(tmp_path / "r", me, PASSPHRASE, projector=projector(), signatures=True).ok
