"""JSON from outside is parsed strictly."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BundleRefused
from ces_tui.sync.strict import strict_json


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":1}}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b'"\\ud800"',
        b'{"\\uDFFF":1}',
        b"\xff\xfe",
        b"[" * 17 + b"]" * 17,
        b'[{"a":' * 9 + b"1" + b"}]" * 9,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 5_000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_two_readers_could_read_differently_is_refused(raw: bytes) -> None:
    with pytest.raises(BundleRefused):
        strict_json(raw)


def test_sixteen_levels_and_a_paired_surrogate_pass() -> None:
    strict_json(b"[" * 16 + b"]" * 16)
    assert strict_json(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert strict_json(b"[" + b"[]," * 100 + b"[]]")
    assert strict_json(b"[[]," + b"[" * 15 + b"]" * 15 + b"]"), "more brackets than levels"


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 60), 1 << 60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(_JSON)
def test_every_plain_document_is_read_as_it_was_written(value: object) -> None:
    assert strict_json(json.dumps(value).encode(), depth=40) == value


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(raw: bytes) -> None:
    try:
        strict_json(raw)
    except BundleRefused:
        return
