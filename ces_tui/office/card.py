"""`oficina.json`: the office's public halves, which a clinic gets with `init --office`, and the four words that prove them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from ces_tui.base.errors import BadInput
from ces_tui.base.files import replace_file
from ces_tui.base.record import Record
from ces_tui.base.text import clean_line
from ces_tui.base.words import key_words
from ces_tui.sync import age
from ces_tui.sync.stick import disk_problem, read_bounded
from ces_tui.vault.credentials import key_id
from ces_tui.vault.header import EscrowInfo, OfficeInfo

CARD_NAME = "oficina.json"
_LARGEST = 16 * 1024
_BAD = "Ese archivo no es la tarjeta de una oficina (oficina.json) o está dañado."


class _Card(Record, frozen=True, kw_only=True, omit_defaults=True):
    v: int
    name: str
    sign: str
    recipient: str
    escrow: str
    words: str


@dataclass(frozen=True)
class OfficeCard:
    """What a clinic needs to know of its office; `words` must be compared with those on the office's screen."""

    office: OfficeInfo
    escrow: EscrowInfo
    words: str


def make_card(name: str, ed: bytes, x: bytes, escrow: bytes) -> OfficeCard:
    """A card for public keys (32 bytes each)."""
    return OfficeCard(
        OfficeInfo(id=key_id(ed), ed=ed.hex(), x=x.hex(), name=name),
        EscrowInfo(id=key_id(escrow), x=escrow.hex()),
        key_words(ed, x, escrow),
    )


def write_card(path: Path, card: OfficeCard) -> None:
    """Write `oficina.json`; DiskProblem when that can't be."""
    body = _Card(
        v=1,
        name=card.office.name,
        sign=card.office.ed,
        recipient=age.recipient_text(bytes.fromhex(card.office.x)),
        escrow=age.recipient_text(bytes.fromhex(card.escrow.x)),
        words=card.words,
    )
    try:
        replace_file(path, msgspec.json.format(msgspec.json.encode(body), indent=2) + b"\n", mode=0o644)
    except OSError as error:
        raise disk_problem(error) from error


def read_card(path: Path) -> OfficeCard:
    """The card in a file; BadInput when it is none, or its words are not those of its keys."""
    raw = read_bounded(path, _LARGEST)
    try:
        body = msgspec.json.decode(raw, type=_Card)
        ed = bytes.fromhex(body.sign)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        raise BadInput(_BAD) from None
    if body.v != 1 or len(ed) != 32:
        raise BadInput(_BAD)
    card = make_card(
        clean_line(body.name, limit=80),
        ed,
        age.recipient_bytes(body.recipient),
        age.recipient_bytes(body.escrow),
    )
    if card.words != body.words:
        raise BadInput(
            "Las palabras de la tarjeta no son las de sus claves: fue alterada. Pida otra a la oficina."
        )
    return card
