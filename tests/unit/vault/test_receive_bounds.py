"""At the door: whose entries are taken, how far a clock is followed, and what is remembered of strangers."""

from __future__ import annotations

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BundleRefused
from ces_tui.clinic import Clinic
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.entry import Entry
from ces_tui.vault.header import OfficeInfo
from ces_tui.vault.receive import AUTHORS, authors_of, known_keys, receive
from ces_tui.vault.state import Chain
from ces_tui.vault.vault import Vault
from tests.unit.vault.forge import WALL, Part, Writer, hexed, keys_of, take

CHAIN = "A la cadena de registros de ese equipo le falta o le sobra algo. No se cambió nada."
FORGED = "Una firma del archivo no es de quien dice. No se cambió nada."
DAY_MS = 86_400_000


@pytest.fixture
def vault(clinic: Clinic) -> Vault:
    return clinic.vault


def item(n: int) -> Part:
    return Part("item", hexed(n), hexed(1000 + n), {"n": n})


def chain(vault: Vault, writer: Writer) -> Chain:
    return vault.state.chains[f"{writer.dev or writer.keys.id}/{writer.inc}"]


# -- whose entries -----------------------------------------------------------------------------------------


def test_the_store_s_own_people_devices_and_office_are_known_without_being_named(vault: Vault) -> None:
    told = known_keys(vault)
    assert set(told) == {p.id for p in vault.header.people} | {d.id for d in vault.header.devices}
    assert all(told[p.id].hex() == p.ed for p in vault.header.people)


def test_entries_of_authors_nobody_knows_wait_and_those_beside_them_are_taken(vault: Vault) -> None:
    a, b = Writer(), Writer()
    n = vault.state.n
    got = take(vault, a.entry(item(1)), b.entry(item(2)), a.entry(item(3)), known=keys_of(b))
    assert (got.new, got.already, got.forks, got.unknown_types) == (1, 0, 0, 0)
    assert got.waiting == [a.keys.id, a.keys.id]
    assert vault.doc_ids("item") == [hexed(2)] and vault.state.n == n + 1


def test_an_entry_twice_in_one_delivery_is_taken_once(vault: Vault) -> None:
    a = Writer()
    one = a.entry(item(1))
    got = take(vault, one, one, known=keys_of(a))
    assert (got.new, got.already) == (1, 1)
    assert (take(vault, one, known=keys_of(a)).new, vault.doc_ids("item")) == (0, [hexed(1)])


def test_a_signature_of_another_key_refuses_all_that_came_with_it(vault: Vault) -> None:
    a = Writer()
    good, bad = a.entry(item(1)), a.entry(item(2))
    bad = Entry(bad.header, bad.header_bytes, bad.salts, bad.bodies, KeyPair.make().sign(bad.hash))
    before = vault.state
    with pytest.raises(BundleRefused) as told:
        take(vault, good, bad, known=keys_of(a))
    assert str(told.value) == FORGED and vault.state == before and vault.setting(AUTHORS) is None


def person(keys: KeyPair, doc: str = "", body: object = None) -> Part:
    told = {"name": "Nueva", "role": "pasante", "ed": keys.ed_public.hex(), "x": keys.x_public.hex()}
    return Part("person", doc or keys.id, hexed(0x900), told if body is None else body)


@pytest.mark.parametrize("kind", ["person", "device"])
def test_whoever_a_known_author_adds_is_known_from_then_on(vault: Vault, kind: str) -> None:
    a, b = Writer(), Writer()
    added = msgspec.json.decode(person(b.keys).raw)
    entry = a.entry(Part(kind, b.keys.id, hexed(0x900), added))
    got = take(vault, b.entry(item(1)), entry, b.entry(item(2)), known=keys_of(a))
    assert (got.new, len(got.waiting)) == (2, 1), "what came before is not taken"
    assert known_keys(vault)[b.keys.id] == b.keys.ed_public
    entry = b.entry(item(3))
    assert receive(vault, [(entry.signature, entry.to_bytes())]).new == 1


def test_only_people_and_devices_make_someone_known(vault: Vault) -> None:
    """A document of another type may hold a key, and its id may be the fingerprint: it opens no door."""
    a, b = Writer(), Writer()
    told = msgspec.json.decode(person(b.keys).raw)
    got = take(vault, a.entry(Part("item", b.keys.id, hexed(7), told)), b.entry(item(1)), known=keys_of(a))
    assert (got.new, got.waiting) == (1, [b.keys.id])


def test_keys_of_the_header_count_when_their_documents_are_gone(vault: Vault) -> None:
    """The header is what the store was opened with; an office stands in it and in no document."""
    office = KeyPair.make()
    told = OfficeInfo(office.id, office.ed_public.hex(), office.x_public.hex())
    vault.header = msgspec.structs.replace(vault.header, office=told)
    with vault.transaction() as tx:
        tx.put("device", vault.device_id, None)
    known = known_keys(vault)
    assert known[office.id] == office.ed_public
    assert known[vault.device_id] == vault.device.ed_public


def test_nobody_can_name_a_key_for_another(vault: Vault) -> None:
    a, thief, victim = Writer(), Writer(), Writer()
    take(vault, a.entry(person(thief.keys, doc=victim.keys.id)), known=keys_of(a))
    assert victim.keys.id not in known_keys(vault)
    assert take(vault, victim.entry(item(1)), known={}).new == 0


def test_a_key_that_was_known_is_not_replaced_by_what_an_entry_says(vault: Vault) -> None:
    """Not even by one that carries the right id: the first stays."""
    a = Writer()
    other = KeyPair.make()
    known = {a.keys.id: a.keys.ed_public, other.id: b"not the key of this id, but known".ljust(32)}
    take(vault, a.entry(person(other)), known=known)
    b = Writer(keys=other)
    with pytest.raises(BundleRefused):
        take(vault, a.entry(Part("person", other.id, hexed(0x901), {"ed": other.ed_public.hex()}, (hexed(0x900),))), b.entry(item(1)), known=known)  # fmt: skip


@pytest.mark.parametrize(
    "body", [b"[1]", b"null", b"7", {"ed": "no hex"}, {"ed": 7}, {}, {"ed": ""}, {"ed": None}]
)
def test_a_person_of_another_shape_is_kept_and_makes_nobody_known(vault: Vault, body: object) -> None:
    a, b = Writer(), Writer()
    before = known_keys(vault)
    got = take(vault, a.entry(person(b.keys, body=body)), b.entry(item(1)), known=keys_of(a))
    assert (got.new, got.waiting) == (1, [b.keys.id])
    assert known_keys(vault) == before


@pytest.mark.parametrize("kind", ["person", "item", "later"])
@pytest.mark.parametrize("body", [b"no JSON", b"", b'"\xff"', b"[" * 60_000])
def test_a_body_that_is_no_json_refuses_all_that_came_with_it(vault: Vault, kind: str, body: bytes) -> None:
    """Well signed, and still nothing that a screen could show: whatever its type is."""
    a = Writer()
    before = vault.state
    with pytest.raises(BundleRefused, match="no tiene la forma esperada"):
        take(vault, a.entry(item(1)), a.entry(Part(kind, hexed(5), hexed(6), body)), known=keys_of(a))
    assert vault.state == before and vault.doc_ids("item") == []


# -- what is remembered ------------------------------------------------------------------------------------


def test_keys_from_outside_are_kept_when_they_were_used_and_only_then(vault: Vault) -> None:
    a, b, idle = Writer(), Writer(), Writer()
    take(vault, a.entry(item(1)), known=keys_of(a, idle))
    assert vault.setting(AUTHORS) == {a.keys.id: a.keys.ed_public.hex()}
    before = vault.container.kv("set/" + AUTHORS)
    take(vault, a.entry(item(4)), known=keys_of(a, idle))
    assert vault.container.kv("set/" + AUTHORS) == before is not None, "known already: nothing is written"
    take(vault, b.entry(item(2)), known=keys_of(b, idle))
    assert vault.setting(AUTHORS) == {w.keys.id: w.keys.ed_public.hex() for w in (a, b)}
    before = vault.container.kv("set/" + AUTHORS)
    take(vault, a.entry(item(3)), known=keys_of(a))
    assert vault.container.kv("set/" + AUTHORS) == before


def test_kept_keys_are_read_from_the_setting_and_nothing_else_is_a_key() -> None:
    key = KeyPair.make()
    raw = msgspec.json.encode({key.id: key.ed_public.hex()})
    assert authors_of(raw) == {key.id: key.ed_public}
    assert (authors_of(None), authors_of(b""), authors_of(b"[1]"), authors_of(b"null")) == ({}, {}, {}, {})


def test_the_name_under_which_keys_are_kept_is_that_of_the_first_version() -> None:
    assert AUTHORS == "autores"


def test_a_setting_of_another_shape_is_begun_anew(vault: Vault) -> None:
    a = Writer()
    vault.set_setting(AUTHORS, ["odd"])
    take(vault, a.entry(item(1)), known=keys_of(a))
    assert vault.setting(AUTHORS) == {a.keys.id: a.keys.ed_public.hex()}


# -- chains ------------------------------------------------------------------------------------------------


def test_the_next_entry_must_name_the_one_before_it(vault: Vault) -> None:
    a = Writer()
    first = a.entry(item(1))
    a.prev = hexed(0, 64)
    broken = a.entry(item(2))
    with pytest.raises(BundleRefused) as told:
        take(vault, first, broken, known=keys_of(a))
    assert str(told.value) == CHAIN
    take(vault, first, known=keys_of(a))
    with pytest.raises(BundleRefused) as told:
        take(vault, broken, known=keys_of(a))
    assert str(told.value) == CHAIN and chain(vault, a).to == 1


def test_beyond_a_gap_a_chain_can_not_be_followed_and_is_taken_as_it_comes(vault: Vault) -> None:
    a = Writer()
    first, _, third = a.entry(item(1)), a.entry(item(2)), a.entry(item(3))
    got = take(vault, first, third, known=keys_of(a))
    assert (got.new, got.forks) == (2, 0)
    assert (chain(vault, a).to, chain(vault, a).gaps()) == (1, [(2, 2)])


def test_a_log_that_begins_in_the_middle_has_its_gap_from_the_start(vault: Vault) -> None:
    a = Writer(seq=4)
    take(vault, a.entry(item(5)), known=keys_of(a))
    assert (chain(vault, a).to, chain(vault, a).gaps()) == (0, [(1, 4)])


def test_another_history_of_the_same_device_is_kept_and_told(vault: Vault) -> None:
    a = Writer()
    entries = [a.entry(item(n)) for n in (1, 2, 3)]
    take(vault, *entries, known=keys_of(a))
    copy = Writer(keys=a.keys)
    other = [copy.entry(item(n)) for n in (11, 12)]
    got = take(vault, *other, known=keys_of(a))
    assert (got.new, got.forks) == (2, 2)
    assert vault.state.forks == tuple(e.hash.hex() for e in other)
    assert (chain(vault, a).to, chain(vault, a).head) == (3, entries[-1].hash.hex())
    again = Writer(keys=a.keys, seq=2, prev=entries[1].hash.hex())
    last = again.entry(item(14))
    assert take(vault, last, known=keys_of(a)).forks == 1, "of the last entry held too"
    other.append(last)
    copy.seq, copy.prev = 2, entries[1].hash.hex()
    third = copy.entry(item(13))
    got = take(vault, a.entry(item(4)), third, known=keys_of(a))
    assert (got.new, got.forks) == (2, 1)
    assert vault.state.forks == tuple(e.hash.hex() for e in (*other, third))
    assert vault.doc_ids("item") == [hexed(n) for n in (1, 2, 3, 11, 12, 14, 4, 13)]


# -- clocks and housekeeping -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "followed"), [(-1, False), (0, False), (1, True), (2 * DAY_MS, True), (2 * DAY_MS + 1, False)]
)
def test_a_clock_is_followed_up_to_two_days_ahead_and_never_back(
    vault: Vault, clock: FixedClock, ahead: int, followed: bool
) -> None:
    a = Writer()
    before = vault.state.hlc
    assert before[0] == clock.now_ms()
    at = (clock.now_ms() + ahead, 7)
    entry = a.entry(item(1), at=at)
    take(vault, a.entry(item(2), at=(WALL, 0)), entry, known=keys_of(a)) if ahead else take(
        vault, entry, known=keys_of(a)
    )
    assert vault.state.hlc == (at if followed or (ahead == 0 and at > before) else before)
    assert vault.doc_ids("item")[-1] == hexed(1), "kept in any case"


def test_a_delivery_is_one_commit_and_the_anchor_follows_it(vault: Vault) -> None:
    a = Writer()
    commits: list[str] = []
    vault.container.db.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    take(vault, *(a.entry(item(n)) for n in range(1, 6)), known={a.keys.id: a.keys.ed_public})
    vault.container.db.set_trace_callback(None)
    assert len(commits) == 2, "the authors' keys and the entries"
    told = vault.anchor.read()
    assert told is not None and told[1:3] == (vault.state.n, vault.state.last)
    before = vault.state
    vault.reopen()
    assert vault.state == before
    assert [vault.row_of(e.hash) for e in vault.entries()] == list(range(1, vault.state.n + 1))


def test_nothing_new_writes_nothing(vault: Vault) -> None:
    changes = vault.container.db.total_changes
    got = receive(vault, [])
    assert (got.new, got.already, got.forks, got.unknown_types, got.waiting) == (0, 0, 0, 0, [])
    assert vault.container.db.total_changes == changes
