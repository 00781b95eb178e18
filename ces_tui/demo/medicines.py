"""The medicines of the demo clinic and how its invented pasante writes them: plain amounts, never a source of doses."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medicine:
    """One item of the demo's shelf. `per_item` dose units come in one dispensing unit (75 mL a bottle, 200 puffs)."""

    key: str
    item: str
    """Id in the formulary, which knows name, units and route."""
    monthly: int
    """Units that 300 people of this story use in a month: what the first delivery goes by."""
    source: str = "SSA"
    per_item: int = 1
    supply: float = 1.15
    """What a course brings, as a share of what the clinic uses in a month; well below 1 the item runs out."""


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


_ALL = (
    Medicine("paracetamol", "paracetamol-tableta-500-mg", 150),
    Medicine("paracetamol_gotas", "paracetamol-solucion-oral-100-mg-ml", 20, per_item=15),
    Medicine("naproxeno", "naproxeno-tableta-250-mg", 20),
    Medicine("losartan", "losartan-tableta-50-mg", 620, "CES"),
    Medicine("enalapril", "enalapril-tableta-o-capsula-10-mg", 30, supply=0.8),
    Medicine("amlodipino", "amlodipino-tableta-5-mg", 60, "CES"),
    Medicine("hctz", "hidroclorotiazida-tableta-25-mg", 25, "CES"),
    Medicine("metformina", "metformina-tableta-850-mg", 630, "CES"),
    Medicine("glibenclamida", "glibenclamida-tableta-5-mg", 55),
    Medicine(
        "nph", "insulina-nph-suspension-inyectable-100-ui-ml-10-ml", 2, "CES", per_item=1000, supply=0.9
    ),
    Medicine("carbamazepina", "carbamazepina-tableta-200-mg", 280, "CES"),
    Medicine("valproato", "acido-valproico-capsula-250-mg", 40, "CES", supply=0.75),
    Medicine("fluoxetina", "fluoxetina-capsula-20-mg", 210, "CES"),
    Medicine("sertralina", "sertralina-capsula-o-tableta-50-mg", 45, "CES", supply=0.85),
    Medicine("risperidona", "risperidona-tableta-2-mg", 80, "CES", supply=0.85),
    Medicine("biperideno", "biperideno-tableta-2-mg", 10, "CES"),
    Medicine("salbutamol", "salbutamol-aerosol-100-mcg-dosis", 4, "CES", per_item=200, supply=0.8),
    Medicine("beclometasona", "beclometasona-aerosol-250-mcg-dosis", 3, "CES", per_item=200, supply=0.7),
    Medicine("amoxicilina", "amoxicilina-capsula-500-mg", 70),
    Medicine("amoxicilina_susp", "amoxicilina-suspension-500-mg-5-ml", 7, per_item=75, supply=0.7),
    Medicine("tmp_smx", "trimetoprima-sulfametoxazol-tableta-80-400-mg", 20),
    Medicine("nitrofurantoina", "nitrofurantoina-capsula-100-mg", 40, "CES"),
    Medicine("metronidazol", "metronidazol-tableta-500-mg", 20),
    Medicine("albendazol", "albendazol-tableta-200-mg", 6),
    Medicine("suero", "electrolitos-orales-polvo-27p9-g", 35, supply=1.3),
    Medicine("zinc", "sulfato-de-zinc-tableta-dispersable-20-mg", 14, "CES", supply=0.6),
    Medicine("loratadina", "loratadina-tableta-10-mg", 5),
    Medicine("omeprazol", "omeprazol-capsula-20-mg", 60),
    Medicine("butilhioscina", "butilhioscina-gragea-10-mg", 20),
    Medicine("fumarato", "fumarato-ferroso-tableta-200-mg", 145),
    Medicine("folico", "acido-folico-tableta-0p4-mg", 145),
    Medicine("permetrina", "permetrina-crema-o-emulsion-5-pct", 2, "CES", per_item=2),
    Medicine("clotrimazol", "clotrimazol-crema-1-pct", 2, "CES", per_item=60),
    Medicine("medroxiprogesterona", "medroxiprogesterona-inyectable-150-mg", 4),
)

MEDICINES = {m.key: m for m in _ALL}


def half_ml(milligrams: float, per_ml: float) -> float:
    """Millilitres of a liquid of `per_ml` mg/mL for `milligrams`, rounded down to half a millilitre (never above the dose)."""
    return max(0.5, math.floor(milligrams / per_ml * 2) / 2)


def amount_text(amount: float) -> str:
    """An amount as a prescription line stores it: '0.5', '1', or nothing for zero."""
    return f"{amount:g}" if amount else ""
