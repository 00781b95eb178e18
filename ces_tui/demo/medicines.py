"""The medicines of the demo clinic and how its invented pasante writes them: plain amounts, never a source of doses."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Medicine:
    """One item of the demo's shelf. `per_item` dose units come in one dispensing unit (60 mL a bottle, 200 puffs)."""

    key: str
    generic: str
    form: str
    strength: str
    dose_unit: str
    item_unit: str
    per_item: float = 1
    route: str = "oral"
    source: str = "SSA"
    monthly: float = 0
    """Units that 300 people use in a month: what the first delivery goes by."""
    supply: float = 1.15
    """What a course brings, as a share of what the clinic uses in a month; well below 1 the item runs out."""

    @property
    def label(self) -> str:
        """'Losartán tableta 50 mg', as printed."""
        return f"{self.generic} {self.form} {self.strength}"


@dataclass(frozen=True, slots=True)
class Order:
    """One line of a receta, before it knows its lots; amounts in the medicine's dose unit."""

    medicine: str
    morning: float = 0
    noon: float = 0
    afternoon: float = 0
    night: float = 0
    days: int | None = None
    prn: bool = False
    instructions: str = ""

    @property
    def quantity(self) -> int:
        """Dispensing units that the whole treatment takes, at least one."""
        a_day = self.morning + self.noon + self.afternoon + self.night
        return max(1, math.ceil(a_day * (self.days or 1) / MEDICINES[self.medicine].per_item - 1e-9))


def _tablets(
    key: str, generic: str, strength: str, source: str = "SSA", *, form: str = "tableta", supply: float = 1.15
) -> Medicine:
    return Medicine(key, generic, form, strength, form, form, source=source, supply=supply)


_ALL = (
    _tablets("paracetamol", "Paracetamol", "500 mg"),
    Medicine("paracetamol_gotas", "Paracetamol", "solución oral", "100 mg/mL", "mL", "frasco", 15),
    _tablets("naproxeno", "Naproxeno", "250 mg"),
    _tablets("losartan", "Losartán", "50 mg", "CES"),
    _tablets("enalapril", "Enalapril", "10 mg", supply=0.8),
    _tablets("amlodipino", "Amlodipino", "5 mg", "CES"),
    _tablets("hctz", "Hidroclorotiazida", "25 mg", "CES"),
    _tablets("metformina", "Metformina", "850 mg", "CES"),
    _tablets("glibenclamida", "Glibenclamida", "5 mg"),
    Medicine("nph", "Insulina NPH", "suspensión inyectable", "100 UI/mL 10 mL", "UI", "frasco", 1000, "SC", "CES", 0.9),
    _tablets("carbamazepina", "Carbamazepina", "200 mg", "CES"),
    _tablets("valproato", "Ácido valproico", "250 mg", "CES", form="cápsula", supply=0.75),
    _tablets("fluoxetina", "Fluoxetina", "20 mg", "CES", form="cápsula"),
    _tablets("sertralina", "Sertralina", "50 mg", "CES", supply=0.85),
    _tablets("risperidona", "Risperidona", "2 mg", "CES", supply=0.85),
    _tablets("biperideno", "Biperideno", "2 mg", "CES"),
    Medicine("salbutamol", "Salbutamol", "aerosol", "100 mcg/dosis", "disparo", "envase", 200, "inhalado", "CES", 0.8),
    Medicine("beclometasona", "Beclometasona", "aerosol", "250 mcg/dosis", "disparo", "envase", 200, "inhalado", "CES", 0.7),
    _tablets("amoxicilina", "Amoxicilina", "500 mg", form="cápsula"),
    Medicine("amoxicilina_susp", "Amoxicilina", "suspensión", "500 mg/5 mL", "mL", "frasco", 75, supply=0.7),
    _tablets("tmp_smx", "Trimetoprima-sulfametoxazol", "80/400 mg"),
    _tablets("nitrofurantoina", "Nitrofurantoína", "100 mg", "CES", form="cápsula"),
    _tablets("metronidazol", "Metronidazol", "500 mg"),
    _tablets("albendazol", "Albendazol", "200 mg"),
    Medicine("suero", "Electrolitos orales", "polvo", "27.9 g", "sobre", "sobre", supply=1.3),
    _tablets("zinc", "Sulfato de zinc", "20 mg", "CES", form="tableta dispersable", supply=0.6),
    _tablets("loratadina", "Loratadina", "10 mg"),
    _tablets("omeprazol", "Omeprazol/pantoprazol", "20/40 mg", form="cápsula o tableta"),
    _tablets("butilhioscina", "Butilhioscina", "10 mg", form="gragea"),
    _tablets("fumarato", "Fumarato ferroso", "200 mg"),
    _tablets("folico", "Ácido fólico", "0.4 mg"),
    Medicine("permetrina", "Permetrina", "crema o emulsión", "5 %", "aplicación", "tubo", 2, "tópico", "CES"),
    Medicine("clotrimazol", "Clotrimazol", "óvulo y crema", "200 mg; 1 %", "aplicación", "tubo", 30, "tópico", "CES"),
    Medicine("medroxiprogesterona", "Medroxiprogesterona", "inyectable", "150 mg", "ampolleta", "ampolleta", route="IM"),
)  # fmt: skip

_MONTHLY = {
    "fumarato": 145, "folico": 145, "losartan": 620, "paracetamol": 150, "permetrina": 2,
    "paracetamol_gotas": 20, "amoxicilina_susp": 7, "naproxeno": 20, "nitrofurantoina": 40,
    "amoxicilina": 70, "carbamazepina": 280, "albendazol": 6, "metformina": 630, "omeprazol": 60,
    "fluoxetina": 210, "suero": 35, "salbutamol": 4, "beclometasona": 3, "medroxiprogesterona": 4,
    "clotrimazol": 2, "loratadina": 5, "risperidona": 80, "sertralina": 45, "metronidazol": 20, "zinc":
    14, "amlodipino": 60, "glibenclamida": 55, "hctz": 25, "enalapril": 30, "nph": 2, "valproato": 40,
    "biperideno": 10, "tmp_smx": 20, "butilhioscina": 20,
}  # fmt: skip
"""Units that 300 people of this story use in a month, counted from the story itself."""

MEDICINES = {m.key: replace(m, monthly=_MONTHLY[m.key]) for m in _ALL}


def half_ml(milligrams: float, per_ml: float) -> float:
    """Millilitres of a liquid of `per_ml` mg/mL for `milligrams`, rounded down to half a millilitre (never above the dose)."""
    return max(0.5, math.floor(milligrams / per_ml * 2) / 2)


def amount_text(amount: float) -> str:
    """An amount as a prescription line stores it: '0.5', '1', or nothing for zero."""
    return f"{amount:g}" if amount else ""
