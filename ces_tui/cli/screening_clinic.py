"""`ces-tui screening …` on an open store: the register by clinic number, the month's indicators, sheets as FHIR for the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.cli.common import access_of, access_options, json_option, opened, print_json
from ces_tui.cli.say import say
from ces_tui.clinic import Clinic
from ces_tui.screening.indicators import Indicator, parse_month
from ces_tui.screening.programme import Entry
from ces_tui.screening.seizures import Seizures


@click.command("register", help="El registro de salud mental: quién necesita atención primero, por número.")
@access_options
@json_option
@click.pass_obj
def register(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        entries = clinic.mental_health.register()
    if as_json:
        print_json([_entry_body(e) for e in entries])
        return
    for entry in entries:
        why = "; ".join(f.words for f in entry.flags) or "sin avisos"
        told = [s.words for s in entry.case.scores]
        scores = " ".join([*told, entry.case.seizures.words] if entry.case.seizures else told)
        say(f"{entry.number:<12} {entry.about:<12} {scores:<28} {why}")


@click.command("indicators", help="Los indicadores de salud mental de un mes.")
@click.option("--month", required=True, metavar="AAAA-MM", help="Qué mes, por ejemplo 2026-11.")
@access_options
@json_option
@click.pass_obj
def indicators(store: Path, /, *, month: str, as_json: bool, **access: Any) -> None:
    wanted = parse_month(month)
    with opened(store, *access_of(access)) as clinic:
        found = clinic.mental_indicators.month(wanted)
    if as_json:
        print_json({"month": wanted, "indicators": [indicator_body(i) for i in found]})
        return
    for one in found:
        doubt = " (por confirmar)" if one.definition.certainty == "U" else ""
        say(f"{one.definition.name}: {one.words}{doubt}")


@click.command(
    "fhir-responses",
    help="Las hojas firmadas como FHIR R4 (NDJSON), cifradas para la oficina; nunca en claro.",
)
@click.option(
    "--to",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Carpeta donde se escribe.",
)
@access_options
@json_option
@click.pass_obj
def responses(store: Path, /, *, folder: Path, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        path, count = write_sealed(clinic, folder)
    if as_json:
        print_json({"file": str(path), "resources": count})
        return
    say(f"Escrito y comprobado: {path.name}, {count} recursos, cifrado para la oficina.")


@click.command("load-text", help="Carga otra redacción validada de un instrumento; sólo la supervisión.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@access_options
@json_option
@click.pass_obj
def load_text(store: Path, /, *, file: Path, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        found = clinic.texts.load(file)
    if as_json:
        print_json({"instrument": found.id, "text": found.text.version, "certainty": found.text.certainty})
        return
    doubt = "" if found.confirmed_text else " Se muestra «por confirmar»."
    say(f"Cargado: {found.title}, {found.text.name} (versión {found.text.version}).{doubt}")
    say("Se ofrece al aplicar el tamizaje; el puntaje y las bandas no cambian.")


@click.command(
    "withdraw-text", help="Deja de ofrecer una redacción cargada; lo que se aplicó con ella se sigue leyendo."
)
@click.argument("instrument")
@click.argument("version")
@access_options
@json_option
@click.pass_obj
def withdraw_text(store: Path, /, *, instrument: str, version: str, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        found = clinic.texts.withdraw(instrument, version)
    if as_json:
        print_json({"instrument": found.id, "text": version})
        return
    say(f"{found.title}: la versión {version} ya no se ofrece.")


def write_sealed(clinic: Clinic, folder: Path) -> tuple[Path, int]:
    """The sheets in one age file that office and escrow open; BadInput without an office or a folder."""
    from ces_tui.screening.fhir import ndjson
    from ces_tui.screening.fhir_sheets import Sheets
    from ces_tui.sync import age
    from ces_tui.sync.export import NO_OFFICE, clinic_stem
    from ces_tui.sync.stick import new_name, write_verified

    header = clinic.vault.header
    if header.office is None:
        raise BadInput(NO_OFFICE)
    if not folder.is_dir():
        raise BadInput("Esa carpeta no existe.", field="to")
    resources = list(Sheets(clinic.desk, clinic.instruments).resources())
    recipients = [bytes.fromhex(p.x) for p in (header.office, header.escrow) if p is not None]
    clinic.audit.exported("tamizajes en FHIR para la oficina")
    stem = clinic_stem(clinic.vault.clinic_code, clinic.vault.store_id)
    name = new_name(folder, f"{stem}-fhir-{clinic.desk.today():%Y%m%d}")
    return write_verified(folder, name, age.encrypt(ndjson(resources), recipients)), len(resources)


def indicator_body(found: Indicator) -> dict[str, Any]:
    """The stable JSON shape of an indicator."""
    known = found.definition
    return {
        "id": known.id,
        "name": known.name,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "percent": found.percent,
        "goal": known.goal,
        "of": known.den,
        "counted": known.num,
        "certainty": known.certainty,
        "source": known.source,
    }


def _entry_body(entry: Entry) -> dict[str, Any]:
    case = entry.case
    return {
        "number": entry.number,
        "about": entry.about,
        "conditions": list(case.conditions),
        "scores": [
            {"instrument": s.instrument.id, "day": p.day.isoformat(), "total": p.total}
            for s in case.scores
            for p in s.points[-1:]
        ],
        "seizures": _seizures_body(case.seizures),
        "medicines": [t.words for t in case.taken],
        "last_contact": show_date(case.last_contact) if case.last_contact else None,
        "sessions": [s.number for s in case.sessions],
        "flags": [{"id": f.id, "words": f.words, "confirmed": not f.doubtful} for f in entry.flags],
    }


def _seizures_body(told: Seizures | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {"before": told.base, "day": told.last.day.isoformat(), "four_weeks": told.last.seizures}
