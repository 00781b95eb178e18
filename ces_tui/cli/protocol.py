"""`protocol list|check|run`: the clinical protocols without a store and without a patient."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from ces_tui.base.content import parse
from ces_tui.base.errors import BadInput, CesError
from ces_tui.cli.say import safe_json, say
from ces_tui.guidance import library
from ces_tui.guidance.note import dose_line
from ces_tui.guidance.records import Outcome

MAX_INPUT = 64 * 1024
"""Bytes of an input file; answers to one protocol are far below."""

json_option = click.option("--json", "as_json", is_flag=True, help="Escribe JSON.")


@click.group("protocol")
def protocol() -> None:
    """Protocolos clínicos: lista, prueba y aplicación."""


@protocol.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Los protocolos instalados y los datos que pide cada uno."""
    described = [library.describe(p) for p in library.installed()]
    if as_json:
        _print_json(described)
        return
    for item in described:
        state = "" if item["reviewed"] else ", pendiente de revisión clínica"
        say(f"{item['protocol']}  {item['title']} (versión {item['version']}{state})")
        for spec in item["inputs"]:
            say(f"    {spec['name']}: {_input_line(spec)}")


@protocol.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@click.pass_context
def check_command(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Prueba cada protocolo sobre todas las combinaciones de respuestas. FILES: archivos propios."""
    from ces_tui.base.content import names
    from ces_tui.base.paths import content_dir
    from ces_tui.guidance.proof import prove

    paths = list(files) or [content_dir() / name for name in names(library.FOLDER)]
    reports = []
    for i, path in enumerate(paths, 1):
        say(f"[{i}/{len(paths)}] {path.stem}", err=True)
        report = prove(_read_yaml(path), path.stem, lambda step: say(f"      {step}", err=True))
        reports.append(report)
        if not as_json:
            _print_report(report)
    if as_json:
        _print_json([{"ok": r.ok, **msgspec.to_builtins(r)} for r in reports])
    if not all(r.ok for r in reports):
        ctx.exit(BadInput.exit_code)


@protocol.command("run")
@click.argument("protocol_id")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Archivo JSON con las respuestas.",
)
@json_option
def run_command(protocol_id: str, source: Path, as_json: bool) -> None:
    """Aplica un protocolo a las respuestas de un archivo."""
    from ces_tui.guidance.runner import run

    outcome = run(library.get(protocol_id), read_input(source))
    if as_json:
        _print_json(outcome.as_json())
    else:
        _print_outcome(outcome)


def read_input(source: Path) -> dict[str, object]:
    """The answers in a JSON file: one object, no repeated keys, finite numbers; BadInput otherwise."""
    try:
        if source.stat().st_size > MAX_INPUT:
            raise BadInput("El archivo de respuestas es demasiado grande.")
        value = json.loads(
            source.read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except OSError:
        raise BadInput(f"No se pudo leer {source.name}.") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{source.name} no es un archivo JSON válido.") from None
    if not isinstance(value, dict):
        raise BadInput(f'{source.name} debe llevar un objeto: {{"dato": valor, …}}.')
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadInput(f"El dato «{key[:40]}» está dos veces.", field=key[:40])
        found[key] = value
    return found


def _no_constant(name: str) -> object:
    raise BadInput(f"«{name}» no es un número.")


def _read_yaml(path: Path) -> Any:
    try:
        value = parse(path)
    except (OSError, CesError):
        raise BadInput(f"{path.name} no es un archivo YAML válido.") from None
    return value if isinstance(value, dict) else {}


def _print_json(value: object) -> None:
    say(safe_json(value, indent=2))


def _input_line(spec: dict[str, Any]) -> str:
    if spec["type"] == "number":
        whole = "entero " if spec["integer"] else ""
        what = f"número {whole}de {spec['min']:g} a {spec['max']:g} {spec['unit']}"
    elif spec["type"] == "choice":
        what = " | ".join(spec["allowed"])
    else:
        what = "true | false"
    need = "obligatorio" if spec["required"] else f"opcional. {spec['when_missing']}"
    return f"{spec['label']} [{what}] {need}"


def _print_report(report: Any) -> None:
    if report.ok:
        combinations = f"{report.combinations:,}".replace(",", " ")
        say(
            f"{report.protocol} {report.version}: correcto. {combinations} combinaciones, {report.ends} salidas, "
            f"{report.doses} dosis, {report.cases} ejemplos, {report.figures} cifras con fuente."
        )
        return
    say(f"{report.protocol} {report.version}: NO SE PUEDE USAR")
    for finding in report.findings:
        say(f"  en {finding.place}: {finding.reason}")


def _print_outcome(outcome: Outcome) -> None:
    say(f"{outcome.title} (versión {outcome.version})")
    say(f"{outcome.classification} [{outcome.colour}: {outcome.word}]")
    for reason in outcome.why:
        say(f"  - {reason}")
    for treatment in outcome.treatment:
        say(f"Tratamiento: {dose_line(treatment)}")
    for line in outcome.note_text().splitlines():
        if line.startswith(("Referencia", "Seguimiento", "Indicación", "Fuente")):
            say(line)
