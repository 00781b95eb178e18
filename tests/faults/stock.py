"""Bodies of invented stock movements, dispenses and voids, as the pharmacy writes them."""

from __future__ import annotations

from typing import Any

ITEM, LOT, AUTHOR = "1" * 32, "2" * 32, "3" * 32
DAY, AT = "2026-11-20", 1_795_187_000_000
_LOT = {"lot": LOT, "number": "A1", "expiry": "2027-05-31", "source": "SSA"}


def received(quantity: int) -> dict[str, Any]:
    """A delivery (or, below zero, a loss) of one lot."""
    line = {"item": ITEM, **_LOT, "quantity": quantity}
    return {"kind": "receive", "lines": [line], "day": DAY, "at": AT, "author": AUTHOR}


def dispensed(quantity: int) -> dict[str, Any]:
    """What left for a patient."""
    line = {"item": ITEM, "asked": quantity, "given": [{**_LOT, "quantity": quantity}]}
    return {"lines": [line], "day": DAY, "at": AT, "author": AUTHOR}


def struck(target: str, back: int, target_type: str = "dispense") -> dict[str, Any]:
    """A void with what came back."""
    return {
        "target": target,
        "target_type": target_type,
        "reason": "otra persona",
        "returned": [{"lot": LOT, "quantity": back}],
        "day": DAY,
        "at": AT,
        "author": AUTHOR,
    }
