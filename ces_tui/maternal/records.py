"""What a prenatal visit measures beside the woman's own signs. Fetal values have their own places, never the mother's."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

Presentation = Literal["", "cefalica", "pelvica", "transversa"]
Protein = Literal["", "negativa", "trazas", "1", "2", "3", "4"]

PRESENTATION_WORDS = {"cefalica": "cefálica", "pelvica": "pélvica", "transversa": "transversa"}
PROTEIN_WORDS = {
    "negativa": "negativa", "trazas": "trazas", "1": "1+", "2": "2+", "3": "3+", "4": "4+",
}  # fmt: skip


class FetalScan(Record, frozen=True, kw_only=True):
    """An obstetric ultrasound; what was not measured is None."""

    day: date | None = None
    """Day on which it was made."""
    gestation_days: int | None = None
    """Gestational age that the ultrasound gave."""
    crl_mm: float | None = None
    """Crown-rump length."""
    sac_mm: float | None = None
    bpd_mm: float | None = None
    """Biparietal diameter."""
    head_mm: float | None = None
    abdomen_mm: float | None = None
    femur_mm: float | None = None
    fluid_cm: float | None = None
    """Amniotic fluid index."""
    weight_g: float | None = None
    report: str = ""


class PrenatalCheck(Record, frozen=True, kw_only=True):
    """One prenatal visit (or an ultrasound alone); `pregnancy` is the id of the pregnancy it belongs to."""

    day: date
    at: int = 0
    author: str = ""
    pregnancy: str = ""
    gestation_days: int | None = None
    """As it was dated on that day."""
    fundal_cm: float | None = None
    fetal_heart: int | None = None
    """Beats a minute."""
    moves: bool | None = None
    presentation: Presentation = ""
    edema: bool | None = None
    protein: Protein = ""
    danger: list[str] = []
    """Keys of `protocols/calculators/gestation.yaml`, danger.signs."""
    scan: FetalScan | None = None
    note: str = ""
    confirmed: list[str] = []
    source: str = ""
    """The consult that an ultrasound was typed in, if it was; the note points here."""
