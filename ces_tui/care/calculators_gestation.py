"""How old a pregnancy is and when it is due: by last period, by ultrasound, and when the second changes the first. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from ces_tui.base import content
from ces_tui.base.dates import show_date, show_number
from ces_tui.base.errors import BadInput, Refused

_AGE = re.compile(r"(\d{1,2})(?:\s*[+.,]\s*([0-6]))?\Z")


@dataclass(frozen=True, slots=True)
class Dated:
    """An ultrasound as dating needs it: its day and the gestational age it gave, in days."""

    day: date
    gestation_days: int
    crl_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Dating:
    """The date that counts: `start` is the (real or equivalent) last period. `why` gives the reasoning, line by line."""

    start: date
    basis: str
    """'fum' or 'us'."""
    why: tuple[str, ...]
    warning: str = ""
    redated: bool = False

    @property
    def due(self) -> date:
        """Probable date of birth: day 280."""
        return self.start + timedelta(days=table()["days"])

    def days(self, on: date) -> int:
        """Gestational age in days."""
        return (on - self.start).days

    def at(self, days: int) -> date:
        """The day on which this gestational age is reached."""
        return self.start + timedelta(days=days)


def table() -> dict[str, Any]:
    """Figures of dating and of prenatal care; read-only."""
    loaded: dict[str, Any] = content.load("calculators/gestation.yaml")
    return loaded


def parse_gestation(text: str, *, field: str) -> int:
    """'11+2' (weeks and days) as days; BadInput for anything else."""
    match = _AGE.match(text.strip())
    if not match:
        raise BadInput("Escriba la edad como semanas+días, por ejemplo 11+2.", field=field)
    return int(match.group(1)) * 7 + int(match.group(2) or 0)


def show_gestation(days: int) -> str:
    """'24+3': weeks and days."""
    return f"{days // 7}+{days % 7}"


def days_by_crl(crl_mm: float) -> int:
    """Gestational age in days by crown-rump length (Robinson-Fleming, K); Refused outside 7 to 84 mm."""
    rule = table()["crl"]
    low, high = rule["range_mm"]
    if not low <= crl_mm <= high:
        raise Refused(
            f"La longitud cráneo-cauda fecha de {low} a {high} mm; escriba la edad que dio el ultrasonido.",
            field="crl_mm",
        )
    return round(float(rule["factor"] * sqrt(rule["inside"] * crl_mm) + rule["plus"]))


def check_lmp(lmp: date, on: date) -> None:
    """Refused for a last period in the future or so long ago that the pregnancy would be over."""
    if lmp > on:
        raise Refused("La última menstruación no puede estar en el futuro.", field="lmp")
    if (on - lmp).days > table()["lmp"]["oldest_days"]:
        raise Refused(
            "Con esa última menstruación ya pasaron 44 semanas. Revise la fecha o déjela vacía.", field="lmp"
        )


def date_pregnancy(lmp: date | None, certainty: str, scans: Sequence[Dated]) -> Dating | None:
    """The dating that counts; None while there is neither a last period nor an ultrasound.

    The earliest ultrasound decides, by the re-dating table of CES; a last period that is not known counts as none.
    """
    first = min(scans, key=lambda s: (s.day, s.gestation_days), default=None)
    if lmp is None or certainty == "desconocida":
        if first is None:
            return None
        return Dating(_start(first), "us", (_scan_words(first), "No se conoce la última menstruación."))
    words = f"Última menstruación {show_date(lmp)}" + (" (dudosa)." if certainty == "dudosa" else ".")
    if first is None:
        doubt = ("Fecha dudosa: confírmela con un ultrasonido temprano.",) if certainty == "dudosa" else ()
        return Dating(lmp, "fum", (words, *doubt))
    return _compare(lmp, words, first)


def _compare(lmp: date, words: str, first: Dated) -> Dating:
    by_lmp = (first.day - lmp).days
    differ = abs(by_lmp - first.gestation_days)
    rows = table()["redating"]["rows"]
    row = next((r for r in rows if by_lmp <= r["to_days"]), rows[-1])
    said = f"Ese día, por menstruación: {show_gestation(max(by_lmp, 0))}; {'difiere' if differ == 1 else 'difieren'} {differ} {'día' if differ == 1 else 'días'}."
    rule = f"Con {row['words']} semanas se cambia si difieren más de {row['over']} días (tabla de CES)"
    if by_lmp >= 0 and differ <= row["over"]:
        return Dating(lmp, "fum", (words, _scan_words(first), said, f"{rule}: no se cambia."))
    return Dating(
        _start(first),
        "us",
        (words, _scan_words(first), said, f"{rule}: cuenta el ultrasonido."),
        warning=row.get("warning", ""),
        redated=True,
    )


def _start(scan: Dated) -> date:
    return scan.day - timedelta(days=scan.gestation_days)


def _scan_words(scan: Dated) -> str:
    by = f", LCC {show_number(scan.crl_mm)} mm" if scan.crl_mm else ""
    return f"Ultrasonido del {show_date(scan.day)}: {show_gestation(scan.gestation_days)} semanas{by}."
