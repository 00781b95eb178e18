"""The base of every stored record: frozen, typed, JSON-shaped, tolerant of fields a later version adds."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from ces_tui.base.errors import StoreDamaged


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document's body. Days are `datetime.date`, instants are integer milliseconds, amounts carry their unit in the name."""

    def body(self) -> dict[str, Any]:
        """The record as the dictionary that a table stores."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]


R = TypeVar("R", bound=Record)


def read(kind: type[R], body: Any) -> R:
    """The record that a stored body holds; StoreDamaged when it is not one."""
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError:
        raise StoreDamaged("Un registro guardado no tiene la forma esperada; use «verify».") from None
