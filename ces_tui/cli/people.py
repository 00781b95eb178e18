"""`people …`: who has access to this store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.clock import SystemClock, clinical_day
from ces_tui.base.dates import parse_date, show_date
from ces_tui.base.errors import BadInput
from ces_tui.base.text import fold
from ces_tui.cli.common import (
    access_of,
    access_options,
    counted,
    json_option,
    new_passphrase,
    opened,
    person_among,
    print_json,
    read_passphrase,
)
from ces_tui.cli.say import say
from ces_tui.people.roles import ROLES
from ces_tui.people.team import LOCAL_ROLES, OFFICE_ROLES, Member

_new_options = (
    click.option(
        "--new-passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Lee la frase nueva de un archivo.",
    ),
    click.option("--new-passphrase-fd", type=int, metavar="N", help="Lee la frase nueva del descriptor N."),
)


@click.group(help="Personas con acceso a este expediente.")
def people() -> None:
    """Group of the commands on people."""


@people.command("list", help="Quién tiene acceso, con qué función y hasta cuándo.")
@access_options
@json_option
@click.pass_obj
def list_command(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        members, owed = clinic.team.members(), clinic.team.owed()
    if as_json:
        print_json({"people": [_json(m) for m in members], "key_change_owed": owed})
        return
    for member in members:
        until = f", hasta el {show_date(member.until)}" if member.until else ""
        say(f"{member.name}: {member.role_word}{until}")
    if owed:
        say(f"Falta el cambio de llave después de: {', '.join(owed)}. Use «people remove».")


@people.command("add", help="Da acceso a una persona nueva, con su propia frase.")
@click.argument("name")
@click.option(
    "--role",
    required=True,
    help=f"Función: {', '.join(LOCAL_ROLES)}; en la oficina, {', '.join(OFFICE_ROLES)}.",
)
@click.option("--until", help="Último día de una visita, dd/mm/aaaa.")
@_new_options[0]
@_new_options[1]
@access_options
@json_option
@click.pass_obj
def add(
    store: Path,
    /,
    *,
    name: str,
    role: str,
    until: str | None,
    new_passphrase_file: Path | None,
    new_passphrase_fd: int | None,
    as_json: bool,
    **access: Any,
) -> None:
    today = clinical_day(SystemClock().now_ms())
    last = parse_date(until, today, field="until") if until else None
    phrase = None
    if new_passphrase_file is not None or new_passphrase_fd is not None:
        phrase = new_passphrase(new_passphrase_file, new_passphrase_fd)
    with opened(store, *access_of(access)) as clinic:
        clinic.desk.require("personas")
        phrase = phrase or new_passphrase(None, None, name)
        info = clinic.team.add(name, fold(role), phrase, until=last)
    if as_json:
        print_json({"id": info.id, "name": info.name, "role": info.role, "until": last})
    else:
        say(f"{info.name} ya puede entrar con su frase como {ROLES[info.role]}.")


@people.command("remove", help="Quita el acceso a una persona y cambia la llave de todo el expediente.")
@click.argument("name", required=False)
@access_options
@json_option
@click.pass_obj
def remove(store: Path, /, *, name: str | None, as_json: bool, **access: Any) -> None:
    """Without a name: finish a change of key that was cut short, or is owed since someone's access ended."""
    with opened(store, *access_of(access)) as clinic:
        tell = counted(as_json=as_json)
        if name is not None:
            done = clinic.team.remove(person_among(clinic.vault.header.people, name), tell)
        elif owed := clinic.team.owed():
            done = clinic.team.change_key(", ".join(owed), tell)
        else:
            raise BadInput("Escriba a quién se quita. No hay ningún cambio de llave pendiente.")
    if as_json:
        print_json(
            {
                "name": done.name,
                "epoch": done.epoch,
                "copies_replaced": done.copies_replaced,
                "sticks": list(done.sticks),
                "copy_problem": done.copy_problem or None,
            }
        )
        return
    for line in done.sentences:
        say(line)


@people.command("passphrase", help="Cambia su propia frase de acceso.")
@_new_options[0]
@_new_options[1]
@access_options
@click.pass_obj
def passphrase(
    store: Path, /, *, new_passphrase_file: Path | None, new_passphrase_fd: int | None, **access: Any
) -> None:
    person, file, descriptor = access_of(access)
    old = read_passphrase(file, descriptor, "Su frase de ahora")
    with opened(store, person, None, None, phrase=old) as clinic:
        new = new_passphrase(new_passphrase_file, new_passphrase_fd)
        clinic.team.change_my_passphrase(old, new)
    say("Frase cambiada. Las copias hechas antes se abren todavía con la frase anterior.")


def _json(member: Member) -> dict[str, Any]:
    return {"id": member.id, "name": member.name, "role": member.role, "until": member.until}
