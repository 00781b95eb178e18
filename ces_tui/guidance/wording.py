"""The wording of a pathway: sentences without numbers of their own, sources that exist, certainties that may be rules."""

from __future__ import annotations

import re

from ces_tui.base.text import is_control
from ces_tui.guidance.pathway import Text
from ces_tui.guidance.raw import RawText
from ces_tui.guidance.scope import Scope

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
_LOOSE_NUMBER = re.compile(r"\d")
_NAMES_WITH_DIGITS = re.compile(r"SpO2|TA1c|HbA1c|\bO2\b|\b1a\b|\b1er\b|\b2a\b|\bB12\b|WHO/OMS \d{4}")


def sentence(text: str, scope: Scope, place: str) -> str:
    """A clinical text: no number of its own, every `{name}` known."""
    if any(is_control(c) for c in text):
        scope.broken(place, "el texto trae caracteres de control.")
    for name in PLACEHOLDER.findall(text):
        if name in scope.inputs:
            continue
        only_read = place.startswith(("sections", "inputs"))
        scope.figure(name, place, decisive=False)
        if not only_read:
            scope.decisive.add(name)
    if _LOOSE_NUMBER.search(_NAMES_WITH_DIGITS.sub("", PLACEHOLDER.sub("", text))):
        scope.broken(place, "el texto trae un número sin fuente: póngalo en «figures» y nómbrelo con {…}.")
    return text


def plain_text(text: str, scope: Scope, place: str) -> str:
    if not text.strip() or any(is_control(c) for c in text):
        scope.broken(place, "falta el texto o trae caracteres de control.")
    return text


def read_text(raw: RawText, scope: Scope, place: str) -> Text:
    scope.source(raw.source, place)
    sure(raw.certainty, scope, place)
    return Text(sentence(raw.text, scope, place), raw.source, raw.certainty)


def read_pending(raw: RawText, scope: Scope, place: str) -> Text:
    """What nobody has confirmed: it may hold loose numbers, since nothing ever computes with it."""
    scope.source(raw.source, place)
    if raw.certainty != "U":
        scope.broken(place, "en «pending» va lo que está por confirmar (U).")
    return Text(raw.text, raw.source, "U")


def sure(certainty: str, scope: Scope, place: str) -> None:
    if certainty == "U":
        scope.broken(place, "está por confirmar (U): no puede ser regla, va en «pending».")


def no_repeats(names: list[str], scope: Scope, place: str) -> None:
    for name in names:
        if names.count(name) > 1:
            scope.broken(place, f"«{name}» está dos veces.")
