"""age from the inside: what is announced, what is forged, and which of the three sentences the person reads."""

from __future__ import annotations

import base64
import hmac
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from ces_tui.base.errors import BadInput, BundleRefused
from ces_tui.sync import age, bech32
from ces_tui.sync.age import DAMAGED, NOT_AGE, NOT_OURS

PRIVATE = bytes(range(32))
PUBLIC = X25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()
KEY = b"f" * 16
TYPO = "La clave no está bien escrita. Cópiela completa y sin cambios."
LONGEST, MOST_STANZAS = 64 * 1024, 64


def b64(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def forged(
    *stanzas: bytes,
    plain: bytes = b"hola",
    key: bytes = KEY,
    nonce: bytes = b"n" * 16,
    chunks: list[bytes] | None = None,
) -> bytes:
    """An age file with a good MAC over whatever stanzas."""
    header = b"age-encryption.org/v1\n" + b"".join(stanzas) + b"---"
    mac = hmac.digest(age._hkdf(key, b"", b"header"), header, "sha256")
    cipher = ChaCha20Poly1305(age._hkdf(key, nonce, b"payload"))
    if chunks is None:
        chunks = [cipher.encrypt(bytes(11) + b"\1", plain, None)]
    return header + b" " + b64(mac) + b"\n" + nonce + b"".join(chunks)


def ours() -> bytes:
    return age._wrap(KEY, PUBLIC)


def refused(data: bytes, *identities: bytes) -> str:
    with pytest.raises(BundleRefused) as told:
        age.decrypt(data, list(identities) or [PRIVATE])
    return str(told.value)


def test_what_is_forged_here_is_an_age_file() -> None:
    assert age.decrypt(forged(ours()), [PRIVATE]) == b"hola"


def test_the_three_sentences_are_different_and_say_that_nothing_changed() -> None:
    assert len({NOT_AGE, NOT_OURS, DAMAGED}) == 3
    assert all("No se cambió nada" in said for said in (NOT_AGE, NOT_OURS, DAMAGED))
    assert "ces-tui" in NOT_AGE and "otra clínica" in NOT_OURS and "copien de nuevo" in DAMAGED


# -- keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [31, 33, 0])
def test_a_key_of_another_length_is_refused_though_its_checksum_is_good(size: int) -> None:
    for read, text in (
        (age.recipient_bytes, bech32.encode("age", bytes(size))),
        (age.identity_bytes, bech32.encode("age-secret-key-", bytes(size)).upper()),
    ):
        with pytest.raises(BadInput) as told:
            read(text)
        assert str(told.value) == TYPO


def test_a_recipient_is_written_in_small_letters_only() -> None:
    text = age.recipient_text(PUBLIC)
    assert age.recipient_bytes(text) == PUBLIC
    with pytest.raises(BadInput) as told:
        age.recipient_bytes(text.upper())
    assert str(told.value) == TYPO


def test_an_identity_is_written_in_capitals() -> None:
    text = age.identity_text(PRIVATE)
    assert text == text.upper() and text.startswith("AGE-SECRET-KEY-1")
    assert age.identity_bytes(text) == PRIVATE


# -- header ------------------------------------------------------------------------------------------------


def stanza(first: bytes, *lines: bytes) -> bytes:
    return b"\n".join([b"-> " + first, *lines, b""])


SHARE = b64(os.urandom(31) + b"\1")
SHORT = b64(b"x" * 31)
NOT_THE_FORMAT: dict[str, bytes] = {
    "nothing": b"",
    "another version": forged(ours()).replace(b"/v1", b"/v2"),
    "no recipient": forged(),
    "no share": forged(stanza(b"X25519", SHARE)),
    "an argument too many": forged(stanza(b"X25519 " + SHARE + b" more", SHARE)),
    "a short share": forged(stanza(b"X25519 " + SHORT, SHARE)),
    "a short body": forged(stanza(b"X25519 " + SHARE, SHORT)),
    "a padded share": forged(stanza(b"X25519 " + SHARE + b"=", SHARE)),
    "trailing bits": forged(stanza(b"X25519 " + SHARE[:-1] + b"F", SHARE)),
    "no base64": forged(stanza(b"X25519 " + SHARE[:-1] + b"!", SHARE)),
    "a low-order point": forged(stanza(b"X25519 " + b64(bytes(32)), SHARE)),
    "two blanks": forged(stanza(b"X25519  " + SHARE, SHARE)),
    "no name": forged(b"->\n\n"),
    "another arrow": forged(b"=> X25519 " + SHARE + b"\n" + SHARE + b"\n"),
    "a line of 65": forged(stanza(b"grease", b"A" * 65)),
    "a line of 65 and three more": forged(stanza(b"grease", b"A" * 65, b"AAA"), ours()),
    "a line of 68": forged(stanza(b"grease", b"A" * 68, b"")),
    "no base64 in the body": forged(stanza(b"grease", b"A!")),
    "a byte above": forged(stanza(b"gr\x7fease", b"")),
    "a byte below": forged(stanza(b"gr\x1fease", b"")),
    "a passphrase beside a key": forged(ours(), stanza(b"scrypt AAAA 10", SHARE)),
    "a passphrase before a key": forged(stanza(b"scrypt AAAA 10", SHARE), ours()),
    "a MAC of 31": b"age-encryption.org/v1\n" + ours() + b"--- " + SHORT + b"\n" + bytes(64),
    "no MAC": b"age-encryption.org/v1\n" + ours() + b"---\n" + bytes(64),
    "no line end": b"age-encryption.org/v1\n" + ours() + b"--- " + SHARE,
}


@pytest.mark.parametrize("name", NOT_THE_FORMAT)
def test_what_the_format_forbids_is_no_age_file(name: str) -> None:
    """Also where one of our own stanzas stands before: the header is read whole first."""
    raw = NOT_THE_FORMAT[name]
    assert refused(raw) == NOT_AGE
    if raw.startswith(b"age-encryption.org/v1\n-> ") and b"passphrase" not in name.encode():
        whole = raw.replace(
            b"age-encryption.org/v1\n", b"age-encryption.org/v1\n" + stanza(b"grease", b""), 1
        )
        assert refused(whole) == NOT_AGE


def test_a_file_for_a_passphrase_alone_is_somebody_else_s() -> None:
    assert refused(forged(stanza(b"scrypt AAAA 10", SHARE))) == NOT_OURS


def test_a_body_may_end_with_a_full_line_and_then_an_empty_one() -> None:
    """64 letters hold 48 bytes: the next line, empty, ends the body."""
    for lines in ([b""], [b"A" * 4], [b"A" * 63], [b"A" * 64, b""], [b"A" * 64, b"A" * 64, b"AAAA"]):
        assert age.decrypt(forged(stanza(b"grease and more", *lines), ours()), [PRIVATE]) == b"hola"


def test_visible_letters_from_first_to_last_may_stand_in_a_stanza() -> None:
    assert age.decrypt(forged(stanza(b"!~ ~!", b""), ours()), [PRIVATE]) == b"hola"


def test_sixty_four_stanzas_are_the_most() -> None:
    grease = stanza(b"x", b"")
    assert age.decrypt(forged(*[grease] * (MOST_STANZAS - 1), ours()), [PRIVATE]) == b"hola"
    assert refused(forged(*[grease] * MOST_STANZAS, ours())) == NOT_AGE


def test_the_header_ends_within_64_kib() -> None:
    """The MAC's line feed is the last byte that may be the 65,536th."""

    def sized(total: int) -> bytes:
        rest = total - len(forged(stanza(b"", b""), ours(), nonce=b"", chunks=[]))
        return forged(stanza(b"x" * rest, b""), ours())

    raw = sized(LONGEST)
    assert raw[LONGEST - 1 : LONGEST + 16] == b"\n" + b"n" * 16
    assert age.decrypt(raw, [PRIVATE]) == b"hola"
    assert refused(sized(LONGEST + 1)) == NOT_AGE


def test_any_identity_opens_any_stanza_and_the_first_that_opens_counts() -> None:
    other = os.urandom(32)
    theirs = age._wrap(b"t" * 16, X25519PrivateKey.from_private_bytes(other).public_key().public_bytes_raw())
    data = forged(theirs, ours())
    assert age.decrypt(data, [os.urandom(32), PRIVATE]) == b"hola"
    assert refused(data, other) == DAMAGED, "its file key is another, so the MAC can't be"
    assert refused(data, os.urandom(32)) == NOT_OURS
    with pytest.raises(BundleRefused, match="otra clínica"):
        age.decrypt(data, [])


# -- payload -----------------------------------------------------------------------------------------------


def cipher() -> ChaCha20Poly1305:
    return ChaCha20Poly1305(age._hkdf(KEY, b"n" * 16, b"payload"))


def test_a_header_that_was_changed_is_damage() -> None:
    raw = forged(stanza(b"grease", b""), ours())
    assert refused(raw.replace(b"grease", b"greaze")) == DAMAGED


def test_a_payload_that_is_cut_is_damage_wherever_it_is_cut() -> None:
    raw = forged(ours(), plain=b"")
    assert age.decrypt(raw, [PRIVATE]) == b""
    for cut in range(1, 33):
        assert refused(raw[:-cut]) == DAMAGED
    assert refused(raw + b"\0") == DAMAGED


def test_only_the_last_chunk_is_marked_and_only_an_only_one_may_be_empty() -> None:
    full = os.urandom(age.CHUNK)
    one = cipher().encrypt(bytes(12), full, None)
    last = cipher().encrypt(bytes(10) + b"\1\1", b"end", None)
    empty = cipher().encrypt(bytes(10) + b"\1\1", b"", None)
    unmarked = cipher().encrypt(bytes(10) + b"\1\0", b"end", None)
    assert age.decrypt(forged(ours(), chunks=[one, last]), [PRIVATE]) == full + b"end"
    assert refused(forged(ours(), chunks=[one, empty])) == DAMAGED
    assert refused(forged(ours(), chunks=[one, unmarked])) == DAMAGED
    assert refused(forged(ours(), chunks=[one])) == DAMAGED


def test_chunks_are_of_64_kib_and_a_full_last_one_is_not_followed_by_an_empty_one() -> None:
    overhead = len(age.encrypt(b"", [PUBLIC]))
    for size, chunks in (
        (1, 1),
        (age.CHUNK, 1),
        (age.CHUNK + 1, 2),
        (2 * age.CHUNK, 2),
        (2 * age.CHUNK + 1, 3),
    ):
        sealed = age.encrypt(bytes(size), [PUBLIC])
        assert len(sealed) == overhead + size + 16 * (chunks - 1)
        assert age.decrypt(sealed, [PRIVATE]) == bytes(size)
    assert age.CHUNK == 65_536


def test_the_three_hundredth_chunk_has_a_number_of_two_bytes() -> None:
    assert age._nonce(300, False) == bytes(9) + b"\x01\x2c\0"
    assert age._nonce(0, True) == bytes(11) + b"\1"


def test_file_key_shares_and_nonces_are_new_each_time() -> None:
    one, two = age.encrypt(b"x", [PUBLIC, PUBLIC]), age.encrypt(b"x", [PUBLIC, PUBLIC])
    lines = [*one.split(b"\n")[1:5], *two.split(b"\n")[1:5]]
    assert len(set(lines)) == 8
    assert one[-33:] != two[-33:]
