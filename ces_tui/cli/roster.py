"""`office people …`: supervisors and visitors whom the office lets into clinics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.clock import clinical_day
from ces_tui.base.dates import parse_date
from ces_tui.base.words import five_words
from ces_tui.cli.common import access_of, access_options, json_option, opened, print_json, read_passphrase
from ces_tui.cli.say import say
from ces_tui.office.roster import Roster
from ces_tui.people.roles import ROLES


@click.group("people", help="Supervisoras y visitantes que la oficina deja entrar a las clínicas.")
def people() -> None:
    """Group of the roster's commands."""


@people.command("list", help="Quién está en la lista y en qué clínicas entra.")
@access_options
@json_option
@click.pass_obj
def list_command(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        found = Roster(clinic.desk).listed()
    if as_json:
        print_json(
            [
                {"id": p.id, "name": p.name, "role": p.role, "clinics": p.clinics, "until": p.until}
                for p in found
            ]
        )
        return
    for p in found:
        where = ", ".join(p.clinics) or "ya no entra en ninguna"
        say(f"{p.name} · {ROLES[p.role]} · {where}" + (f" · hasta {p.until}" if p.until else ""))


@people.command("add", help="Deja entrar a alguien: la persona escribe aquí su propia frase de acceso.")
@click.option("--name", required=True, help="Nombre de la persona.")
@click.option("--role", required=True, type=click.Choice(["supervision", "visitante"]), help="Función.")
@click.option(
    "--clinic", "clinics", multiple=True, required=True, help="Clínica (código o nombre); se puede repetir."
)
@click.option("--until", help="Último día de una visita, dd/mm/aaaa.")
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Frase de la persona nueva.",
)
@access_options
@json_option
@click.pass_obj
def add(
    store: Path,
    /,
    *,
    name: str,
    role: str,
    clinics: tuple[str, ...],
    until: str | None,
    new_passphrase_file: Path | None,
    as_json: bool,
    **access: Any,
) -> None:
    with opened(store, *access_of(access)) as clinic:
        last = parse_date(until, clinical_day(clinic.clock.now_ms()), field="until") if until else None
        if new_passphrase_file is None:
            say(f"Frase propuesta para {name}: {five_words()}", err=True)
        phrase = read_passphrase(new_passphrase_file, None, f"Frase de {name}")
        info = Roster(clinic.desk).add(name, role, phrase, clinics, until=last)
    if as_json:
        print_json({"id": info.id, "name": info.name, "role": info.role})
    else:
        say(f"{info.name} entrará cuando cada clínica lea su próxima respuesta de la oficina.")


@people.command("end", help="Quita a alguien de la lista (de todas las clínicas si no se dice cuál).")
@click.argument("person")
@click.option("--clinic", "clinics", multiple=True, help="Sólo de esta clínica; se puede repetir.")
@access_options
@click.pass_obj
def end(store: Path, /, *, person: str, clinics: tuple[str, ...], **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        gone = Roster(clinic.desk).end(person, clinics)
    say(
        f"{gone.name} ya no entra donde se lea la próxima respuesta. Cada clínica debe cambiar su llave: se lo dirá Ajustes."
    )
