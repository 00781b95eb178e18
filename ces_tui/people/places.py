"""Municipalities and localities to choose from while registering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ces_tui.base import content
from ces_tui.base.text import fold


def municipalities() -> list[str]:
    """The municipalities of the clinics, by name."""
    return sorted(str(m["name"]) for m in content.load("catalogues/localities.yaml")["municipalities"])


def count_localities(names: Iterable[str]) -> Counter[str]:
    """How often each locality was registered, under its most used spelling."""
    spelled: dict[str, Counter[str]] = {}
    for name in names:
        if name:
            spelled.setdefault(fold(name), Counter())[name] += 1
    return Counter({counts.most_common(1)[0][0]: counts.total() for counts in spelled.values()})
