"""`ces-tui screening`: score a sheet, list the instruments, read one, give it as FHIR; what needs a store is beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from ces_tui.cli.say import safe_json, say
from ces_tui.cli.screening_clinic import indicators, load_text, register, responses, withdraw_text
from ces_tui.screening import report
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.rules import Score, score
from ces_tui.screening.sheets import parse_sheet


@click.group("screening", help="Tamizajes: puntuar una hoja, ver los instrumentos.")
def screening() -> None:
    """Group of the screening commands."""


@screening.command("score", help="Puntúa una hoja: 0,1,2,… y «-» para lo que no quiso contestar.")
@click.argument("instrument")
@click.option("--answers", required=True, help="Las respuestas en orden, separadas por comas.")
@click.option("--json", "as_json", is_flag=True, help="Escribe JSON.")
def score_command(instrument: str, answers: str, as_json: bool) -> None:
    found = Instruments().get(instrument)
    sheet = parse_sheet(answers)
    result = score(found, sheet)
    if as_json:
        say(safe_json(score_body(found, result)))
        return
    for said in report.result(found, result, sheet):
        say(said.text)


@screening.command("list", help="Los instrumentos que hay.")
@click.option("--json", "as_json", is_flag=True, help="Escribe JSON.")
def list_command(as_json: bool) -> None:
    known = Instruments()
    if as_json:
        say(safe_json([_summary(i, known) for i in known.all()]))
        return
    for i in known.all():
        note = "" if i.confirmed_text else "  (texto por confirmar)"
        say(f"{i.id:<10} {i.title:<8} {len(i.items):>2} ítems  {i.source.about}{note}")
    for sentence in known.broken():
        say(sentence, err=True)


@screening.command("show", help="El texto de un instrumento, con sus opciones, bandas y fuente.")
@click.argument("instrument")
@click.option("--text", "text_version", default="", help="Versión del texto.")
@click.option("--json", "as_json", is_flag=True, help="Escribe JSON.")
def show_command(instrument: str, text_version: str, as_json: bool) -> None:
    known = Instruments()
    found = known.get(instrument, text_version)
    if as_json:
        say(safe_json(_whole(found, known)))
        return
    for line in _text_lines(found):
        say(line)


@screening.command("fhir", help="Un instrumento como Questionnaire de FHIR R4; sin nombre, todos (NDJSON).")
@click.argument("instrument", required=False)
@click.option("--text", "text_version", default="", help="Versión del texto.")
def fhir_command(instrument: str | None, text_version: str) -> None:
    from ces_tui.screening import fhir

    known = Instruments()
    found = [known.get(instrument, text_version)] if instrument else list(known.all())
    for one in found:
        say(safe_json(fhir.questionnaire(one)))


@screening.command(
    "check", help="Revisa un archivo de instrumento o de texto: dice qué renglón no sirve y por qué."
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def check_command(file: Path) -> None:
    from ces_tui.screening.loading import is_text, read_instrument, read_text, text_target

    if is_text(file):
        whole = Instruments().get(text_target(file))
        text = read_text(file, whole)
        say(f"{whole.title}, {text.text.name} (versión {text.text.version}): el texto está completo.")
        return
    found = read_instrument(file)
    say(f"{found.title}: {len(found.items)} ítems, el archivo está completo.")


for _command in (register, indicators, responses, load_text, withdraw_text):
    screening.add_command(_command)


def score_body(instrument: Instrument, result: Score) -> dict[str, Any]:
    """The stable JSON shape: instrument, complete, total, band, flags."""
    return {
        "instrument": instrument.id,
        "complete": result.complete,
        "total": result.total,
        "band": result.band,
        "flags": list(result.flags),
    }


def _summary(instrument: Instrument, known: Instruments) -> dict[str, Any]:
    return {
        "instrument": instrument.id,
        "title": instrument.title,
        "about": instrument.source.about,
        "items": len(instrument.items),
        "max": len(instrument.band_of) - 1 if instrument.band_of else None,
        "texts": [i.text.version for i in known.texts(instrument.id)],
        "certainty": instrument.text.certainty,
        "reviewed": instrument.reviewed,
    }


def _whole(instrument: Instrument, known: Instruments) -> dict[str, Any]:
    return {
        **_summary(instrument, known),
        "preamble": instrument.preamble,
        "lead": instrument.lead,
        "questions": [
            {"n": i.n, "text": i.text, "loinc": i.loinc, "options": [msgspec.to_builtins(o) for o in row]}
            for i, row in zip(instrument.items, instrument.options, strict=True)
        ],
        "difficulty": msgspec.to_builtins(instrument.difficulty),
        "bands": [msgspec.to_builtins(b) for b in instrument.bands],
        "licence": instrument.source.licence,
        "sources": instrument.source.sources,
    }


def _text_lines(instrument: Instrument) -> list[str]:
    source = instrument.source
    lines = [f"{instrument.title}: {source.name} ({source.about})", instrument.preamble, ""]
    for item, row in zip(instrument.items, instrument.options, strict=True):
        lines.append(f"{item.n:>2}. {item.text}")
        if item.options:
            lines += [f"      {o.value} {o.text}" for o in row]
    if source.options:
        lines += ["", *(f"  {o.value} {o.text}" for o in instrument.options[0])]
    if instrument.difficulty:
        lines += ["", instrument.difficulty.text]
    lines += ["", *(f"  {b.min}-{b.max} {b.name}: {b.action}" for b in instrument.bands)]
    lines += [f"  {r.name}: {r.action}" for r in instrument.results]
    review = "" if instrument.reviewed else " Pendiente de revisión clínica."
    lines += ["", f"Texto: {instrument.text.name}. {instrument.text.source}.", f"{source.licence}.{review}"]
    return [*lines, *(f"Fuente: {s}" for s in source.sources)]
