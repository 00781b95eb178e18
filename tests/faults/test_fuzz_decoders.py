"""Whatever the bytes are: every decoder gives a value or one of our refusals, in little memory and time."""

from __future__ import annotations

import json
import shutil
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base import content
from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import CesError
from ces_tui.clinic import Clinic, projector
from ces_tui.office.card import read_card
from ces_tui.office.recovery import Recovery
from ces_tui.sync import age, bundle, recovery
from ces_tui.sync.strict import strict_json
from ces_tui.vault import header as headers
from ces_tui.vault import packing
from ces_tui.vault.copies import peek_packed
from ces_tui.vault.credentials import KeyPair
from ces_tui.vault.dictionary import deflate, inflate
from ces_tui.vault.entry import Entry, body_hash, decode_entry
from ces_tui.vault.receive import known_keys, receive
from ces_tui.vault.vault import Vault
from tests.faults import figures
from tests.faults.checks import report_of
from tests.faults.fuzz import AT_A_TIME, NASTY, bent, encoded, refused_or, several, spoilt
from tests.support import CHEAP, PASSPHRASE, make_store, open_clinic
from tests.unit.office.support import make_pair

CASES = figures.amount("fuzz", 15, 300, 20_000)
_HARD = settings(
    max_examples=CASES // AT_A_TIME,
    deadline=None,
    database=None,
    derandomize=not figures.LEVEL,
    suppress_health_check=list(HealthCheck),
)
NEW = "frase nueva y bien larga 9"


class Good:
    """Good files and bytes of each kind, made once."""

    def __init__(self, root: Path) -> None:
        clock = FixedClock.at(2026, 11, 20)
        pair = make_pair(root, clock)
        pair.write(2)
        pair.introduce()
        pair.write(1)
        vault = pair.clinic.vault
        entry = vault.entry_at(vault.state.n)
        path = pair.export()
        self.bundle = path.read_bytes()
        self.office_key = pair.office_clinic.vault.secret("office")
        self.plain = age.decrypt(self.bundle, [age.identity_bytes(pair.new_office.escrow_secret)])
        envelope = bundle.split(self.plain)
        self.manifest, self.packed, self.signer = envelope.manifest, envelope.packed, vault.device
        self.entry, self.entry_bytes = entry, entry.to_bytes()
        self.log_row = packing.pack_log(entry)
        head = packing.Head("1" * 32, 3, deflate(b'{"a":1}'))
        held = packing.Held(3, "2" * 32, "3" * 32, 0, (head, head), ("4" * 32,), (1, 2))
        self.doc_row, self.proj_row = packing.pack_doc(held), packing.pack_proj("hot/alerts", b'{"a":1}')
        self.header = (root / "clinic" / "header").read_bytes()
        self.card = (root / "office" / "oficina.json").read_bytes()
        pair.clinic.close()
        me = Vault.peek(root / "clinic").people[0].id
        request, words = recovery.make_request(root / "clinic", me, NEW, root, CHEAP)
        self.request = request.read_bytes()
        asked = recovery.read_request(request)
        self.reply = Recovery(pair.office_clinic.desk).answer(asked, words, root).read_bytes()
        self.pending = (root / "clinic" / recovery.PENDING).read_bytes()
        pair.office_clinic.close()
        self.root = root

    def file(self, raw: bytes, name: str = "x") -> Path:
        path = self.root / name
        path.write_bytes(raw)
        return path


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Good]:
    root = tmp_path_factory.mktemp("fuzz")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        yield Good(root)


def signed_manifest(good: Good, manifest: bytes) -> object:
    envelope = bundle.Envelope(good.signer.ed_public, manifest, good.packed)
    told = bundle.read_manifest(envelope)
    return bundle.read_content(envelope, told)


def apply_reply(good: Good, pending: bytes, reply: bytes) -> object:
    folder = good.root / "waiting"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "header").write_bytes(good.header)
    (folder / recovery.PENDING).write_bytes(pending)
    clock = FixedClock.at(2026, 11, 20)
    return recovery.apply_answer(folder, good.file(reply), NEW, clock=clock, projector=projector())


DECODERS: dict[str, tuple[Callable[[Good], bytes], Callable[[Good, bytes], object]]] = {
    "header": (lambda g: g.header, lambda g, raw: headers.decode(raw)),
    "log row": (lambda g: g.log_row, lambda g, raw: packing.unpack_log(raw)),
    "doc row": (lambda g: g.doc_row, lambda g, raw: packing.unpack_doc(raw)),
    "proj row": (lambda g: g.proj_row, lambda g, raw: packing.unpack_proj(raw)),
    "entry": (lambda g: g.entry_bytes, lambda g, raw: decode_entry(raw, bytes(64))),
    "strict json": (lambda g: g.manifest, lambda g, raw: strict_json(raw)),
    "bundle": (lambda g: g.plain[:3000] + bytes(-3000 % 65536), lambda g, raw: bundle.split(raw)),
    "framed entries": (lambda g: g.entry_bytes, lambda g, raw: bundle.split_entries(raw)),
    "age": (lambda g: g.bundle[:3000], lambda g, raw: age.decrypt(raw, [bytes(range(32))])),
    "manifest": (lambda g: g.manifest, signed_manifest),
    "oficina.json": (lambda g: g.card, lambda g, raw: read_card(g.file(raw))),
    "recovery request": (lambda g: g.request, lambda g, raw: recovery.read_request(g.file(raw))),
    "recovery answer": (lambda g: g.reply, lambda g, raw: apply_reply(g, g.pending, raw)),
    "pending recovery": (lambda g: g.pending, lambda g, raw: apply_reply(g, raw, g.reply)),
    "copy": (lambda g: b"CESC1\n" + len(g.header).to_bytes(4, "big") + g.header, lambda g, raw: peek_packed(g.file(raw))),
    "content yaml": (lambda g: b"id: x\nname: y\nitems: [1, 2]\n", lambda g, raw: content.parse(g.file(raw, "x.yaml"))),
    "content csv": (lambda g: b"id,name\n1,a\n2,b\n", lambda g, raw: content.parse(g.file(raw, "x.csv"))),
}  # fmt: skip
JSONS = ("header", "manifest", "oficina.json", "recovery request", "recovery answer", "pending recovery")


@pytest.mark.parametrize("what", DECODERS)
def test_no_bytes_make_a_decoder_raise_anything_but_ours(good: Good, what: str) -> None:
    sample, decode = DECODERS[what]

    @_HARD
    @given(several(st.one_of(spoilt(sample(good)), st.binary(max_size=300), st.sampled_from(NASTY))))
    def trial(some: tuple[bytes, ...]) -> None:
        for raw in some:
            refused_or(lambda raw=raw: decode(good, raw))  # type: ignore[misc]
            figures.count(f"fuzzed: {what}")

    trial()
    for raw in NASTY:
        begun = time.process_time()
        tracemalloc.start()
        refused_or(lambda raw=raw: decode(good, raw))  # type: ignore[misc]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 << 20 and time.process_time() - begun < 5, (what, raw[:20])


@pytest.mark.parametrize("what", JSONS)
def test_no_value_anywhere_in_a_json_file_makes_its_reader_raise_anything_but_ours(
    good: Good, what: str
) -> None:
    sample, decode = DECODERS[what]
    parsed = json.loads(sample(good))

    @_HARD
    @given(several(bent(parsed)))
    def trial(some: tuple[Any, ...]) -> None:
        for value in some:
            refused_or(lambda value=value: decode(good, encoded(value)))  # type: ignore[misc]
            figures.count(f"fuzzed: {what}")

    trial()


def test_a_header_with_anything_in_it_opens_nothing_and_says_so(store: Path, clock: FixedClock) -> None:
    whole = (store / "header").read_bytes()
    parsed = json.loads(whole)
    person = Vault.peek(store).people[0].id

    @_HARD
    @given(several(bent(parsed)))
    def trial(some: tuple[Any, ...]) -> None:
        for value in some:
            (store / "header").write_bytes(encoded(value))
            opened = refused_or(lambda: Vault.open(store, person, PASSPHRASE, clock, projector()).close())
            assert not opened, "the MAC did not see it"
            figures.count("fuzzed: opening under a changed header")

    trial()
    (store / "header").write_bytes(whole)
    Vault.open(store, person, PASSPHRASE, clock, projector()).close()


def test_a_known_author_who_signs_anything_breaks_no_store(tmp_path: Path, clock: FixedClock) -> None:
    """The signature is good and the hashes fit; only the contents are mad: refused, or kept and the store stays whole."""
    make_store(tmp_path / "a", clock)
    make_store(tmp_path / "b", clock, code="OFI")
    sender, target = open_clinic(tmp_path / "a", clock), open_clinic(tmp_path / "b", clock)
    keys = known_keys(sender.vault)
    patient = sender.vault.new_id()
    with sender.vault.transaction():
        note = sender.vault.chart(patient).table("consult").insert({"text": "nota", "day": "2026-11-20"})
        void = {"target": str(note), "target_type": "consult", "reason": "x"}
        sender.vault.chart(patient).table("void").insert(void)
        sender.vault.hot.table("item").insert({"n": 1})
    entry = sender.vault.entry_at(sender.vault.state.n)
    receive(target.vault, [(e.signature, e.to_bytes()) for e in sender.vault.entries()], keys)
    author = sender.vault.author
    assert author is not None
    parsed = {
        "header": json.loads(entry.header_bytes),
        "bodies": [json.loads(b or b"") for b in entry.bodies],
    }
    parsed["header"]["seq"] += 1
    parsed["header"]["prev"] = entry.hash.hex()
    for change in parsed["header"]["ch"]:
        change["rev"] = sender.vault.new_id()
    taken = 0

    @_HARD
    @given(several(bent(parsed, most=3)))
    def trial(some: tuple[Any, ...]) -> None:
        nonlocal taken
        for value in some:
            made = forged(value, author.keys)
            if made is None:
                continue
            before = target.vault.state
            if refused_or(lambda made=made: receive(target.vault, [made], keys)):  # type: ignore[misc]
                taken += target.vault.state.n > before.n
            else:
                assert target.vault.state == before
            look_at_everything(target)
            figures.count("fuzzed: entries of a known author")

    trial()
    assert taken > 0
    sender.close()
    target.close()
    report = report_of(tmp_path / "b", signatures=False)
    assert report.ok, report.damaged[:5]


def forged(value: Any, keys: KeyPair) -> tuple[bytes, bytes] | None:
    """A well-hashed and well-signed entry of these parts; None when they are not even an object and a list."""
    try:
        header, bodies = value["header"], [encoded(b) for b in value["bodies"]]
        salts = [bytes(16)] * len(bodies)
        for change, body, salt in zip(header["ch"], bodies, salts, strict=False):
            change["h"], change["len"] = body_hash(salt, body), len(body)
        raw = encoded(header)
    except (TypeError, KeyError, IndexError, AttributeError):
        return None
    blank = Entry(None, raw, tuple(salts), tuple(bodies), b"")  # type: ignore[arg-type]
    return keys.sign(blank.hash), blank.to_bytes()


def look_at_everything(clinic: Clinic) -> None:
    """What a screen would read: nothing may escape but ours."""
    vault = clinic.vault
    for kind in ("patient", "item", "person", "device"):
        for doc in vault.doc_ids(kind):
            refused_or(lambda kind=kind, doc=doc: vault.doc_body(kind, doc))  # type: ignore[misc]
    refused_or(lambda: vault.projection("hot/alerts"))
    known_keys(vault)


def test_bombs_are_refused_before_they_grow() -> None:
    bombs = (zlib.compress(bytes(100_000_000), 9), deflate(bytes(5 << 20)))
    tracemalloc.start()
    for raw in bombs:
        for decode in (lambda r: bundle.inflate(r, 60 << 20), lambda r: bundle.inflate(r, 1000), inflate):
            with pytest.raises((CesError, zlib.error)):
                decode(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_yaml_knows_no_objects_and_no_laughs(tmp_path: Path) -> None:
    """Content is ours and read-only; still a tag that makes an object, or aliases that multiply, give no value."""
    path = tmp_path / "x.yaml"
    path.write_text('a: !!python/object/apply:os.system ["true"]\n', encoding="utf-8")
    with pytest.raises(CesError):
        content.parse(path)
