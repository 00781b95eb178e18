"""Escape sequences and other control characters: refused at every door of the store, harmless on what is printed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.errors import BadInput
from ces_tui.base.text import encoded_clean, for_screen, is_control
from ces_tui.cli import main
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis
from ces_tui.pharmacy.records import Item
from tests.support import PASSPHRASE
from tests.unit.consult.visits import line, page, pressure, someone

_SHAPES = (
    "\x1b[2J", "\x1b]0;título\x07", "\x1b]52;c;aGk=\x07", "\x1b[31m", "\x1bPq#0\x1b\\", "\x1b[?1049h", "\x1b]8;;http://x\x1b\\",
    "\x9b31m", "\x9d0;x\x9c", "\x90q\x9c", "\x07", "\x08", "\x00", "\x0e", "\x7f", "\u202e", "\u2066", "\u200f", "\u061c",
    "\ufeff", "\x1b7", "\x1bc", "\x1b[6n", "\x1b[1;1H", "\x1b[?25l", "\x1b(0", "x\u2028\x1b", "\x85\x1b[A",
)  # fmt: skip
"""Separators of lines and records are blanks to a one-line field and become one: alone they are no sequence."""


def sequences(count: int = 200) -> list[str]:
    """As many different ones: each shape alone, with letters around it, and pairs, by a fixed seed."""
    rng = random.Random(4)
    found = list(_SHAPES)
    while len(found) < count:
        one = "".join(rng.choices(_SHAPES, k=rng.randint(1, 3)))
        found.append(rng.choice(("", "Rosa")) + one + rng.choice(("", "Gómez", " ")) + rng.choice(_SHAPES))
    return found


def _doors(clinic: Clinic, patient: str, note: str) -> dict[str, Callable[[str], object]]:
    """One call for each place where a text comes in."""
    stored = clinic.registry.get(patient)

    def corrected(name: str) -> Callable[[str], object]:
        return lambda s: clinic.registry.update(stored, msgspec.structs.replace(stored.record, **{name: s}))

    fields = ("given", "surname1", "surname2", "mother_name", "phone", "curp", "municipality", "locality", "address",
              "acompanante", "insurance", "insurance_number", "note", "consent")  # fmt: skip
    doors: dict[str, Callable[[str], object]] = {f"patient.{name}": corrected(name) for name in fields}
    doors |= {
        "patient.old_numbers": lambda s: clinic.registry.update(
            stored, msgspec.structs.replace(stored.record, old_numbers=[f"1{s}2"])
        ),
        "register": lambda s: someone(clinic, given=f"R{s}sa"),
        "allergy": lambda s: clinic.allergies.add(patient, f"x{s}x"),
        "allergy.group": lambda s: clinic.allergies.add(patient, "penicilina", group=f"x{s}x"),
        "problem": lambda s: clinic.problems.add(patient, f"x{s}x"),
        "problem.code": lambda s: clinic.problems.add(patient, "asma", code=f"x{s}x"),
        "problem.source": lambda s: clinic.problems.add(patient, "asma leve", source=f"x{s}x"),
        "appointment": lambda s: clinic.agenda.set(patient, date(2026, 12, 1), reason=f"x{s}x"),
        "appointment.source": lambda s: clinic.agenda.set(patient, date(2026, 12, 2), source=f"x{s}x"),
        "alert.kind": lambda s: clinic.alerts.open(patient, kind=f"x{s}x", gravity=1, text="x"),
        "alert.text": lambda s: clinic.alerts.open(patient, kind="x", gravity=1, text=f"x{s}x"),
        "alert.owner": lambda s: clinic.alerts.open(patient, kind="y", gravity=1, text="x", owner=f"x{s}x"),
        "arrival.note": lambda s: clinic.waiting.arrive(patient, note=f"x{s}x"),
        "addendum": lambda s: clinic.consults.addendum(patient, note, "consult", f"x{s}x"),
        "addendum.reason": lambda s: clinic.consults.addendum(patient, note, "consult", "x", f"x{s}x"),
        "urgent": lambda s: clinic.consults.addendum(patient, patient, "patient", f"x{s}x"),
        "void": lambda s: clinic.consults.mark_error(patient, note, f"xxx{s}x", {}),
        "consult.text": lambda s: clinic.consults.sign(page(subjective=f"x{s}x"), patient),
        "consult.diagnosis": lambda s: clinic.consults.sign(
            page(diagnoses=(Diagnosis(text=f"x{s}x", code="I10"),)), patient
        ),
        "consult.code": lambda s: clinic.consults.sign(
            page(diagnoses=(Diagnosis(text="x", code=f"I{s}10"),)), patient
        ),
        "receta": lambda s: clinic.consults.sign(
            page(prescription=(line(instructions=f"x{s}x"),)), patient
        ),
        "stock": lambda s: clinic.stock.receive([], document=f"x{s}x"),
        "item": lambda s: clinic.formulary.add_own(Item(name=f"xxx{s}x", unit="tableta")),
        "reason": lambda s: clinic.access.open(patient, f"un motivo {s}largo"),
        "restrict": lambda s: clinic.access.restrict(patient, "otro", f"un motivo {s}largo"),
        "person": lambda s: clinic.team.add(f"Ana{s} Ruiz", "pasante", PASSPHRASE),
        "course": lambda s: clinic.today.courses.set(date(2026, 12, 3), place=f"x{s}x"),
    }  # fmt: skip
    return doors


@pytest.fixture
def visited(clinic: Clinic) -> tuple[str, str]:
    patient = someone(clinic)
    pressure(clinic, patient)
    return patient, clinic.consults.sign(page(), patient).id


def test_two_hundred_sequences_at_every_door_change_nothing(clinic: Clinic, visited: tuple[str, str]) -> None:
    """BadInput each time, the log no longer than before; 25 shapes at each of the doors, all 200 at registration."""
    before = clinic.vault.state.n
    doors = _doors(clinic, *visited)
    for name, door in doors.items():
        for text in sequences() if name in {"register", "addendum"} else _SHAPES:
            try:
                door(text)
            except BadInput:
                pass
            else:
                pytest.fail(f"{name} took {text!r}")
            assert clinic.vault.state.n == before, name


def test_every_text_of_every_body_is_looked_at_by_the_last_door(clinic: Clinic) -> None:
    """Also where no service cleans it: deep inside, in keys, in lists."""
    before = clinic.vault.state.n
    for text in sequences():
        for body in ({"a": text}, {"a": [{"b": (1, text)}]}, {"a": {text: 1}}):
            with pytest.raises(BadInput), clinic.vault.transaction() as tx:
                tx.put("item", clinic.vault.new_id(), body, new=True)
    assert clinic.vault.state.n == before


@given(st.text(st.characters(codec=None), max_size=30))
def test_the_last_door_refuses_exactly_the_control_characters(text: str) -> None:
    """Nothing that people write is refused, a backslash before a letter neither; lone surrogates are."""
    bad = any(c != "\n" and is_control(c) for c in text)
    if bad:
        with pytest.raises(BadInput):
            encoded_clean({"x": [text]})
    else:
        assert msgspec.json.decode(encoded_clean({"x": [text]})) == {"x": [text]}


def test_what_people_write_passes() -> None:
    for text in ("Núñez", "a\\b C:\\users", "\\u001b dicho así", "uno\ndos", "α β → ≥ 1.73 m²", "niño 👶🏽"):
        assert encoded_clean({"x": text})


def test_a_sequence_that_came_another_way_is_not_printed(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name from a faulty writer: search, chart and history of access show marks in its place."""
    monkeypatch.setattr("ces_tui.vault.transaction.encoded_clean", msgspec.json.encode)
    body = clinic.registry.get(someone(clinic)).record.body()
    for n, text in enumerate(sequences()):
        with clinic.vault.transaction(day=clinic.desk.today()) as tx:
            name = f"Guadalupe{text}"
            if not any(0xD800 <= ord(c) <= 0xDFFF for c in name):
                tx.put(
                    "patient",
                    clinic.vault.new_id(),
                    {**body, "given": name, "clinic_number": f"PRU9{n:06d}"},
                    new=True,
                )
    folder = clinic.vault.folder
    clinic.close()
    phrase = tmp_path / "frase"
    phrase.write_text(PASSPHRASE + "\n")
    access = ["--passphrase-file", str(phrase), "--dir", str(folder)]
    assert main(["patient", "find", "gomez", "--limit", "200", *access]) == 0
    for n in range(len(_SHAPES)):
        assert main(["patient", "show", f"PRU9{n:06d}", *access]) == 0
    assert main(["audit", "patient", "PRU9000007", *access]) == 0
    out = capsys.readouterr()
    assert out.out.count("Guadalupe") >= len(_SHAPES) + 50
    assert not [c for c in out.out + out.err if c != "\n" and is_control(c)]


def test_the_filter_of_the_screen_leaves_no_sequence() -> None:
    for text in sequences():
        assert not [c for c in for_screen(text) if c != "\n" and is_control(c)]
