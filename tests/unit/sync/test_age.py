"""age v1: our files open with other tools, theirs with ours, and nothing damaged opens at all."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput, BundleRefused
from ces_tui.sync import age, bech32

SIZES = (0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 128 * 1024, 200_000)


def pair() -> tuple[bytes, bytes]:
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


PRIVATE, PUBLIC = pair()


@pytest.mark.parametrize("size", SIZES)
def test_what_we_write_pyrage_reads_and_what_it_writes_we_read(size: int) -> None:
    plain = os.urandom(size)
    identity = pyrage.x25519.Identity.from_str(age.identity_text(PRIVATE))
    recipient = pyrage.x25519.Recipient.from_str(age.recipient_text(PUBLIC))
    assert pyrage.decrypt(age.encrypt(plain, [PUBLIC]), [identity]) == plain
    assert age.decrypt(pyrage.encrypt(plain, [recipient]), [PRIVATE]) == plain


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
def test_the_age_program_and_we_read_each_other(tmp_path: Path) -> None:
    key, ours = tmp_path / "key", tmp_path / "ours.age"
    key.write_text(age.identity_text(PRIVATE) + "\n")
    ours.write_bytes(age.encrypt(b"hola" * 50_000, [PUBLIC]))
    opened = subprocess.run(["age", "-d", "-i", str(key), str(ours)], capture_output=True, check=True)
    assert opened.stdout == b"hola" * 50_000
    theirs = subprocess.run(
        ["age", "-r", age.recipient_text(PUBLIC)], input=b"adios", capture_output=True, check=True
    )
    assert age.decrypt(theirs.stdout, [PRIVATE]) == b"adios"


def test_keys_are_written_as_every_age_tool_writes_them() -> None:
    theirs = pyrage.x25519.Identity.generate()
    private = age.identity_bytes(str(theirs))
    assert age.identity_text(private) == str(theirs)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()
    assert age.recipient_text(public) == str(theirs.to_public())
    assert age.recipient_bytes(str(theirs.to_public())) == public


@pytest.mark.parametrize(
    "text",
    ["", "age1", "age1qqqq", "bob1xyz", "AGE1" + "q" * 58, "age-secret-key-1", "agé1", "1" * 300],
)
def test_a_key_with_an_error_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        age.recipient_bytes(text)
    with pytest.raises(BadInput):
        age.identity_bytes(text)


def test_one_wrong_letter_in_a_key_is_always_noticed() -> None:
    text = age.recipient_text(PUBLIC)
    for i in range(4, len(text)):
        wrong = text[:i] + ("q" if text[i] != "q" else "p") + text[i + 1 :]
        with pytest.raises(BadInput):
            age.recipient_bytes(wrong)


@given(st.binary(max_size=80))
def test_bech32_gives_back_what_it_got(data: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", data)) == data


def test_any_of_several_recipients_opens_and_nobody_else() -> None:
    pairs = [pair() for _ in range(4)]
    sealed = age.encrypt(b"x", [public for _, public in pairs])
    for private, _ in pairs:
        assert age.decrypt(sealed, [pair()[0], private]) == b"x"
    with pytest.raises(BundleRefused, match="otra clínica"):
        age.decrypt(sealed, [pair()[0]])


def test_every_truncation_and_every_flipped_byte_is_refused() -> None:
    sealed = age.encrypt(b"datos" * 20, [PUBLIC])
    for cut in range(len(sealed)):
        with pytest.raises(BundleRefused):
            age.decrypt(sealed[:cut], [PRIVATE])
    for i in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[i] ^= 0x20
        with pytest.raises(BundleRefused):
            age.decrypt(bytes(damaged), [PRIVATE])


def test_chunks_swapped_dropped_repeated_or_appended_are_refused() -> None:
    plain = os.urandom(3 * age.CHUNK)
    sealed = age.encrypt(plain, [PUBLIC])
    size = age.CHUNK + 16
    start = len(sealed) - 3 * size
    head, a, b, c = sealed[:start], *(sealed[start + i * size : start + (i + 1) * size] for i in range(3))
    assert age.decrypt(head + a + b + c, [PRIVATE]) == plain
    for bad in (
        b + a + c,
        a + b,
        a + c,
        a + a + b + c,
        a + b + c + c,
        a + b + c + b"\0",
        b"",
        a + b + c[:-1],
    ):
        with pytest.raises(BundleRefused):
            age.decrypt(head + bad, [PRIVATE])


def _header(lines: list[bytes]) -> bytes:
    return b"\n".join([b"age-encryption.org/v1", *lines, b""]) + bytes(64)


SHARE = base64.b64encode(os.urandom(32)).rstrip(b"=")
MAC = b"--- " + SHARE


@pytest.mark.parametrize(
    "lines",
    [
        [MAC],  # no recipient
        [b"-> X25519", SHARE, MAC],  # no share
        [b"-> X25519 " + SHARE + b" more", SHARE, MAC],  # an argument too many
        [b"-> X25519 " + SHARE + b"=", SHARE, MAC],  # padded base64
        [b"-> X25519 " + SHARE[:-1], SHARE, MAC],  # short share
        [b"-> X25519 " + SHARE[:-1] + b"B", SHARE, MAC],  # trailing bits set
        [b"-> X25519 " + base64.b64encode(bytes(32)).rstrip(b"="), SHARE, MAC],  # low-order point
        [b"-> X25519  " + SHARE, SHARE, MAC],  # two blanks
        [b"->X25519 " + SHARE, SHARE, MAC],
        [b"-> X25519 " + SHARE, b"A" * 65, MAC],  # a body line too long
        [b"-> X25519 " + SHARE, SHARE + b"\r", MAC],  # carriage return
        [b"-> x\x7f", b"", MAC],
        [b"-> scrypt AAAA 10", SHARE, b"-> X25519 " + SHARE, SHARE, MAC],
        [b"-> grease", b"", b"---"],
        [b"-> grease", b"", b"--- AAAA"],
        [b"-> grease", b"", MAC + b" x"],
    ],
)
def test_a_header_that_the_format_forbids_is_refused(lines: list[bytes]) -> None:
    with pytest.raises(BundleRefused):
        age.decrypt(_header(lines), [PRIVATE])


def test_stanzas_of_kinds_we_do_not_know_are_passed_over() -> None:
    """As the format asks, so that a file with further recipients still opens: pyrage adds such a stanza to all it writes."""
    sealed = pyrage.encrypt(b"hola", [pyrage.x25519.Recipient.from_str(age.recipient_text(PUBLIC))])
    assert sealed.count(b"\n-> ") == 2
    assert age.decrypt(sealed, [PRIVATE]) == b"hola"


def test_an_endless_header_is_given_up_at_64_kib() -> None:
    with pytest.raises(BundleRefused):
        age.decrypt(b"age-encryption.org/v1\n" + b"-> a\n\n" * 1_000_000, [PRIVATE])
    with pytest.raises(BundleRefused):
        age.decrypt(b"age-encryption.org/v1\n-> " + b"a" * 10_000_000, [PRIVATE])


@settings(max_examples=300)
@given(
    st.binary(max_size=400) | st.binary(max_size=300).map(lambda b: b"age-encryption.org/v1\n-> X25519 " + b)
)
def test_no_bytes_make_the_decoder_raise_anything_else(data: bytes) -> None:
    with pytest.raises(BundleRefused):
        age.decrypt(data, [PRIVATE])
