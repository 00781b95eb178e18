"""The entries of a bundle are its manifest's ranges, hash by hash, or nothing is taken."""

from __future__ import annotations

import msgspec
import pytest

from ces_tui.base.errors import BundleRefused
from ces_tui.sync.ranges import NOT_WHOLE, check_ranges, log_name, ranges_of
from ces_tui.sync.records import Manifest, Range
from ces_tui.vault.entry import Entry
from tests.unit.sync.test_bundle import manifest
from tests.unit.vault.forge import Part, Writer, hexed


def item(n: int) -> Part:
    return Part("item", hexed(n), hexed(100 + n), {"n": n})


def announced(*entries: Entry, ranges: tuple[Range, ...] | None = None) -> Manifest:
    told = manifest(b"")
    return msgspec.structs.replace(told, ranges=ranges_of(entries) if ranges is None else ranges)


def checked(*entries: Entry, ranges: tuple[Range, ...] | None = None) -> None:
    check_ranges(announced(*entries, ranges=ranges), [(e.signature, e.to_bytes()) for e in entries])


def refused(*entries: Entry, ranges: tuple[Range, ...] | None = None) -> None:
    with pytest.raises(BundleRefused) as told:
        checked(*entries, ranges=ranges)
    assert str(told.value) == NOT_WHOLE


def run(writer: Writer, first: int, last: int, head: Entry) -> Range:
    return Range(dev=writer.keys.id, inc=writer.inc, first=first, last=last, head=head.hash.hex())


def test_a_log_is_named_by_device_and_incarnation() -> None:
    assert log_name("a", "b") == "a/b"
    assert NOT_WHOLE == (
        "El archivo no trae los registros que su portada anuncia. No se cambió nada; pida que lo copien de nuevo."
    )


def test_unbroken_runs_are_told_in_order_of_first_appearance() -> None:
    a, b, again = Writer(), Writer(), Writer(inc="2" * 16)
    a1, b1, a2 = a.entry(item(1)), b.entry(item(2)), a.entry(item(3))
    a.entry(item(4))
    a4, a5 = a.entry(item(5)), a.entry(item(6))
    other = again.entry(item(7))
    assert ranges_of([]) == ()
    assert ranges_of([a1, b1, a2, a4, a5, other]) == (
        run(a, 1, 2, a2),
        run(b, 1, 1, b1),
        run(a, 4, 5, a5),
        run(again, 1, 1, other),
    )
    checked(a1, b1, a2, a4, a5, other)
    checked()


def test_a_run_may_begin_in_the_middle_of_a_log() -> None:
    a = Writer(seq=6, prev="ab" * 32)
    seven, eight = a.entry(item(1)), a.entry(item(2))
    checked(seven, eight)


def test_entries_out_of_order_repeated_or_of_another_chain_are_refused() -> None:
    a = Writer()
    one, two, three = (a.entry(item(n)) for n in (1, 2, 3))
    whole = (run(a, 1, 3, three),)
    checked(one, two, three, ranges=whole)
    refused(two, one, three, ranges=whole)
    refused(one, one, two, ranges=whole)
    refused(one, two, two, three, ranges=whole)
    fork = Writer(keys=a.keys, seq=1, prev="cd" * 32)
    refused(one, fork.entry(item(2)))


def test_what_is_announced_must_come_and_nothing_else() -> None:
    a = Writer()
    one, two, three = (a.entry(item(n)) for n in (1, 2, 3))
    whole = ranges_of([one, two, three])
    refused(one, two, ranges=whole)
    refused(one, two, three, ranges=ranges_of([one, two]))
    refused(one, two, three, ranges=(*whole, *whole))
    refused(one, two, three, ranges=(run(a, 1, 3, two),))
    refused(ranges=whole)


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b"[NaN]", b'"\\ud800"', b"[" * 17 + b"]" * 17, b""])
def test_every_body_is_read_strictly(body: bytes) -> None:
    a = Writer()
    entry = a.entry(item(1), Part("item", hexed(2), hexed(3), body))
    with pytest.raises(BundleRefused, match="no tienen la forma esperada"):
        checked(entry)


def test_a_header_with_a_member_twice_is_refused_though_its_signature_is_good() -> None:
    a = Writer()
    entry = a.entry(item(1))
    raw = entry.header_bytes.replace(b'{"v":1,', b'{"v":1,"v":1,', 1)
    twice = Entry(entry.header, raw, entry.salts, entry.bodies, entry.signature)
    with pytest.raises(BundleRefused, match="no tienen la forma esperada"):
        checked(twice)
