"""Vital signs as they are typed: '78,5', '120/80', 'HI'. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ces_tui.base.dates import parse_number
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.care.limits import MEASURED, label, table

_PRESSURE = re.compile(r"(\d{2,3})\s*[/\- ]\s*(\d{2,3})\Z")
_WHOLE = {"systolic", "diastolic", "pulse", "respiration", "spo2", "glucose_mgdl"}


def read_measures(typed: Mapping[str, str]) -> dict[str, Any]:
    """Field texts as the members of `Vitals`; empty ones are left out, `pressure` ('120/80') becomes two.

    BadInput with the field for what can't be read.
    """
    found: dict[str, Any] = {}
    if pressure := typed.get("pressure", "").strip():
        found["systolic"], found["diastolic"] = read_pressure(pressure)
    for field in MEASURED:
        text = typed.get(field, "").strip()
        if not text:
            continue
        if field == "glucose_mgdl" and (text.startswith(">") or fold(text) in {"hi", "high", "alto"}):
            found["glucose_mgdl"], found["glucose_high"] = _over(text), True
            continue
        value = parse_number(text.removesuffix("%").strip(), field=field)
        if field == "height_cm" and 0 < value < 2.5:
            value = round(value * 100, 1)
        if field in _WHOLE:
            if value != int(value):
                raise BadInput(f"{label(field)}: escriba un número sin decimales.", field=field)
            found[field] = int(value)
        else:
            found[field] = value
    return found


def read_pressure(text: str, *, field: str = "pressure") -> tuple[int, int]:
    """'120/80', '120-80' or '120 80' as (systolic, diastolic), mmHg."""
    match = _PRESSURE.match(text.strip())
    if not match:
        raise BadInput("Escriba la presión como 120/80.", field=field)
    return int(match.group(1)), int(match.group(2))


def _over(text: str) -> int:
    """The meter's upper limit behind '>500' or 'HI'."""
    number = text.lstrip("> ").strip()
    return (
        int(parse_number(number, field="glucose_mgdl"))
        if number.isdigit()
        else int(table()["glucose_high_from"]["value"])
    )
