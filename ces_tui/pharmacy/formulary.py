"""The formulary: what can be prescribed and kept, from `protocols/formulary/formulary.csv` and the clinic's own items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.content import load
from ces_tui.base.errors import BadInput
from ces_tui.base.ids import is_id
from ces_tui.base.text import clean_line, fold
from ces_tui.pharmacy.records import Item

if TYPE_CHECKING:
    from ces_tui.people.desk import Desk
    from ces_tui.pharmacy.search import Finder
    from ces_tui.vault.shelf import Shelf, Stored

LOCAL_ROUTES = frozenset({"tópico", "oftálmico", "externo", "intrauterino"})
"""Routes that hardly reach the blood: no interactions nor duplicates, allergies all the same."""


FORM_SHORT = {
    "tableta": "tab",
    "tableta LP": "tab LP",
    "tableta soluble": "tab sol",
    "tableta dispersable": "tab disp",
    "tableta o cápsula": "tab",
    "cápsula o tableta": "tab",
    "comprimido": "comp",
    "cápsula": "cáp",
    "cápsula LP": "cáp LP",
    "suspensión": "susp",
    "solución": "sol",
    "solución oral": "sol oral",
    "solución oftálmica": "sol oft",
    "solución inyectable": "iny",
    "suspensión inyectable": "iny",
    "inyectable": "iny",
    "suspensión inyectable (pluma)": "pluma",
    "solución nebulizar": "neb",
    "jarabe": "jbe",
    "aerosol": "aer",
    "polvo inhalado": "inh",
    "tableta masticable": "tab mast",
    "crema o emulsión": "crema",
    "comprimido LP": "comp LP",
    "cápsula inhalar": "cáp inh",
    "suspensión oral": "susp oral",
}
SENSITIVE_GROUPS = frozenset({"antidepresivo", "antipsicotico", "animo", "benzodiacepina", "estimulante"})
SENSITIVE_GENERICS = frozenset({"Misoprostol", "Mifepristona", "Levonorgestrel emergencia"})


@dataclass(frozen=True)
class Entry:
    """One presentation. Amounts are of each ingredient, in `amount_unit` by `amount_per` ('unidad', 'mL', 'dosis', 'gota')."""

    id: str
    generic: str
    form: str
    strength: str
    ingredients: tuple[str, ...]
    unit: str
    """Dispensing unit: what is counted on the shelf."""
    dose_unit: str
    pack: Decimal | None
    """Dose units in one dispensing unit; None = not known, the quantity is typed."""
    step: Decimal
    """The smallest fraction of a dose unit that can be given."""
    route: str = ""
    amounts: tuple[Decimal, ...] = ()
    amount_unit: str = ""
    amount_per: str = ""
    cnis: str = ""
    group: str = ""
    fraction: str = ""
    pregnancy: str = ""
    pregnancy_rule: str = ""
    lactation: str = ""
    lactation_rule: str = ""
    child_rule: str = ""
    renal_rule: str = ""
    max_day: tuple[Decimal | None, ...] = ()
    """Most of each ingredient in a day for an adult, mg (K)."""
    high_alert: bool = False
    alert: str = ""
    source: str = ""
    certainty: str = "K"
    own: bool = False

    @cached_property
    def name(self) -> str:
        """'Losartán tableta 50 mg', as printed and listed."""
        return " ".join(part for part in (self.generic, self.form, self.strength) if part)

    def short(self, width: int) -> str:
        """The name in `width` letters: the form abbreviated, then the generic cut; the strength is never lost."""
        if len(self.name) <= width:
            return self.name
        tail = " ".join(part for part in (FORM_SHORT.get(self.form, self.form), self.strength) if part)
        room = width - len(tail) - 1
        if len(self.generic) <= room:
            return f"{self.generic} {tail}"
        return f"{self.generic[: max(room - 1, 3)]}… {tail}"

    @property
    def controlled(self) -> bool:
        """Groups I to III, and whatever is still to be checked: treated as the stricter group until it is."""
        return self.fraction in {"I", "II", "III"} or "cotejar" in self.fraction

    @property
    def sensitive(self) -> bool:
        """On a list it would tell a mental-health or reproductive matter: never beside a name."""
        return self.group in SENSITIVE_GROUPS or self.generic in SENSITIVE_GENERICS

    @property
    def systemic(self) -> bool:
        return self.route not in LOCAL_ROUTES

    @property
    def single_use(self) -> bool:
        """What is left in it after a dose is thrown away."""
        return self.unit == "ampolleta" or (self.unit == "frasco" and self.dose_unit == "frasco")

    def mass_per_dose_unit(self, ingredient: int = 0) -> Decimal | None:
        """How much of an ingredient one dose unit holds, in `amount_unit`; None where it is not dosed by mass."""
        if ingredient >= len(self.amounts):
            return None
        if self.amount_unit == self.dose_unit:
            return Decimal(1)
        fits = {"mL": ("mL",), "gota": ("gota",), "dosis": ("disparo", "inhalación")}.get(self.amount_per)
        if fits is None:
            return self.amounts[ingredient] if self.dose_unit == self.unit else None
        return self.amounts[ingredient] if self.dose_unit in fits else None

    @property
    def mg_per_ml(self) -> Decimal | None:
        """Of the first ingredient, for liquids dosed in mL."""
        return (
            self.amounts[0] if self.amounts and (self.amount_unit, self.amount_per) == ("mg", "mL") else None
        )


def parse_entry(row: Mapping[str, str]) -> Entry:
    """An entry of one CSV row."""
    return Entry(
        id=row["id"],
        generic=row["generic"],
        form=row["form"],
        strength=row["strength"],
        ingredients=tuple(row["ingredients"].split(";")),
        unit=row["unit"],
        dose_unit=row["dose_unit"],
        pack=Decimal(row["pack"]) if row["pack"] else None,
        step=Decimal(row["step"]),
        route=row["route"],
        amounts=tuple(Decimal(a) for a in row["amounts"].split(";") if a),
        amount_unit=row["amount_unit"],
        amount_per=row["amount_per"],
        cnis=row["cnis"],
        group=row["group"],
        fraction=row["fraction"],
        pregnancy=row["pregnancy"],
        pregnancy_rule=row["pregnancy_rule"],
        lactation=row["lactation"],
        lactation_rule=row["lactation_rule"],
        child_rule=row["child_rule"],
        renal_rule=row["renal_rule"],
        max_day=tuple(Decimal(m) if m else None for m in row["max_day"].split(";")) if row["max_day"] else (),
        high_alert=bool(row["high_alert"]),
        alert=row["alert"],
        source=row["source"],
        certainty=row["certainty"],
    )


@cache
def entries() -> dict[str, Entry]:
    """Every entry of the published formulary, by id."""
    return {row["id"]: parse_entry(row) for row in load("formulary/formulary.csv")}


def about() -> str:
    """'Formulario 2026.11, pendiente de revisión clínica': version and who has reviewed it."""
    said = load("formulary/about.yaml")
    return f"Formulario {said['version']}, {said['reviewed'] or 'pendiente de revisión clínica'}"


def own_entry(item_id: str, item: Item) -> Entry:
    """How an own item looks beside the formulary's: known by name only, so nothing is computed from it."""
    return Entry(
        id=item_id,
        generic=item.name,
        form=item.form,
        strength=item.strength,
        ingredients=(fold(item.name),),
        unit=item.unit,
        dose_unit=item.unit,
        pack=Decimal(1),
        step=Decimal(1),
        fraction="cotejar" if item.controlled else "",
        certainty="U",
        own=True,
    )


class Formulary:
    """The formulary at one clinic: the published entries and the clinic's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._finder: tuple[int, Finder] | None = None

    def get(self, item: str) -> Entry | None:
        """The entry of an item key, published or own."""
        found = entries().get(item)
        if (
            found is None
            and is_id(item)
            and (stored := self._shelf().find(item))
            and stored.record.formulary is None
        ):
            found = own_entry(stored.id, stored.record)
        return found

    def all(self) -> list[Entry]:
        """Every entry, by name."""
        return sorted([*entries().values(), *self._own()], key=lambda e: fold(e.name))

    def search(self, text: str, limit: int = 12) -> list[Entry]:
        """Entries by what people type: any order, accents and typos forgiven, strength as a number; best first."""
        from ces_tui.pharmacy.search import Finder

        own = self._own()
        if self._finder is None or self._finder[0] != len(own):
            self._finder = (len(own), Finder([*entries().values(), *own]))
        return self._finder[1].find(text, limit)

    def add_own(self, item: Item) -> Stored[Item]:
        """Add something that the formulary lacks; BadInput without a name or when it is already there."""
        self._desk.require("existencias")
        name = clean_line(item.name, field="name")
        if len(name) < 3:
            raise BadInput("Escriba el nombre genérico.", field="name")
        wanted = fold(f"{name} {item.form} {item.strength}").strip()
        if any(fold(e.name) == wanted for e in self.all()):
            raise BadInput("Ya está en el formulario.", field="name")
        tidy = {
            field: clean_line(getattr(item, field), field=field) for field in ("form", "strength", "unit")
        }
        return self._shelf().add(msgspec.structs.replace(item, name=name, **tidy))

    def minimum(self, item: str) -> int | None:
        """The clinic's own minimum for an item, in dispensing units."""
        return next((s.record.minimum for s in self._settings(item)), None)

    def minimums(self) -> dict[str, int]:
        """Every minimum the clinic has set, by item key."""
        found = {}
        for stored in self._shelf().all():
            if stored.record.minimum is not None:
                found[stored.record.formulary or stored.id] = stored.record.minimum
        return found

    def set_minimum(self, item: str, minimum: int | None) -> Stored[Item]:
        """Say below how many units an item counts as low; None goes back to one month of demand."""
        self._desk.require("existencias")
        if minimum is not None and minimum < 0:
            raise BadInput("El mínimo no puede ser negativo.", field="minimum")
        known = next(iter(self._settings(item)), None)
        if known is not None:
            return self._shelf().replace(known, replace_minimum(known.record, minimum))
        entry = entries().get(item)
        if entry is None:
            raise BadInput("Ese artículo no está en el formulario.", field="item")
        return self._shelf().add(Item(name=entry.generic, formulary=item, unit=entry.unit, minimum=minimum))

    def _settings(self, item: str) -> list[Stored[Item]]:
        return [s for s in self._shelf().all() if item in (s.id, s.record.formulary)]

    def _own(self) -> list[Entry]:
        return [own_entry(s.id, s.record) for s in self._shelf().all() if s.record.formulary is None]

    def _shelf(self) -> Shelf[Item]:
        return self._desk.vault.shelf("item", Item)


def replace_minimum(item: Item, minimum: int | None) -> Item:
    """The same item with another minimum."""
    return msgspec.structs.replace(item, minimum=minimum)
