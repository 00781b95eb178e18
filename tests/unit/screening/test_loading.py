"""A broken instrument file is refused with the line and the reason; a new or reworded instrument needs no code."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.base import content
from ces_tui.base.errors import NotFound
from ces_tui.base.paths import content_dir
from ces_tui.screening import instruments as catalogue
from ces_tui.screening.instruments import FOLDER, Instruments
from ces_tui.screening.loading import BrokenInstrument, load, read_instrument, read_text
from ces_tui.screening.rules import score

PHQ9 = content_dir() / FOLDER / "phq9.yaml"


@pytest.mark.parametrize("name", content.names(FOLDER))
def test_every_shipped_file_passes_the_full_check_and_names_its_sources(name: str) -> None:
    instrument = read_instrument(content_dir() / name)
    assert instrument == load(name)
    assert instrument.source.sources and instrument.text.source and instrument.source.licence
    assert Path(name).stem == instrument.id


def edited(tmp_path: Path, old: str, new: str, count: int = 1) -> Path:
    text = PHQ9.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "roto.yaml"
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return path


def line_of(path: Path, needle: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if needle in line)


@pytest.mark.parametrize(
    ("old", "new", "needle", "reason"),
    [
        ("{id: leve, min: 5,", "{id: leve, min: 6,", "id: leve", "hueco"),
        ("id: grave, min: 20, max: 27", "id: grave, min: 20, max: 26", "bands:", "llega a 27"),
        ("{n: 3, loinc: 44259-0", "{n: 3, loinc: 44250-9", "{n: 3", "dos ítems"),
        ("{n: 3, loinc: 44259-0", "{n: 3, loinc: depresion", "{n: 3", "LOINC"),
        ("{n: 4,", "{n: 5,", "44254-1", "aquí toca 4"),
        ("  - item: 9\n    from: 1", "  - item: 10\n    from: 1", "item: 10", "no existe"),
        ("  - item: 9\n    from: 1", "  - item: 9\n    from: 7", "from: 7", "no es una respuesta"),
        ('{value: 3, text: "Casi', '{value: 2, text: "Casi', "options:", "mismo valor"),
        ("lead: ", "leed: ", "leed: ", "sobra «leed»"),
        ("name: Cuestionario sobre la salud del paciente\n", "", "id: phq9", "falta «name»"),
        ("  cut: 3", "  cut: 9", "cut: 9", "corte"),
        ('certainty: V, source: "NCQA', 'certainty: X, source: "NCQA', "response:", "'X'"),
        ("min: 0, max: 27}", "min: 0, max: 24}", "scoring:", "suma"),
        ("fall_at_least: 2,", "fall_at_least: 7,", "fall_at_least: 7", "mayor baja"),
        ("to_days: 56", "to_days: 5", "to_days: 5", "antes de empezar"),
        ("title: PHQ-9\n", "title: PHQ-9\ntitle: PHQ-8\n", "title: PHQ-8", "dos veces"),
        (
            '{n: 1, loinc: 44250-9, text: "Poco',
            '{n: 1, loinc: 44250-9, text: "\\e[31mPoco',
            "{n: 1",
            "control",
        ),
    ],
)
def test_a_broken_file_is_refused_by_line_and_reason(
    tmp_path: Path, old: str, new: str, needle: str, reason: str
) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(BrokenInstrument) as refusal:
        read_instrument(path)
    assert f"roto.yaml, línea {line_of(path, needle)}:" in str(refusal.value)
    assert reason in str(refusal.value)


def test_what_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = edited(tmp_path, "items:\n", "items: [\n")
    with pytest.raises(BrokenInstrument, match=r"línea \d+: no es YAML"):
        read_instrument(path)


def wording(items: int = 9, extra: str = "") -> str:
    rows = "\n".join(f'  - "¿Frase inventada número {n}?"' for n in range(1, items + 1))
    return f"""of: phq9
text: {{version: es-prueba, name: redacción de prueba, certainty: U, source: inventada para probar}}
licence: de prueba
preamble: Le voy a preguntar por las últimas dos semanas.
lead: En las últimas dos semanas…
options: [Nunca, Pocos días, Más de la mitad de los días, Casi todos los días]
items:
{rows}
difficulty: {{text: "¿Qué tan difícil?", options: [Nada, Poco, Mucho, Muchísimo]}}
{extra}"""


def test_another_wording_changes_the_words_and_never_a_score(tmp_path: Path) -> None:
    path = tmp_path / "phq9-prueba.yaml"
    path.write_text(wording(), encoding="utf-8")
    phq9 = Instruments().get("phq9")
    worded = phq9.with_text(read_text(path, phq9))
    assert worded.items[8].text == "¿Frase inventada número 9?"
    assert [o.text for o in worded.options[0]] == [
        "Nunca",
        "Pocos días",
        "Más de la mitad de los días",
        "Casi todos los días",
    ]
    assert worded.text.version == "es-prueba"
    assert [i.loinc for i in worded.items] == [i.loinc for i in phq9.items]
    for sheet in ([3] * 9, [0] * 9, [1, 2, 0, 3, 1, 0, 2, 1, None]):
        assert score(worded, sheet) == score(phq9, sheet)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (wording(items=8), "hay 8 ítems"),
        (wording(extra="scoring: {method: sum}"), "scoring"),
        (wording().replace("Pocos días, ", ""), "opciones"),
        (wording().replace("of: phq9", "of: gad7"), "gad7"),
    ],
)
def test_a_wording_with_other_items_or_any_scoring_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "phq9-prueba.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenInstrument, match=reason):
        read_text(path, Instruments().get("phq9"))


def test_a_new_instrument_and_a_new_wording_are_only_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "instruments"
    (folder / "textos").mkdir(parents=True)
    new = (
        PHQ9.read_text(encoding="utf-8")
        .replace("id: phq9", "id: nuevo9")
        .replace("  id: phq2", "  id: nuevo2")
    )
    (folder / "nuevo9.yaml").write_text(new, encoding="utf-8")
    (folder / "textos" / "nuevo9-rural.yaml").write_text(
        wording().replace("phq9", "nuevo9"), encoding="utf-8"
    )
    for module in ("ces_tui.base.content", "ces_tui.screening.loading"):
        monkeypatch.setattr(f"{module}.content_dir", lambda: tmp_path)
    catalogue.load_one.cache_clear()
    content.load.cache_clear()
    try:
        known = Instruments()
        assert [i.id for i in known.all()] == ["nuevo9", "nuevo2"]
        assert [i.text.version for i in known.texts("nuevo9")] == ["es-MX", "es-prueba"]
        assert known.get("nuevo2", "es-prueba").items[0].text == "¿Frase inventada número 1?"
        assert [i.id for i in known.offered()] == ["nuevo9", "nuevo2"]
    finally:
        catalogue.load_one.cache_clear()
        content.load.cache_clear()


def test_an_unknown_instrument_or_wording_is_not_found() -> None:
    with pytest.raises(NotFound, match="phq9"):
        Instruments().get("phq99")
    with pytest.raises(NotFound, match="rural"):
        Instruments().get("phq9", "rural")


def test_an_instrument_is_found_as_people_write_its_name() -> None:
    known = Instruments()
    assert [known.get(name).id for name in ("PHQ-9", "phq9", "AUDIT-C", "PHQ-A")] == [
        "phq9",
        "phq9",
        "audit_c",
        "phq_a",
    ]
