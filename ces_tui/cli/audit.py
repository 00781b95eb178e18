"""`audit …`: who opened and wrote what; `envelope …`: the credential on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from ces_tui.base.clock import SystemClock, clinic_time, clinical_day
from ces_tui.base.dates import parse_date
from ces_tui.base.errors import NotFound
from ces_tui.cli.common import (
    access_of,
    access_options,
    counted,
    json_option,
    opened,
    person_among,
    print_json,
)
from ces_tui.cli.say import say
from ces_tui.people.audit import Act, Look, collapsed

_since = click.option("--since", metavar="DÍA", help="Desde qué día, dd/mm/aaaa (si no, todo lo que hay).")


@click.group(
    help="Quién abrió y quién escribió qué: por paciente, por persona, y lo que la supervisión revisa."
)
def audit() -> None:
    """Group of the commands on the history of access."""


@audit.command("patient", help="¿Quién abrió este expediente? ID es el número de la clínica.")
@click.argument("number", metavar="ID")
@_since
@access_options
@json_option
@click.pass_obj
def patient(store: Path, /, *, number: str, since: str | None, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        clinic.desk.require("ver_accesos")
        stored = clinic.registry.by_number(number)
        looks = clinic.audit.of_patient(stored.id, since=_day(since), progress=counted(as_json=as_json))
    _show(looks, as_json=as_json)


@audit.command("person", help="Lo que una persona abrió y escribió; lo de otros, para la supervisión.")
@click.argument("name", metavar="NOMBRE")
@_since
@access_options
@json_option
@click.pass_obj
def person(store: Path, /, *, name: str, since: str | None, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        who = person_among(clinic.vault.header.people, name)
        looks = clinic.audit.of_person(who, since=_day(since), progress=counted(as_json=as_json))
    _show(looks, as_json=as_json)


@audit.command(
    "review",
    help="Lo que espera a la supervisión: reservados abiertos, sobre, intentos. --done lo da por visto.",
)
@click.option("--done", metavar="ID", help="Anota que ese renglón ya se revisó.")
@access_options
@json_option
@click.pass_obj
def review(store: Path, /, *, done: str | None, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        if done:
            waiting = [a.id for a in clinic.audit.to_review() if a.id.endswith(done) and len(done) >= 4]
            if len(waiting) != 1:
                raise NotFound("Ese renglón no está en la lista.")
            clinic.audit.review(waiting[0])
        acts = clinic.audit.to_review()
    if as_json:
        print_json([_act(a) for a in acts])
        return
    for a in acts:
        say(f"{_when(a.at)}  {a.id[-6:]}  {a.who}  {a.number}  {a.words}: {a.told}")
    if not acts:
        say("No hay nada por revisar.")


@click.group(help="El sobre de emergencia: una frase en papel para cuando no está nadie que pueda abrir.")
def envelope() -> None:
    """Group of the commands on the envelope."""


@envelope.command(
    "new", help="Hace un sobre nuevo y escribe su hoja una sola vez; el anterior deja de servir."
)
@access_options
@click.pass_obj
def new(store: Path, /, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        sealed = clinic.envelope.make()
    for line in sealed.sheet():
        say(line)


@envelope.command("status", help="Si hay sobre, de cuándo es y si se abrió.")
@access_options
@json_option
@click.pass_obj
def status(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        state, said = clinic.envelope.state(), clinic.envelope.notice()
    if as_json:
        print_json({"exists": state.exists, "made": state.made, "used": list(state.used)})
    elif not state.exists:
        say("No hay sobre de emergencia. Hágalo con «envelope new».")
    else:
        say(said or f"Hay un sobre, hecho el {state.made:%d/%m/%Y}; nadie lo ha abierto.")


def _show(looks: list[Look], *, as_json: bool) -> None:
    if as_json:
        print_json([_look(x) for x in looks])
        return
    for look, times in collapsed(looks):
        verb = "escribió" if look.wrote else "abrió"
        what = look.what if look.glass else f"{verb}: {look.what}"
        more = (f" ({times} veces)" if times > 1 else "") + (
            f" · MOTIVO: {look.reason}" if look.reason else ""
        )
        say(f"{_when(look.at)}  {look.name}  {look.number}  {what}{more}")
    if not looks:
        say("No hay nada anotado.")


def _look(look: Look) -> dict[str, Any]:
    return {
        "at": look.at,
        "person": look.person,
        "name": look.name,
        "patient": look.patient,
        "clinic_number": look.number,
        "kind": "write" if look.wrote else "read",
        "what": look.what,
        "reason": look.reason or None,
    }


def _act(act: Act) -> dict[str, Any]:
    return {
        "id": act.id,
        "at": act.at,
        "person": act.person,
        "name": act.name,
        "what": act.what,
        "patient": act.patient or None,
        "clinic_number": act.number or None,
        "text": act.text,
    }


def _when(ms: int) -> str:
    return f"{clinic_time(ms):%d/%m/%Y %H:%M}"


def _day(text: str | None) -> date | None:
    return parse_date(text, clinical_day(SystemClock().now_ms()), field="since") if text else None
