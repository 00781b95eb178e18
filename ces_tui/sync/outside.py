"""When something last left this laptop: two sealed settings, read on the first screen without the machinery of copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ces_tui.people.team import OUTSIDE
from ces_tui.sync.ledger import Ledger

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault


@dataclass(frozen=True)
class Outside:
    """A copy outside the laptop: the stick's name, when (ms), the epoch of its key, its file."""

    name: str
    at: int
    epoch: int
    file: str = ""


def copies_outside(vault: Vault) -> list[Outside]:
    """The last copies that went to sticks, newest first."""
    told = vault.setting(OUTSIDE)
    rows = [r for r in told if isinstance(r, dict)] if isinstance(told, list) else []
    found = [Outside(str(r["name"]), int(r["at"]), int(r["epoch"]), str(r.get("file", ""))) for r in rows]
    return sorted(found, key=lambda o: o.at, reverse=True)


def last_outside(vault: Vault) -> int | None:
    """When (ms) an export or a copy last left this laptop, verified; None when nothing did."""
    known = (Ledger(vault).export().at, *(o.at for o in copies_outside(vault)))
    return max((at for at in known if at is not None), default=None)
