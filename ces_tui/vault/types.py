"""Every document type of format 1: its number in a sealed row, its drawer, and whether it is signed. Fixed for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ces_tui.base.errors import CesError

Place = Literal["hot", "chart", "free", "either"]


@dataclass(frozen=True)
class DocType:
    """One type of document; `either` lies in the chart when it names a patient, else in a free drawer."""

    code: int
    name: str
    place: Place
    signed: bool = False
    clinical: bool = False
    version: int = 1


_ALL = (
    DocType(1, "person", "hot"),
    DocType(2, "device", "hot"),
    DocType(3, "patient", "hot", clinical=True),
    DocType(4, "item", "hot"),
    DocType(5, "lot", "hot"),
    DocType(6, "clinic", "hot"),
    DocType(16, "consult", "chart", signed=True, clinical=True),
    DocType(17, "addendum", "either", clinical=True),
    DocType(18, "void", "either", clinical=True),
    DocType(19, "cosign", "either", clinical=True),
    DocType(20, "vitals", "chart", clinical=True),
    DocType(21, "dispense", "chart", signed=True, clinical=True),
    DocType(22, "screening", "chart", signed=True, clinical=True),
    DocType(23, "plan", "chart", signed=True, clinical=True),
    DocType(24, "visit", "chart", signed=True, clinical=True),
    DocType(25, "problem", "chart", clinical=True),
    DocType(26, "allergy", "chart", clinical=True),
    DocType(27, "programme", "chart", clinical=True),
    DocType(28, "appointment", "chart", clinical=True),
    DocType(29, "alert", "chart", clinical=True),
    DocType(30, "arrival", "chart"),
    DocType(31, "handover", "chart", clinical=True),
    DocType(32, "link", "chart", clinical=True),
    DocType(33, "pregnancy", "chart", clinical=True),
    DocType(34, "prenatal", "chart", clinical=True),
    DocType(35, "lab", "chart", clinical=True),
    DocType(36, "history", "chart", clinical=True),
    DocType(48, "lecturas", "free"),
    DocType(49, "stock", "free", clinical=True),
    DocType(50, "order", "free"),
    DocType(51, "course", "free"),
    DocType(52, "message", "free"),
    DocType(53, "answer", "free"),
    DocType(54, "receipt", "free"),
    DocType(55, "roster", "free"),
    DocType(56, "withhold", "free"),
    DocType(57, "acceptance", "free"),
    DocType(58, "export", "free"),
    DocType(59, "import", "free"),
)

BY_NAME = {t.name: t for t in _ALL}
BY_CODE = {t.code: t for t in _ALL}


_LAST_MS = 253_402_300_799_999
"""The last instant of the year 9999: an id that is no UUIDv7 may name a later one."""


def doc_type(name: str) -> DocType:
    """The type called `name`; CesError for one this version does not know."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise CesError(f"Tipo de registro desconocido: {name}.") from None


def drawer_of(kind: DocType, doc_id: str, patient: str | None) -> str:
    """The drawer in which a document lies for ever: hot/<type>, chart/<patient> or free/<type>/<year of its id>."""
    if kind.place == "hot":
        return f"hot/{kind.name}"
    if kind.place == "chart" or (kind.place == "either" and patient):
        if not patient:
            raise CesError(f"Un registro «{kind.name}» necesita paciente.")
        return f"chart/{patient}"
    return f"free/{kind.name}/{year_of(kind, doc_id, patient)}"


def year_of(kind: DocType, doc_id: str, patient: str | None) -> int | None:
    """The year (UTC) of the drawer of a type that grows by the year; None where a document lies elsewhere."""
    if kind.place in {"hot", "chart"} or (kind.place == "either" and patient):
        return None
    from ces_tui.base.clock import utc
    from ces_tui.base.ids import id_ms

    return utc(min(id_ms(doc_id), _LAST_MS)).year
