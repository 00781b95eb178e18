"""Calculations with their source shown: BMI, kidney function, cardiovascular risk. Pure; figures in `protocols/calculators/`.

Each result names its formula, its source and how sure the source is (V read, K well known, U unsure, "por confirmar").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ces_tui.base import content
from ces_tui.base.dates import show_number
from ces_tui.base.errors import BadInput, Refused


@dataclass(frozen=True, slots=True)
class Result:
    """A computed number as it may be shown; `words` is its band, `notes` what limits it."""

    name: str
    value: float
    unit: str
    formula: str
    source: str
    certainty: str
    words: str = ""
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """'27.4 kg/m², sobrepeso'."""
        said = f"{show_number(self.value)} {self.unit}".strip()
        return f"{said}, {self.words}" if self.words else said

    @property
    def cited(self) -> str:
        """The formula and its source; what is unsure says so."""
        doubt = ", por confirmar" if self.certainty == "U" else ""
        return f"{self.formula}. {self.source}{doubt}"


def table() -> dict[str, Any]:
    """The formulas' figures; read-only."""
    loaded: dict[str, Any] = content.load("calculators/calculators.yaml")
    return loaded


def bmi(weight_kg: float, height_cm: float, *, years: int, sex: str) -> Result:
    """Body-mass index with one decimal; a band for adults only, the Mexican one for short stature (NOM-008-SSA3, K)."""
    rule = table()["bmi"]
    if weight_kg <= 0 or height_cm <= 0:
        raise BadInput("Para el IMC hacen falta peso y talla.", field="weight_kg")
    value = round(weight_kg / (height_cm / 100) ** 2, 1)
    if years < rule["from_years"]:
        return _result(rule, value, "", ("Antes de los 19 años se usa el IMC para la edad.",))
    short = rule["short"]
    if height_cm < short["below_cm"].get(sex, 0):
        note = f"Talla baja: puntos de corte de {short['source']}."
        return _result(rule, value, band(value, short["bands"]), (note,))
    return _result(rule, value, band(value, rule["bands"]))


def egfr(creatinine_mgdl: float, *, years: int, sex: str, pregnant: bool = False) -> Result:
    """Estimated glomerular filtration by CKD-EPI 2021, mL/min/1.73 m2; Refused under 18 years and in pregnancy."""
    rule = table()["egfr"]
    _creatinine(creatinine_mgdl)
    if pregnant:
        raise Refused("La filtración estimada no vale en el embarazo.", field="creatinine")
    if years < rule["from_years"]:
        raise Refused(
            "CKD-EPI es para adultos; antes de los 18 años se usa Schwartz, con la talla.", field="creatinine"
        )
    told = rule["sex"][sex]
    ratio = creatinine_mgdl / told["kappa"]
    value = (
        rule["constant"]
        * min(ratio, 1) ** told["alpha"]
        * max(ratio, 1) ** rule["over_exponent"]
        * rule["age_factor"] ** years
        * told["factor"]
    )
    value = round(value, 1)
    return _result(rule, value, band(value, rule["bands"]), (rule["caution"],))


def egfr_child(creatinine_mgdl: float, height_cm: float, *, years: int) -> Result:
    """Bedside Schwartz (K), mL/min/1.73 m2, from one year to seventeen; Refused outside."""
    rule = table()["egfr_child"]
    _creatinine(creatinine_mgdl)
    if not rule["from_years"] <= years < table()["egfr"]["from_years"]:
        raise Refused("Schwartz es para niños de 1 a 17 años.", field="creatinine")
    if height_cm <= 0:
        raise BadInput("Schwartz necesita la talla.", field="height_cm")
    return _result(rule, round(rule["factor"] * height_cm / creatinine_mgdl, 1), "", (rule["caution"],))


def cardiovascular(percent: float, chart: str, *, years: int, diabetic: bool = False) -> Result:
    """A ten-year risk that someone read in a named chart, %; the program itself holds no chart yet."""
    rule = table()["cardiovascular"]
    low, high = rule["range"]
    if not low <= percent <= high:
        raise Refused("El riesgo va de 0 a 100 %.", field="value")
    if chart not in rule["charts"]:
        raise BadInput("Diga en qué tabla se leyó el riesgo.", field="method")
    notes = []
    if years < rule["from_years"]:
        notes.append(rule["notes"]["under"])
    if years > rule["to_years"]:
        notes.append(rule["notes"]["over"])
    if diabetic and chart == "oms_sin_lab":
        notes.append(rule["notes"]["diabetes"])
    words = f"{band(percent, rule['bands'])}"
    return Result(
        rule["name"], percent, rule["unit"], rule["formula"], rule["charts"][chart], rule["certainty"],
        words, tuple(notes),
    )  # fmt: skip


def band(value: float, bands: Sequence[Mapping[str, Any]]) -> str:
    """The word of the last band that `value` has reached; bands are in ascending order."""
    return next((str(b["word"]) for b in reversed(bands) if value >= b["from"]), "")


def _creatinine(value: float) -> None:
    if not 0.1 <= value <= 30:
        raise Refused(
            "La creatinina se escribe en mg/dL, de 0.1 a 30. Revise el resultado.", field="creatinine"
        )


def _result(rule: Mapping[str, Any], value: float, words: str, notes: tuple[str, ...] = ()) -> Result:
    return Result(
        rule["name"], value, rule["unit"], rule["formula"], rule["source"], rule["certainty"], words, notes
    )
