"""Stock sentences: `;clave` and a blank expand in the note. Defaults in `catalogues/frases.yaml`, own ones sealed by person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ces_tui.base.content import load
from ces_tui.base.errors import BadInput, NotFound
from ces_tui.base.text import clean_text, fold
from ces_tui.people.desk import Desk

CONTENT = "catalogues/frases.yaml"
MOST = 200
"""Own sentences of one person."""
LONGEST = 2000
_KEY = re.compile(r"[a-z0-9]{2,20}\Z")
_TYPED = re.compile(r"(?:^|(?<=\s)|(?<=[(.,]));(\w{2,20})\Z")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One sentence; `own` when this person wrote it (it may stand before a default of the same key)."""

    key: str
    text: str
    own: bool


class Snippets:
    """The sentences of the person at the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> list[Snippet]:
        """Own ones and defaults, by key; an own one hides the default of its key."""
        own = self._own()
        found = {key: Snippet(key, str(text), False) for key, text in load(CONTENT)["phrases"].items()}
        found |= {key: Snippet(key, text, True) for key, text in own.items()}
        return [found[key] for key in sorted(found)]

    def texts(self) -> dict[str, str]:
        """Key -> sentence, for `expansion`."""
        return {snippet.key: snippet.text for snippet in self.all()}

    def save(self, key: str, text: str) -> Snippet:
        """Keep an own sentence; BadInput for a key that can't be typed, an empty or too long text, or too many."""
        self._desk.require("consulta")
        name = fold(key).lstrip(";").strip()
        if not _KEY.match(name):
            raise BadInput("La clave es de 2 a 20 letras o números, sin espacios.", field="key")
        body = clean_text(text, field="text", limit=LONGEST)
        if not body.strip():
            raise BadInput("Escriba la frase.", field="text")
        own = self._own()
        if name not in own and len(own) >= MOST:
            raise BadInput(f"Ya tiene {MOST} frases propias; quite alguna antes.", field="key")
        self._keep({**own, name: body})
        return Snippet(name, body, True)

    def remove(self, key: str) -> None:
        """Take an own sentence away (a default of that key is back); NotFound for one that is not own."""
        self._desk.require("consulta")
        own = self._own()
        if key not in own:
            raise NotFound("Esa frase es de las de siempre; puede escribir otra con la misma clave.")
        self._keep({k: text for k, text in own.items() if k != key})

    def _own(self) -> dict[str, str]:
        held = self._desk.vault.setting(self._name)
        return {str(k): str(v) for k, v in held.items()} if isinstance(held, dict) else {}

    def _keep(self, own: Mapping[str, str]) -> None:
        self._desk.vault.set_setting(self._name, dict(own))

    @property
    def _name(self) -> str:
        return f"frases/{self._desk.me.id}"


def expansion(before: str, texts: Mapping[str, str]) -> tuple[int, str] | None:
    """What a blank typed after `before` (the line up to the caret) expands: letters to take away, sentence to put. Pure.

    The key stands at the line's beginning or after a blank; an unknown one is left as it was typed.
    """
    match = _TYPED.search(before)
    if match is None:
        return None
    text = texts.get(fold(match[1]))
    return (len(match[1]) + 1, text) if text is not None else None
