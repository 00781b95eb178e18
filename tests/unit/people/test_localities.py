"""The catalogue in the store: looked at before it is taken, kept sealed, found with slips, offered while registering."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotAllowed
from ces_tui.cli.app import run
from ces_tui.clinic import Clinic, projector
from ces_tui.people.inegi import Locality
from ces_tui.people.localities import Localities, found, indexed
from ces_tui.vault.vault import Vault
from ces_tui.vault.verify import verify_store
from tests.support import PASSPHRASE, open_clinic
from tests.unit.people.test_inegi import HEAD, ROWS, table

MORE = [
    ["", "", "07", "Chiapas", "080", "Siltepec", "0101", "San Antonio", "R"],
    ["", "", "07", "Chiapas", "080", "Siltepec", "0102", "San Antonio", "R"],
    ["", "", "07", "Chiapas", "101", "Tuxtla Gutiérrez", "0001", "Tuxtla Gutiérrez", "U"],
]
FILE = table([*ROWS, *MORE]).encode("latin-1")


def test_a_look_changes_nothing_and_says_what_would_come(clinic: Clinic) -> None:
    """Only the clinics' municipalities; new, repeated and left out are counted."""
    plan = clinic.localities.plan(FILE)
    assert dict(plan.counts) == {"La Concordia (07020)": 2, "Siltepec (07080)": 4}
    assert (plan.new, plan.gone, plan.renamed, plan.repeated, plan.left_out) == (6, 0, 0, 1, 1)
    assert clinic.localities.all() == ()
    assert "sin catálogo" in clinic.localities.state()


def test_what_is_taken_is_there_after_the_store_was_closed(
    clinic: Clinic, store: Path, clock: FixedClock
) -> None:
    """Sealed with the store, verified with it."""
    clinic.localities.take(clinic.localities.plan(FILE))
    held = clinic.localities.all()
    clinic.close()
    assert verify_store(store, Vault.peek(store).people[0].id, PASSPHRASE, projector=projector()).ok
    again = open_clinic(store, clock)
    assert again.localities.all() == held and len(held) == 6
    assert "6 localidades, importadas el 20/11/2026" in again.localities.state()
    assert b"Plan de la Libertad" not in b"".join(p.read_bytes() for p in store.iterdir() if p.is_file())
    again.close()


def test_a_newer_file_replaces_its_municipalities_and_leaves_the_others(clinic: Clinic) -> None:
    """Siltepec anew: one gone, one renamed, one new; La Concordia stays."""
    clinic.localities.take(clinic.localities.plan(FILE))
    rows = [ROWS[2], ["", "", "07", "Chiapas", "080", "Siltepec", "0044", "El Ángel", "R"]]
    rows += [MORE[0], ["", "", "07", "Chiapas", "080", "Siltepec", "0200", "Nueva Luz", "R"]]
    plan = clinic.localities.plan(table(rows).encode())
    assert (plan.new, plan.gone, plan.renamed) == (1, 1, 1)
    clinic.localities.take(plan)
    names = {one.name for one in clinic.localities.all()}
    assert {"Plan de la Libertad", "Nueva Luz", "El Ángel"} <= names
    assert len(clinic.localities.all()) == 6


def test_all_and_single_municipalities_can_be_asked_for(clinic: Clinic) -> None:
    assert len(clinic.localities.plan(FILE, municipalities=()).rows) == 7
    assert len(clinic.localities.plan(FILE, municipalities={"07101"}).rows) == 1
    with pytest.raises(BadInput, match="ninguna localidad de los municipios"):
        clinic.localities.plan(FILE, municipalities={"09001"})


def test_who_only_reads_may_not_import(clinic: Clinic) -> None:
    visitor = next(p for p in clinic.people() if p.role == "visitante")
    plan = clinic.localities.plan(FILE)
    clinic.login(visitor.id, PASSPHRASE)
    for call in (lambda: clinic.localities.plan(FILE), lambda: clinic.localities.take(plan)):
        with pytest.raises(NotAllowed):
            call()
    assert Localities(clinic.desk).all() == ()


HELD = indexed(
    [
        Locality("070200123", "Plan de la Libertad", "La Concordia"),
        Locality("070200124", "Plan de Agua Prieta", "La Concordia"),
        Locality("070800044", "El Ángel", "Siltepec"),
        Locality("070800101", "San Antonio", "Siltepec"),
        Locality("070200301", "San Antonio", "La Concordia"),
        Locality("071170009", "Laguna del Cofre", "Montecristo de Guerrero"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("plan de la", "Plan de la Libertad"),
        ("libertad", "Plan de la Libertad"),
        ("angel", "El Ángel"),
        ("EL ANGEL", "El Ángel"),
        ("libretad", "Plan de la Libertad"),
        ("lagna del cof", "Laguna del Cofre"),
        ("sn antonio", "San Antonio"),
        ("cofre", "Laguna del Cofre"),
        ("refugio", "El Refugio"),
    ],
)
def test_accents_capitals_and_slips_are_forgiven(typed: str, first: str) -> None:
    """What patients named and the catalogue lacks is found too."""
    assert found(typed, HELD, {"El Refugio": 3})[0].name == first


def test_two_of_one_name_are_told_apart_and_the_one_lived_in_leads() -> None:
    """Both with their municipality; what begins with the text leads what contains it, then where patients live."""
    both = found("san antonio", HELD, {})
    assert [(one.municipality, one.key) for one in both] == [
        ("La Concordia", "070200301"),
        ("Siltepec", "070800101"),
    ]
    assert found("plan", HELD, {"Plan de la Libertad": 9})[0].name == "Plan de la Libertad"


def test_nonsense_finds_nothing() -> None:
    """Far from every name, or nothing typed."""
    assert found("xyzwq", HELD, {}) == []
    assert found("  ", HELD, {}) == []


def command(store: Path, tmp_path: Path, *args: str) -> int:
    secret = tmp_path / "frase.txt"
    secret.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return run(["patient", "import-localities", *args, "--dir", str(store), "--passphrase-file", str(secret)])


def test_the_command_shows_first_and_imports_when_told(
    store: Path, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --yes nothing changes; with it the catalogue is there; as JSON the same numbers."""
    open_clinic(store, clock).close()
    file = tmp_path / "AGEEML.csv"
    file.write_bytes(FILE)
    assert command(store, tmp_path, str(file)) == 0
    out = capsys.readouterr().out
    assert "Siltepec (07080): 4" in out and "No se cambió nada" in out
    assert command(store, tmp_path, str(file), "--yes", "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["localities"], body["imported"], body["held"]) == (6, True, 6)
    clinic = open_clinic(store, clock)
    assert len(clinic.localities.all()) == 6
    clinic.close()


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("no-existe.csv",), "No existe el archivo no-existe.csv"),
        (("{tmp}",), "es una carpeta"),
        (("{tmp}/malo.csv", "--yes"), "falta la columna"),
        (("{tmp}/bueno.csv", "--municipality", "7020"), "cinco cifras"),
    ],
)
def test_a_bad_file_or_key_is_one_sentence_and_changes_nothing(
    store: Path,
    clock: FixedClock,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    sentence: str,
) -> None:
    open_clinic(store, clock).close()
    (tmp_path / "bueno.csv").write_bytes(FILE)
    (tmp_path / "malo.csv").write_bytes(table(ROWS, [h for h in HEAD if h != "NOM_LOC"] + ["X"]).encode())
    assert command(store, tmp_path, *(a.format(tmp=tmp_path) for a in args)) != 0
    assert sentence in capsys.readouterr().err
    clinic = open_clinic(store, clock)
    assert clinic.localities.all() == ()
    clinic.close()
