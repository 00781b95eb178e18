"""The documents of a measured store in clear, for the stores that it is compared with; nothing of this touches a disk in clear but theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from ces_tui.pharmacy.facts import UNITS
from ces_tui.vault.dictionary import inflate
from ces_tui.vault.packing import LIVE, unpack_proj
from ces_tui.vault.types import BY_CODE
from ces_tui.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Document:
    """One document as an ordinary program would file it. `day` is what lists ask for: an appointment's due day."""

    id: str
    type: str
    patient: str | None
    day: str | None
    open: bool
    struck: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Balance:
    """Units of one lot of one item on the shelf."""

    item: str
    lot: str
    number: str
    expiry: str
    source: str
    units: int


@dataclass(frozen=True)
class Clinic:
    """Everything a store is filled with, in order of time."""

    documents: list[Document]
    stock: list[Balance]
    last_day: str
    """The last day on which somebody arrived: the day that every store opens on."""


def clinic_of(vault: Vault) -> Clinic:
    """The live documents of a store and its stock on hand."""
    bodies = list(_live(vault))
    struck = {str(body["target"]) for kind, *_, body, _ in bodies if kind == "void" and "target" in body}
    documents = [
        Document(doc, kind, patient, _day(kind, body), _open(kind, body), doc in struck, raw)
        for kind, doc, patient, body, raw in bodies
    ]
    documents.sort(key=lambda d: d.id)
    days = [d.day for d in documents if d.type == "arrival" and d.day]
    return Clinic(documents, list(_stock(vault)), max(days, default="2026-01-01"))


def _live(vault: Vault) -> Iterator[tuple[str, str, str | None, dict[str, Any], bytes]]:
    for held in vault.drawers.everything():
        if held.state == LIVE and held.type in BY_CODE:
            raw = inflate(held.heads[-1].packed)
            yield BY_CODE[held.type].name, held.doc, held.patient, msgspec.json.decode(raw), raw


def _day(kind: str, body: dict[str, Any]) -> str | None:
    value = body.get("due") if kind == "appointment" else body.get("day")
    return str(value) if value else None


def _open(kind: str, body: dict[str, Any]) -> bool:
    """Whether a list of what is to be done still shows it."""
    return body.get("status", "pendiente") == "pendiente" if kind == "appointment" else not body.get("closed")


def _stock(vault: Vault) -> Iterator[Balance]:
    for _, plain in vault.projections.everything():
        drawer, raw = unpack_proj(plain)
        if drawer.startswith("hot/stock/"):
            body = msgspec.json.decode(raw)
            item = drawer.removeprefix("hot/stock/")
            yield Balance(item, body["lot"], body["n"], body["x"], body["s"], body["+"][UNITS])
