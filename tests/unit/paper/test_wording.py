"""Doses on paper follow the high-alert rules; ages are said in full."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.dates import age_years
from ces_tui.paper.receta import in_words, medicine
from ces_tui.paper.wording import age_on_paper, paragraphs, safe_dose
from ces_tui.people.records import Patient
from ces_tui.pharmacy.records import PrescriptionLine

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("10 U antes", f"10{NB}unidades antes"),
        ("10U", f"10{NB}unidades"),
        ("10 U.I. SC", f"10{NB}unidades SC"),
        ("8 IU", f"8{NB}unidades"),
        ("100 UI/mL", f"100{NB}unidades/mL"),
        ("UI", "unidades"),
        ("5.0 mg", f"5{NB}mg"),
        ("5,00 mg", f"5{NB}mg"),
        ("1.000 mL", f"1.000{NB}mL"),
        (".5 tableta", "0.5 tableta"),
        (",5 mL", f"0.5{NB}mL"),
        ("50 µg", f"50{NB}mcg"),
        ("50 \u03bcg/día", f"50{NB}mcg/día"),
        ("10.05 mg", f"10.05{NB}mg"),
        ("Ungüento 2 Ungüentos", "Ungüento 2 Ungüentos"),
        ("7 u 8 días", "7 u 8 días"),
        ("a las 8.30", "a las 8.30"),
    ],
)
def test_units_are_words_and_numbers_have_no_trailing_zero(typed: str, printed: str) -> None:
    """clinical.md, Safety rules 7: «unidades», 5 and not 5.0, 0.5 and not .5, mcg and not µg."""
    assert safe_dose(typed) == printed


@given(st.text(alphabet="0123456789.,UIµg m/L-tableta", max_size=40))
def test_no_text_keeps_a_micro_sign_or_a_bare_u(text: str) -> None:
    once = safe_dose(text)
    assert not re.search(r"µg(?![^\W\d_])|\d\s?U\b", once)


_DOSES = st.builds(
    "{}{}{}{}".format,
    st.from_regex(r"[0-9]{0,3}([.,][0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", " "]),
    st.sampled_from(["mg", "UI", "U", "mcg", "µg", "mL", "tableta", "UI/mL"]),
    st.sampled_from(["", " cada 8 horas", ", 2.0 al día"]),
)


@given(_DOSES)
def test_a_dose_said_safely_stays_as_it_is(dose: str) -> None:
    """Nothing is rewritten twice, and the number is the same number."""
    once = safe_dose(dose)
    assert safe_dose(once) == once
    number = re.match(r"[0-9]*[.,]?[0-9]*", dose)
    said = re.match(r"[0-9]*[.,]?[0-9]*", once)
    assert number and said
    if number.group():
        assert float(number.group().replace(",", ".")) == float(said.group().replace(",", "."))


def test_a_weekly_dose_names_its_day_and_forbids_the_others() -> None:
    line = PrescriptionLine(
        item="m", name="Metotrexato tableta 2.5 mg", unit="tableta", morning="4", weekday=0, days=28
    )
    told = medicine(line)
    assert "UNA SOLA VEZ POR SEMANA, EL LUNES" in told.below and told.loud
    assert "UNA SOLA VEZ POR SEMANA, EL LUNES" in in_words(line)


def test_insulin_is_dosed_in_unidades_in_full() -> None:
    line = PrescriptionLine(
        item="i", name="Insulina NPH 100 UI/mL", unit="UI", morning="10", night="1", days=30
    )
    told = medicine(line)
    assert told.cells[1] == "10 unidades" and told.cells[4] == "1 unidad"
    assert "UI" not in " ".join((*told.cells, told.below))


def test_what_is_stopped_says_so_and_has_no_dose() -> None:
    told = medicine(PrescriptionLine(item="g", name="Glibenclamida 5 mg", unit="tableta", stopped=True))
    assert told.below.startswith("SUSPENDER") and set(told.cells[1:]) == {"—"}


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        (date(1966, 5, 1), "60 años"),
        (date(2024, 2, 11), "2 años 9 meses"),
        (date(2026, 6, 8), "5 meses 12 días"),
        (date(2026, 11, 8), "12 días"),
        (date(2026, 11, 20), "0 días"),
        (date(2026, 8, 31), "2 meses 20 días"),
        (date(2025, 11, 20), "1 año"),
    ],
)
def test_ages_are_said_in_years_months_and_days(birth: date, said: str) -> None:
    patient = Patient(given="X", surname1="Y", sex="F", birth=birth, day=birth)
    assert age_on_paper(patient, date(2026, 11, 20)) == said


@given(st.dates(date(1920, 1, 1), date(2026, 11, 20)), st.integers(0, 40_000))
def test_an_age_never_says_more_than_was_lived(birth: date, days: int) -> None:
    on = min(date(2060, 1, 1), date.fromordinal(birth.toordinal() + days))
    said = age_on_paper(Patient(given="X", surname1="Y", sex="M", birth=birth, day=birth), on)
    years = int(said.split()[0]) if "año" in said else 0
    assert years == age_years(birth, on) and "-" not in said
    if "mes" in said and "día" in said:
        assert 0 <= int(said.split()[2]) <= 31


def test_blank_lines_inside_a_text_stay_and_those_around_it_go() -> None:
    assert paragraphs("\n uno\n\ndos \n") == (" uno", "", "dos")
    assert paragraphs("  \n ") == ()
