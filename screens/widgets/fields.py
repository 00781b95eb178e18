"""The fields of a form, without Textual: what they hold, which keys they take, how they look.

Values are JSON: text, number and date fields hold what was typed (str); a choice or a lookup holds the option's key;
a check holds bool; day parts hold four strings.
"""

from __future__ import annotations

from screens.widgets.chosen import PARTS, CheckField, ChoiceField, PartsField
from screens.widgets.field import Editor, Field, Option, Suggestion, Value
from screens.widgets.typed import DateField, LookupField, NumberField, TextField, parse_day

__all__ = [
    "PARTS",
    "CheckField",
    "ChoiceField",
    "DateField",
    "Editor",
    "Field",
    "LookupField",
    "NumberField",
    "Option",
    "PartsField",
    "Suggestion",
    "TextField",
    "Value",
    "parse_day",
]
