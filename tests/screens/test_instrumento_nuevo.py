"""A new instrument is a file: it is listed, read aloud, scored, signed and shown in the chart without a line of code."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from ces_tui.base import content
from ces_tui.base.paths import content_dir
from ces_tui.clinic import Clinic
from ces_tui.screening import fhir
from ces_tui.screening import instruments as catalogue
from screens.tamizaje import Tamizaje
from tests.screens.conftest import OpenApp
from tests.screens.people import invented
from tests.unit.screening.charts import become
from tests.unit.screening.test_loading import wording

INVENTED = """id: bienestar3
title: BIEN-3
name: Cuestionario inventado de bienestar
about: bienestar, para probar
version: "1"
order: 1
reviewed_by: []
licence: inventada
licence_certainty: U
sources: [inventado para probar]
text: {version: es-MX, name: redacción inventada, certainty: V, source: inventada}
preamble: Le haré tres preguntas sobre la última semana.
lead: En la última semana…
options:
  - {value: 0, text: Nunca}
  - {value: 1, text: A veces}
  - {value: 2, text: Siempre}
items:
  - {n: 1, text: "¿Durmió bien?"}
  - {n: 2, text: "¿Comió con gusto?"}
  - {n: 3, text: "¿Pensó en hacerse daño?", options: [{value: 0, text: "No"}, {value: 1, text: "Sí"}]}
scoring: {method: sum, min: 0, max: 5}
bands:
  - {id: bajo, min: 0, max: 2, name: bajo, action: Platique., certainty: U}
  - {id: alto, min: 3, max: 5, name: alto, action: Felicite., certainty: U}
safety:
  - {item: 3, from: 1, action: Abra el plan de seguridad., again: Vuelva a preguntar a solas., certainty: K, source: inventada}
"""


@pytest.fixture(autouse=True)
def _with_the_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "protocols"
    shutil.copytree(content_dir(), folder, ignore=shutil.ignore_patterns("fonts"))
    (folder / "instruments" / "bienestar3.yaml").write_text(INVENTED, encoding="utf-8")
    for module in ("ces_tui.base.content", "ces_tui.screening.loading"):
        monkeypatch.setattr(f"{module}.content_dir", lambda: folder)
    catalogue.load_one.cache_clear()
    content.load.cache_clear()


def test_it_is_offered_asked_scored_and_signed_and_its_danger_opens_the_plan(
    inside: OpenApp, clinic: Clinic
) -> None:
    ana = invented(clinic)

    async def go() -> None:
        async with inside(room=None) as d:
            await d.show(Tamizaje(ana))
            assert "BIEN-3" in d.text and "bienestar, para probar" in d.text
            await d.press("enter")
            assert "Le haré tres preguntas" in d.text and "¿ D u r m i ó   b i e n ?" in d.text
            await d.press("2", "1", "1")
            assert "BIEN-3: 4 de 5, alto" in d.text and "ítem 3: Abra el plan" in d.text
            await d.press("enter")
            assert "FALTA EL PLAN" in d.text

    asyncio.run(go())
    [stored] = clinic.screenings.history(ana.id)
    sheet = stored.record
    assert (sheet.instrument, sheet.answers, sheet.total, sheet.band) == ("bienestar3", [2, 1, 1], 4, "alto")
    assert sheet.flags == ["item3"] and clinic.safety.pending(ana.id)
    [event] = [e for e in clinic.chart.timeline(ana.id) if e.type == "screening"]
    assert "4 puntos" in event.line
    assert fhir.questionnaire(clinic.instruments.get("bienestar3"))["title"]


def test_a_broken_file_is_named_with_line_and_reason_and_keeps_no_other_instrument_away(
    inside: OpenApp, clinic: Clinic, tmp_path: Path
) -> None:
    path = tmp_path / "protocols" / "instruments" / "bienestar3.yaml"
    path.write_text(INVENTED.replace("max: 5}\nbands", "max: 6}\nbands"), encoding="utf-8")
    ana = invented(clinic)

    async def go() -> None:
        async with inside(size=(120, 36), room=None) as d:
            await d.show(Tamizaje(ana))
            assert "BIEN-3" not in d.text and "PHQ-9" in d.text
            line = INVENTED.split("\n").index("scoring: {method: sum, min: 0, max: 5}") + 1
            assert f"bienestar3.yaml, línea {line}: «min» y «max»" in d.text

    asyncio.run(go())


def test_another_wording_that_was_loaded_is_one_more_choice_and_is_kept_with_the_sheet(
    inside: OpenApp, clinic: Clinic, tmp_path: Path
) -> None:
    path = tmp_path / "phq9-rural.yaml"
    path.write_text(wording(), encoding="utf-8")
    become(clinic, "supervision")
    clinic.texts.load(path)
    become(clinic, "pasante")
    ana = invented(clinic)

    async def go() -> None:
        async with inside(room=None) as d:
            await d.show(Tamizaje(ana))
            await d.press("down", "enter")
            assert "¿Con qué texto?" in d.text and "redacción de prueba (por confirmar)" in d.text
            await d.press("down", "enter")
            assert "¿ F r a s e   i n v e n t a d a" in d.text
            await d.press(*"000000000", "enter")
            assert "TEXTO POR CONFIRMAR" in d.text

    asyncio.run(go())
    [stored] = clinic.screenings.history(ana.id)
    assert stored.record.instrument == "phq9" and stored.record.text_version == "es-prueba"


def teardown_module() -> None:
    catalogue.load_one.cache_clear()
    content.load.cache_clear()
