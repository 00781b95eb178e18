"""What heads the papers of this clinic and what each person signs with: sealed settings of this store.

They travel in no bundle: a licence number stands on the papers of the person whose it is and nowhere else.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ces_tui.base import content
from ces_tui.base.errors import BadInput
from ces_tui.base.record import read
from ces_tui.base.text import clean_line
from ces_tui.paper.records import LAYOUTS, LICENCE_WORDS, Layout, Licence, Unit
from ces_tui.people.desk import Desk

_UNIT = "papel/unidad"
_LICENCE = "papel/cedula/"


def known_units() -> dict[str, Any]:
    """`protocols/paper/unidades.yaml`: official names by clinic code, institution and title of each layout."""
    found: dict[str, Any] = content.load("paper/unidades.yaml")
    return found


class PaperSettings:
    """Reads and writes both."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault

    def unit(self) -> Unit:
        """The letterhead: what was set here, else what is known of this clinic's code."""
        if (body := self._vault.setting(_UNIT)) is not None:
            return read(Unit, body)
        known = known_units()["units"].get(self._vault.clinic_code.upper(), {})
        return read(Unit, known)

    def set_unit(self, unit: Unit) -> Unit:
        """Change the letterhead; BadInput for an unknown layout."""
        self._desk.require("imprimir")
        if unit.layout not in LAYOUTS:
            raise BadInput("Elija el formato de la nota.", field="layout")
        tidy = {
            name: clean_line(getattr(unit, name), field=name, limit=120)
            for name in ("unit", "clues", "municipality", "locality", "address")
        }
        tidy["clues"] = tidy["clues"].upper().replace(" ", "")
        if tidy["clues"] and not (len(tidy["clues"]) == 11 and tidy["clues"].isalnum()):
            raise BadInput("La CLUES tiene once letras y números.", field="clues")
        unit = msgspec.structs.replace(unit, **tidy)
        self._vault.set_setting(_UNIT, unit.body())
        return unit

    def layout(self) -> Layout:
        return self.unit().layout

    def licence(self, person: str) -> Licence:
        """What a person signs with; an empty one where nobody wrote it down."""
        body = self._vault.setting(_LICENCE + person)
        return Licence() if body is None else read(Licence, body)

    def set_my_licence(self, licence: Licence) -> Licence:
        """What the person at the desk signs with; BadInput for an unknown kind, or a number of no kind."""
        me = self._desk.require("firmar")
        if licence.kind and licence.kind not in LICENCE_WORDS:
            raise BadInput("Elija cédula profesional o constancia de servicio social.", field="kind")
        tidy = {
            name: clean_line(getattr(licence, name), field=name, limit=100)
            for name in ("number", "school", "supervisor", "supervisor_cedula")
        }
        if tidy["number"] and not licence.kind:
            raise BadInput("Diga si el número es de la cédula o de la constancia.", field="kind")
        licence = msgspec.structs.replace(licence, **tidy)
        self._vault.set_setting(_LICENCE + me.id, licence.body())
        return licence
