"""`ces-tui patient`: find people and read a chart's summary without the screens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.dates import show_date, show_number
from ces_tui.base.text import for_screen
from ces_tui.care.records import OUTCOME_WORDS, PROGRAMME_WORDS, Vitals
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.localities import import_localities
from ces_tui.cli.say import say
from ces_tui.clinic import Clinic
from ces_tui.people.records import SEX_WORDS, Patient
from ces_tui.people.registry import Match
from ces_tui.people.rules import identity_line, show_patient_age
from ces_tui.vault.shelf import Stored

_VITALS = (
    ("weight_kg", "peso", "kg"),
    ("height_cm", "talla", "cm"),
    ("pulse", "pulso", "/min"),
    ("respiration", "respiraciones", "/min"),
    ("temperature_c", "temperatura", "°C"),
    ("spo2", "saturación", "%"),
    ("glucose_mgdl", "glucosa", "mg/dL"),
)


@click.group("patient", help="Buscar y ver pacientes; catálogo de localidades.")
def patient() -> None:
    """Group of the commands on patients."""


@patient.command(
    "find", help="Busca por nombre (aunque esté mal escrito), fecha de nacimiento, teléfono, CURP o número."
)
@click.argument("text", metavar="TEXTO")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Cuántos renglones, a lo más."
)
@access_options
@json_option
@click.pass_context
def find(
    ctx: click.Context,
    text: str,
    limit: int,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        today = clinic.desk.today()
        found = clinic.registry.find(text, limit=limit)
        programmes = clinic.programmes.listed()
    if as_json:
        print_json([match_body(match, programmes.get(match.id, [])) for match in found])
        return
    if not found:
        say("Nadie se llama así.")
    for match in found:
        p = match.patient
        cells = [
            f"{p.clinic_number:<11}",
            f"{p.name:<40}",
            f"{show_patient_age(p, today):>8}",
            f"{show_date(p.birth)}",
            p.locality,
        ]
        say("  ".join([*cells, ", ".join(programmes.get(match.id, []))]).rstrip())


@patient.command("show", help="Muestra el resumen del expediente; ID es el número de la clínica.")
@click.argument("number", metavar="ID")
@click.option(
    "--reason",
    metavar="MOTIVO",
    help="Motivo para abrir lo reservado; queda anotado y lo lee la supervisión.",
)
@access_options
@json_option
@click.pass_context
def show(
    ctx: click.Context,
    number: str,
    reason: str | None,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        stored = clinic.registry.by_number(number)
        if reason is not None:
            clinic.access.open(stored.id, reason)
        clinic.desk.require_chart(stored.id)
        clinic.vault.note_read(stored.id, "resumen (línea de órdenes)")
        body = summary(clinic, stored)
        line = identity_line(stored.record, clinic.desk.today())
    if as_json:
        print_json(body)
    else:
        _print_summary(line, body)


def match_body(match: Match, programmes: list[str]) -> dict[str, Any]:
    """The stable JSON shape of one person found."""
    return {
        **person_body(match.stored),
        "score": round(match.score, 3),
        "expected": match.expected,
        "programmes": programmes,
    }


def person_body(stored: Stored[Patient]) -> dict[str, Any]:
    """The stable JSON shape of a person's identity."""
    p = stored.record
    return {
        "id": stored.id,
        "clinic_number": p.clinic_number,
        "name": p.name,
        "given": p.given,
        "surname1": p.surname1,
        "surname2": p.surname2,
        "sex": p.sex,
        "birth": p.birth.isoformat(),
        "birth_estimated": p.birth_estimated,
        "locality": p.locality,
        "died": p.died.isoformat() if p.died else None,
    }


def summary(clinic: Clinic, stored: Stored[Patient]) -> dict[str, Any]:
    """The chart's summary; what is reserved is there only for those who may know it."""
    pid = stored.id
    before = clinic.vitals.before(pid)
    allergies = clinic.allergies.state(pid)
    return {
        **person_body(stored),
        "mother": stored.record.mother_name,
        "phone": stored.record.phone,
        "allergies": {
            "asked": allergies.asked,
            "known": [a.record.substance for a in allergies.known],
            "text": allergies.sentence,
        },
        "problems": [
            {"label": p.record.label, "code": p.record.code, "active": p.record.active}
            for p in clinic.problems.all(pid)
        ],
        "programmes": [
            {
                "kind": p.record.kind,
                "opened": p.record.opened.isoformat(),
                "closed": p.record.closed.isoformat() if p.record.closed else None,
                "outcome": p.record.outcome,
            }
            for p in clinic.programmes.all(pid)
        ],
        "last_vitals": _vitals_body(before[0]) if before else None,
        "next_appointment": (nxt := clinic.agenda.next(pid)) and nxt.record.due.isoformat(),
        "alerts": [
            {
                "gravity": a.record.gravity,
                "text": a.record.text,
                "due": a.record.due.isoformat(),
            }
            for a in clinic.alerts.of(pid)
        ],
    }


def _vitals_body(vitals: Vitals) -> dict[str, Any]:
    body: dict[str, Any] = {
        "day": vitals.day.isoformat(),
        "pressure": vitals.pressure or None,
        "bmi": vitals.bmi,
    }
    return body | {name: getattr(vitals, name) for name, _, _ in _VITALS}


def _print_summary(line: str, body: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(Text(for_screen(line), style="bold"))
    for title, rows in _sections(body):
        console.print(Text(f"\n{title}", style="bold"))
        for row in rows or ["nada anotado"]:
            console.print(Text(f"  {for_screen(row)}"))


def _sections(body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    problems = [
        " ".join(part for part in (p["label"], p["code"], "" if p["active"] else "(resuelto)") if part)
        for p in body["problems"]
    ]
    programmes = [
        PROGRAMME_WORDS[p["kind"]]
        + f", desde {_day(p['opened'])}"
        + (f" hasta {_day(p['closed'])}: {OUTCOME_WORDS.get(p['outcome'], '')}" if p["closed"] else "")
        for p in body["programmes"]
    ]
    alerts = [f"{a['text']} (para el {_day(a['due'])})" for a in body["alerts"]]
    told = [
        f"Sexo: {SEX_WORDS[body['sex']]}. Nacimiento: {_day(body['birth'])}{' (estimado)' if body['birth_estimated'] else ''}.",
        *[
            f"{label}: {body[key]}"
            for label, key in (("Madre", "mother"), ("Localidad", "locality"), ("Teléfono", "phone"))
            if body[key]
        ],
    ]
    return [
        ("Datos", told),
        ("Alergias", [body["allergies"]["text"]]),
        ("Problemas", problems),
        ("Programas", programmes),
        ("Últimos signos", _vitals_rows(body["last_vitals"])),
        ("Próxima cita", [_day(body["next_appointment"])] if body["next_appointment"] else []),
        ("Alertas abiertas", alerts),
    ]


def _vitals_rows(vitals: dict[str, Any] | None) -> list[str]:
    if vitals is None:
        return []
    parts = [f"presión {vitals['pressure']}"] if vitals["pressure"] else []
    parts += [
        f"{label} {show_number(vitals[name], 2)} {unit}"
        for name, label, unit in _VITALS
        if vitals[name] is not None
    ]
    if vitals["bmi"]:
        parts.append(f"IMC {show_number(vitals['bmi'])}")
    return [f"{_day(vitals['day'])}: " + ", ".join(parts)]


def _day(text: str) -> str:
    from datetime import date

    return show_date(date.fromisoformat(text))


patient.add_command(import_localities)
