"""What a passphrase must be: the five proposed words, or fifteen characters of one's own that are no stock phrase."""

from __future__ import annotations

import unicodedata

from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold

SHORTEST = 15
_STOCK = (
    "contrasena",
    "password",
    "compañeros en salud",
    "companeros en salud",
    "123456789012345",
    "qwertyuiop",
    "abcdefghijklmno",
    "clinica chiapas",
    "jaltenango",
    "viva mexico",
)


def checked_passphrase(text: str) -> str:
    """The passphrase as it will be used (NFC, blanks trimmed); BadInput when it is too short or too easily guessed."""
    phrase = unicodedata.normalize("NFC", text.strip())
    if len(phrase) < SHORTEST:
        raise BadInput(
            f"La frase debe tener al menos {SHORTEST} letras. Las cinco palabras propuestas sirven."
        )
    bare = fold(phrase)
    if len(set(bare.replace(" ", ""))) < 6 or any(
        bare.startswith(fold(s)) and len(bare) < len(s) + 8 for s in _STOCK
    ):
        raise BadInput("Esa frase es fácil de adivinar. Use las cinco palabras propuestas u otra frase.")
    return phrase
