"""What a form gives and takes: values by name, typed readings that say what is wrong, drafts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ces_tui.base.dates import parse_number
from screens.widgets.field import Field, Value
from screens.widgets.typed import parse_day


class FormValues:
    """The part of a form that knows no keys and no drawing."""

    _items: list[Any]

    def repaint(self) -> None:
        """Draw anew."""
        raise NotImplementedError

    @property
    def fields(self) -> list[Field]:
        return [i for i in self._items if isinstance(i, Field)]

    def __contains__(self, name: object) -> bool:
        return any(f.name == name for f in self.fields)

    def field(self, name: str) -> Field:
        return next(f for f in self.fields if f.name == name)

    def values(self) -> dict[str, Value]:
        """Every field's value by name."""
        return {f.name: f.value for f in self.fields}

    def dump(self) -> dict[str, Any]:
        """Everything typed, for a draft; `restore` takes it back."""
        return {f.name: f.dump() for f in self.fields}

    def restore(self, data: Mapping[str, Any]) -> None:
        """Put a draft back; names that this form lacks are left out."""
        for item in self.fields:
            if item.name in data:
                item.load(data[item.name])
        self.repaint()

    def set_value(self, name: str, value: Any) -> None:
        """Put a value in without a message."""
        self.field(name).load(value)
        self.repaint()

    def set_last(self, name: str, last: str, on: str = "") -> None:
        """What the field held last time, and when."""
        item = self.field(name)
        item.last, item.last_on = last, on
        self.repaint()

    def text(self, name: str) -> str:
        """A text, choice or lookup value without blanks around it."""
        value = self.field(name).value
        return value.strip() if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        return self.field(name).value is True

    def number(self, name: str) -> float | None:
        """The number, None when empty; BadInput with `field` when it is none."""
        text = self.text(name)
        return parse_number(text, field=name) if text else None

    def day(self, name: str, today: date) -> date | None:
        """The date, None when empty; BadInput with `field` when it is none."""
        text = self.text(name)
        return parse_day(text, today, field=name) if text else None

    def parts(self, name: str) -> list[float]:
        """The day parts' amounts, 0 where empty; BadInput with `field`. «1/2» is a half."""
        value = self.field(name).value
        fractions = {"1/2": "0.5", "½": "0.5", "1/4": "0.25", "¼": "0.25"}
        texts = [t.strip() for t in value] if isinstance(value, list) else []
        return [parse_number(fractions.get(t, t), field=name) if t else 0.0 for t in texts]
