"""Rules of prenatal care: what can't be, what is asked again, what is a danger, what is due when. Pure; figures in gestation.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ces_tui.base.dates import show_date, show_number
from ces_tui.base.errors import Refused
from ces_tui.care.calculators_gestation import Dating, show_gestation, table
from ces_tui.care.plausible import Ask, Danger
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.maternal.records import PRESENTATION_WORDS, PROTEIN_WORDS, FetalScan, PrenatalCheck

MOVES_FROM_DAYS = 140
"""Movements are asked from 20 weeks (K)."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something of the calendar: from when to when, and whether that is now."""

    words: str
    starts: date
    ends: date
    now: bool
    doubt: bool

    @property
    def text(self) -> str:
        """'ahora, hasta 12/01/2027' or 'del 02/01/2027 al 30/01/2027'."""
        unsure = " (por confirmar)" if self.doubt else ""
        if self.now:
            return f"{self.words}: ahora, hasta el {show_date(self.ends)}{unsure}"
        return f"{self.words}: del {show_date(self.starts)} al {show_date(self.ends)}{unsure}"


def refuse_impossible(check: PrenatalCheck) -> None:
    """Refused, with the field, for values that no fetus has; and for a visit with nothing in it."""
    fetal = table()["fetal"]
    _within("fundal_cm", check.fundal_cm, fetal["fundal"])
    _within("fetal_heart", check.fetal_heart, fetal["heart"])
    for name, told in fetal["scan"].items():
        _within(name, getattr(check.scan, name, None), told)
    unknown = set(check.danger) - set(table()["danger"]["signs"])
    if unknown:
        raise Refused("No conozco ese dato de alarma.", field="danger")
    if not said(check):
        raise Refused("No hay nada escrito en este control.", field="fundal_cm")


def asks(check: PrenatalCheck) -> list[Ask]:
    """A fetal heart rate outside the usual range is asked once more."""
    told = table()["fetal"]["heart"]
    low, high = told["normal"]
    if check.fetal_heart is None or low <= check.fetal_heart <= high:
        return []
    return [
        Ask(
            "fetal_heart",
            f"{told['label']} de {check.fetal_heart}/min: fuera de {low} a {high}. ¿Es correcta?",
        )
    ]


def dangers(check: PrenatalCheck) -> list[Danger]:
    """The alerts that a visit opens: danger signs together, an abnormal fetal heart by itself."""
    found = []
    signs = table()["danger"]["signs"]
    if check.danger:
        words = ", ".join(signs[key].lower() for key in check.danger)
        found.append(Danger("embarazo_alarma", 3, f"Dato de alarma en el embarazo: {words}"))
    low, high = table()["fetal"]["heart"]["normal"]
    if check.fetal_heart is not None and not low <= check.fetal_heart <= high:
        found.append(Danger("frecuencia_fetal", 3, f"Frecuencia cardiaca fetal de {check.fetal_heart}/min"))
    return found


def marks(check: PrenatalCheck) -> list[str]:
    """What is worth a look and is no alert: fundal height at odds with the weeks, protein, presentation near term."""
    found = []
    rule, days = table()["fetal"]["fundal"], check.gestation_days
    if check.fundal_cm is not None and days is not None:
        weeks = days / 7
        if (
            rule["from_weeks"] <= weeks <= rule["to_weeks"]
            and abs(check.fundal_cm - weeks) > rule["differs_over"]
        ):
            found.append(
                f"Fondo de {show_number(check.fundal_cm)} cm con {show_gestation(days)} semanas: difiere más de "
                f"{rule['differs_over']} cm, valore."
            )
    if check.protein in {"1", "2", "3", "4"}:
        found.append(f"Proteína en orina {PROTEIN_WORDS[check.protein]}: busque preeclampsia.")
    if check.presentation in {"pelvica", "transversa"} and days is not None and days >= 36 * 7:
        found.append(
            f"Presentación {PRESENTATION_WORDS[check.presentation]} desde la semana 36: valore referencia."
        )
    return found


def said(check: PrenatalCheck) -> str:
    """The visit in one line: only what was noted."""
    signs = table()["danger"]["signs"]
    parts = [
        ("fondo", f"{show_number(check.fundal_cm)} cm" if check.fundal_cm is not None else ""),
        ("FCF", f"{check.fetal_heart}/min" if check.fetal_heart is not None else ""),
        ("movimientos", _yes_no(check.moves)),
        ("presentación", PRESENTATION_WORDS.get(check.presentation, "")),
        ("edema", _yes_no(check.edema)),
        ("proteína", PROTEIN_WORDS.get(check.protein, "")),
        ("ALARMA", ", ".join(signs[key].lower() for key in check.danger if key in signs)),
        ("ultrasonido", scan_line(check.scan) if check.scan else ""),
        ("", check.note),
    ]
    return " · ".join(f"{name} {text}".strip() for name, text in parts if text)


def scan_line(scan: FetalScan) -> str:
    """'LCC 45 mm, 11+2 semanas, …'."""
    short = {
        "crl_mm": "LCC", "sac_mm": "saco", "bpd_mm": "DBP", "head_mm": "CC", "abdomen_mm": "CA",
        "femur_mm": "LF", "fluid_cm": "ILA", "weight_g": "peso",
    }  # fmt: skip
    told = table()["fetal"]["scan"]
    parts = [
        f"{word} {show_number(value)} {told[name]['unit']}"
        for name, word in short.items()
        if (value := getattr(scan, name)) is not None
    ]
    if scan.gestation_days is not None:
        parts.append(f"{show_gestation(scan.gestation_days)} semanas")
    if scan.day is not None:
        parts.insert(0, f"del {show_date(scan.day)}")
    return ", ".join([*parts, *([scan.report] if scan.report else [])])


def calendar(dating: Dating, today: date) -> list[Due]:
    """What is due now, then what comes, by its first day; what is past is left out."""
    casa = table()["casa_materna"]
    rows: list[dict[str, Any]] = [*table()["due"], casa]
    found = [
        Due(
            r["words"],
            dating.at(r["from"]),
            dating.at(r["to"]),
            dating.at(r["from"]) <= today,
            r["certainty"] == "U",
        )
        for r in rows
        if dating.at(r["to"]) >= today
    ]
    return sorted(found, key=lambda d: (not d.now, d.starts))


def next_visit(dating: Dating, today: date) -> date:
    """The last day on which the next visit should be: 28, 14 or 7 days on, by the weeks (K)."""
    told = table()["intervals"]
    weeks = dating.days(today) // 7
    step = told["before_28"] if weeks < 28 else told["before_36"] if weeks < 36 else told["later"]
    return today + timedelta(days=step)


def stage(dating: Dating, today: date) -> str:
    """What the age of the pregnancy asks to be said: '', or that it is near, at, or past its term."""
    rule, weeks = table()["term"], dating.days(today) // 7
    if dating.days(today) < 0:
        return "La fecha de inicio está en el futuro: revise las fechas."
    if weeks >= rule["post_from_weeks"]:
        return "Postérmino (42 semanas o más): refiera hoy, o anote el fin del embarazo."
    return "A término." if weeks >= rule["preterm_below_weeks"] else ""


def history_line(pregnancy: Pregnancy) -> str:
    """'G3 P1 C1, 1 pérdida antes de 20 semanas'."""
    parts = [
        f"{letter}{value}"
        for letter, value in (("G", pregnancy.gravida), ("P", pregnancy.births), ("C", pregnancy.caesareans))
        if value is not None
    ]
    line = " ".join(parts)
    if pregnancy.losses_early:
        line += f", pérdidas antes de 20 semanas: {pregnancy.losses_early}"
    if pregnancy.losses_late:
        line += f", después: {pregnancy.losses_late}"
    return line.lstrip(", ")


def check_history(pregnancy: Pregnancy) -> None:
    """Refused when births, caesareans and losses are more than the pregnancies before this one."""
    numbers = ("gravida", "births", "caesareans", "losses_early", "losses_late")
    for name in numbers:
        value = getattr(pregnancy, name)
        if value is not None and not 0 <= value <= 25:
            raise Refused("Escriba un número de 0 a 25.", field=name)
    before = sum(getattr(pregnancy, name) or 0 for name in numbers[1:])
    if pregnancy.gravida == 0:
        raise Refused("Este embarazo cuenta: G es al menos 1.", field="gravida")
    if pregnancy.gravida is not None and before > pregnancy.gravida - 1:
        raise Refused(
            "Partos, cesáreas y pérdidas suman más que los embarazos anteriores a éste.", field="gravida"
        )


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "sí" if value else "no"


def _within(field: str, value: float | None, told: dict[str, Any]) -> None:
    if value is None:
        return
    low, high = told["capture"]
    if not low <= value <= high:
        raise Refused(
            f"{told['label']} de {show_number(value)}: se aceptan de {low} a {high} {told['unit']}. Revise la medición.",
            field=field,
        )
