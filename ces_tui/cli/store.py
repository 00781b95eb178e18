"""`init` and `verify`: making a clinic's store, and checking that everything in it is whole."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from ces_tui.base.errors import BadInput, StoreDamaged
from ces_tui.base.text import clean_line, fold
from ces_tui.base.words import five_words
from ces_tui.cli.common import (
    access_options,
    dir_option,
    find_person,
    json_option,
    opened,
    print_json,
    read_passphrase,
)
from ces_tui.cli.say import say
from ces_tui.clinic import projector
from ces_tui.people.passphrases import checked_passphrase
from ces_tui.people.roles import ROLES
from ces_tui.vault.create import NewPerson, create_store
from ces_tui.vault.header import ClinicInfo, EscrowInfo, OfficeInfo

_CODE = re.compile(r"[A-Z]{3}\Z")


@click.command(help="Crea el expediente de una clínica, cifrado, con sus personas.")
@click.option("--name", required=True, help="Nombre de la clínica.")
@click.option("--code", required=True, help="Tres letras con que empiezan los números de expediente.")
@click.option(
    "--person",
    "people",
    multiple=True,
    required=True,
    metavar="NOMBRE:FUNCIÓN",
    help="Quién entra: «Irene Balcázar:pasante». Se puede repetir.",
)
@click.option(
    "--office", "card", type=click.Path(path_type=Path), help="El archivo oficina.json que dio la oficina."
)
@click.option(
    "--digit", type=click.IntRange(5, 9), default=5, show_default=True, help="Dígito de este equipo (5 a 9)."
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Frases de acceso, un renglón por persona (si no, se piden).",
)
@click.option("--passphrase-fd", type=int, metavar="N", help="Lee las frases del descriptor N.")
@dir_option
@click.pass_obj
def init(
    store: Path,
    name: str,
    code: str,
    people: tuple[str, ...],
    card: Path | None,
    digit: int,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Make a store; the office's card is shown with its four words so that they can be compared."""
    code = code.strip().upper()
    if not _CODE.match(code):
        raise BadInput("El código de la clínica son tres letras, por ejemplo LAG.")
    named = [_person(text) for text in people]
    office, escrow = _office(card)
    phrases = _phrases([n for n, _ in named], passphrase_file, passphrase_fd)
    create_store(
        store,
        ClinicInfo(clean_line(name, limit=80), code),
        [NewPerson(n, role, phrase) for (n, role), phrase in zip(named, phrases, strict=True)],
        office=office,
        escrow=escrow,
        digit=digit,
        projector=projector(),
    )
    say(f"Expediente creado para {name}. Personas: {', '.join(n for n, _ in named)}.")
    if office is None:
        say("Sin oficina: no se podrán escribir paquetes hasta tener su archivo oficina.json.")


def _person(text: str) -> tuple[str, str]:
    name, separator, role = text.rpartition(":")
    role_id = fold(role)
    if not separator or role_id not in ROLES:
        raise BadInput(f"«{text}»: escriba el nombre, dos puntos y la función ({', '.join(ROLES)}).")
    return clean_line(name, limit=80), role_id


def _office(card: Path | None) -> tuple[OfficeInfo | None, EscrowInfo | None]:
    if card is None:
        return None, None
    from ces_tui.office.card import read_card

    read = read_card(card)
    say(f"Oficina: {read.office.name}. Compare estas palabras con las de la oficina: {read.words}")
    return read.office, read.escrow


def _phrases(names: list[str], file: Path | None, descriptor: int | None) -> list[str]:
    if file is not None or descriptor is not None:
        lines = _lines(file, descriptor)
        if len(lines) == 1:
            lines *= len(names)
        if len(lines) != len(names):
            raise BadInput("El archivo de frases debe tener un renglón por persona.")
        return [checked_passphrase(line) for line in lines]
    phrases = []
    for name in names:
        proposed = five_words()
        say(f"\nFrase propuesta para {name}: {proposed}")
        typed = read_passphrase(None, None, "Escriba la frase (la propuesta u otra de 15 letras o más)")
        phrases.append(checked_passphrase(typed))
    return phrases


def _lines(file: Path | None, descriptor: int | None) -> list[str]:
    try:
        raw = file.read_text(encoding="utf-8") if file is not None else _read_fd(descriptor or 0)
    except (OSError, UnicodeDecodeError):
        raise BadInput("No se pudieron leer las frases de acceso.") from None
    return [line.strip() for line in raw.splitlines() if line.strip()]


def _read_fd(descriptor: int) -> str:
    import os

    with os.fdopen(descriptor, encoding="utf-8", closefd=False) as stream:
        return stream.read()


@click.command(
    help="Revisa cada renglón del expediente: que abra, que la cadena siga y que nada falte ni sobre."
)
@click.option("--signatures", is_flag=True, help="Revisa también cada firma (más lento).")
@click.option(
    "--rebuild", "make_again", is_flag=True, help="Rehace listas y documentos a partir del registro."
)
@access_options
@json_option
@click.pass_obj
def verify(
    store: Path,
    *,
    signatures: bool,
    make_again: bool,
    as_json: bool,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> int:
    """Exit code 0 when all is whole, 4 when something is damaged."""
    from ces_tui.vault.rebuild import rebuild
    from ces_tui.vault.verify import verify_store

    who = find_person(store, person)
    phrase = read_passphrase(passphrase_file, passphrase_fd)
    if make_again:
        with opened(store, who, None, None, phrase=phrase) as clinic:
            rebuild(clinic.vault, None if as_json else _progress)
    report = verify_store(
        store,
        who,
        phrase,
        projector=projector(),
        signatures=signatures,
        progress=None if as_json or not sys.stderr.isatty() else _progress,
    )
    if as_json:
        print_json(report)
    else:
        for damage in report.damaged:
            named = f" ({damage.type} {damage.doc})" if damage.doc else ""
            place = f"{_TABLES.get(damage.table, damage.table)} {damage.row}"
            say(f"{place}: {_NO_DATABASE if damage.what == StoreDamaged.sentence else damage.what}{named}")
        say(
            f"Todo está entero: {report.entries} registros, {report.documents} documentos."
            if report.ok
            else f"{_count(len(report.damaged))} No se cambió nada. Avise a la oficina y use la última copia; "
            "«rescue» saca lo que todavía se lee."
        )
    return 0 if report.ok else StoreDamaged.exit_code


_NO_DATABASE = "el archivo no se puede abrir como base de datos"
_TABLES = {
    "database": "archivo",
    "log": "registro",
    "doc": "documento",
    "proj": "cuenta",
    "seen": "índice",
    "kv": "ajuste interno",
    "draft": "borrador",
    "header": "encabezado",
}
"""What a table of the store is called where people read it."""


def _count(damages: int) -> str:
    return "Hay 1 daño." if damages == 1 else f"Hay {damages} daños."


def _progress(what: str, done: int, everything: int) -> None:
    click.echo(f"\r{what}: {done} de {everything}   ", nl=done >= everything, err=True)
