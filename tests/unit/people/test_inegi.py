"""The catalogue of localities: read in whatever shape INEGI or a spreadsheet gives it, refused whole when it is not whole."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput
from ces_tui.people.inegi import Locality, read_catalogue

HEAD = ["MAPA", "Estatus", "CVE_ENT", "NOM_ENT", "CVE_MUN", "NOM_MUN", "CVE_LOC", "NOM_LOC", "AMBITO"]
ROWS = [
    ["70200001", "", "07", "Chiapas", "020", "La Concordia", "0001", "La Concordia", "U"],
    ["70200123", "", "07", "Chiapas", "020", "La Concordia", "0123", "Plan de la Libertad", "R"],
    ["70800001", "", "07", "Chiapas", "080", "Siltepec", "0001", "Siltepec", "U"],
    ["70800044", "", "07", "Chiapas", "080", "Siltepec", "0044", "El Ángel «Peñón»", "R"],
]
WHOLE = [
    Locality("070200001", "La Concordia", "La Concordia"),
    Locality("070200123", "Plan de la Libertad", "La Concordia"),
    Locality("070800001", "Siltepec", "Siltepec"),
    Locality("070800044", "El Ángel «Peñón»", "Siltepec"),
]


def table(rows: list[list[str]], head: list[str] = HEAD, separator: str = ",", quoting: int = 0) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=quoting).writerows([head, *rows])  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_encodings_separators_and_quotes_make_no_difference(
    encoding: str, separator: str, quoting: int
) -> None:
    """The same four localities with their accents."""
    assert read_catalogue(table(ROWS, separator=separator, quoting=quoting).encode(encoding)) == WHOLE


def test_the_census_names_its_columns_in_its_own_way_and_adds_totals() -> None:
    """ENTIDAD, MUN, LOC; rows of totals and of localities put together are no localities."""
    head = ["ENTIDAD", "NOM_ENT", "MUN", "NOM_MUN", "LOC", "NOM_LOC", "POBTOT"]
    rows = [
        ["07", "Chiapas", "000", "Total de la entidad", "0000", "Total", "5"],
        ["07", "Chiapas", "020", "La Concordia", "0000", "Total del Municipio", "5"],
        ["07", "Chiapas", "020", "La Concordia", "0123", "Plan de la Libertad", "5"],
        ["07", "Chiapas", "020", "La Concordia", "9998", "Localidades de una vivienda", "5"],
    ]
    assert read_catalogue(table(rows, head).encode()) == [WHOLE[1]]


def test_zeros_that_a_spreadsheet_took_away_come_back() -> None:
    """7, 20 and 123 are 07, 020 and 0123; also as 7.0."""
    rows = [["", "", "7", "Chiapas", "20", "La Concordia", "123.0", "Plan de la Libertad", "R"]]
    assert read_catalogue(table(rows).encode()) == [WHOLE[1]]


@given(st.permutations(range(len(HEAD))))
def test_the_order_of_the_columns_does_not_matter(order: list[int]) -> None:
    head = [HEAD[i] for i in order]
    rows = [[row[i] for i in order] for row in ROWS]
    assert read_catalogue(table(rows, head).encode()) == WHOLE


BAD: list[tuple[bytes, str]] = [
    (b"", "vacío"),
    (b"  \n\n", "vacío"),
    (b"PK\x03\x04....", "Excel"),
    (b"\xd0\xcf\x11\xe0....", "Excel"),
    (b"CVE_ENT\x00CVE_MUN", "archivo de texto"),
    (b"nombre,edad\nAna,3\n", "No es el catálogo de localidades"),
    (b"CVE_ENT,CVE_MUN,NOM_MUN,NOM_LOC\n07,020,La Concordia,Plan\n", "falta la columna CVE_LOC"),
    (table([]).encode(), "ninguna localidad"),
    (table([["", "", "07", "Chiapas"]]).encode(), "parece cortado"),
    (table([*ROWS, ["", "", "Chiapas", "Chiapas", "020", "X", "0001", "Y", "R"]]).encode(), "Renglón 6: CVE_ENT"),
    (table([["", "", "07", "Chiapas", "0201", "X", "0001", "Y", "R"]]).encode(), "CVE_MUN"),
    (table([["", "", "07", "Chiapas", "020", "X", "0001", " ", "R"]]).encode(), "falta NOM_LOC"),
    (table([["", "", "07", "Chiapas", "020", "X", "0001", "\x1b[2Jx", "R"]]).encode(), "caracteres"),
    (table([["", "", "07", "Chiapas", "020", "X", "0001", "y" * 200, "R"]]).encode(), "demasiado largo"),
    (table([["", "", "07", "C", "080", "X", "0001", "El Ãngel", "R"]]).encode(), "acentos vienen dañados"),
    (table([["", "", "07", "C", "080", "X", "0001", "El \ufffdngel", "R"]]).encode(), "acentos vienen dañados"),
    (table([*ROWS, ["", "", "07", "C", "020", "La Concordia", "0001", "Otra", "U"]]).encode(), "dos veces"),
    (b'CVE_ENT,CVE_MUN,CVE_LOC,NOM_MUN,NOM_LOC\n07,020,0001,X,"' + b"a" * 200_000, "comillas"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "sentence"), BAD)
def test_a_file_that_is_not_whole_is_refused_with_a_sentence_that_says_why(raw: bytes, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_catalogue(raw)


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_read_or_refuse(raw: bytes) -> None:
    """Whatever comes, it is a list of whole localities or one sentence."""
    try:
        found = read_catalogue(raw)
    except BadInput as bad:
        assert str(bad)
    else:
        assert all(len(one.key) == 9 and one.name and one.municipality for one in found)
