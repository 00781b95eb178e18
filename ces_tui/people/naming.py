"""What someone is called who wrote in a chart: people of this store, of its documents, or of its office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ces_tui.base.text import is_control

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

OFFICE_PEOPLE = "oficina_personas"
"""Sealed setting: id -> name of the office's people, as its last answer gave them."""
UNKNOWN = "equipo"
_LONGEST = 120


def name_of(vault: Vault, person_id: str) -> str:
    """The name of an author; 'equipo' for a device or someone unknown, nothing for nobody."""
    known = next((p.name for p in vault.header.people if p.id == person_id), "")
    if known or not person_id:
        return known
    body = vault.doc_body("person", person_id)
    if body and body.get("name"):
        return str(body["name"])
    office = vault.setting(OFFICE_PEOPLE)
    return str(office.get(person_id, UNKNOWN)) if isinstance(office, dict) else UNKNOWN


def keep_office_names(vault: Vault, names: Mapping[str, str]) -> None:
    """Remember what the office's people are called: their answers are read here long after they left it."""
    held = vault.setting(OFFICE_PEOPLE)
    before = {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}
    sound = {i: n for i, n in names.items() if n and len(n) <= _LONGEST and not any(map(is_control, n))}
    if sound.items() - before.items():
        vault.set_setting(OFFICE_PEOPLE, before | sound)
