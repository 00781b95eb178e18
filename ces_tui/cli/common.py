"""What the commands share: opening a store with a passphrase that never stands on the command line, and JSON out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from ces_tui.base.errors import BadInput, NotFound, WrongPassphrase
from ces_tui.base.paths import store_dir
from ces_tui.base.text import fold
from ces_tui.clinic import Clinic
from ces_tui.vault.vault import Vault

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Escribe JSON en lugar de texto.")


def _set_folder(ctx: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.obj = store_dir(value)


dir_option = click.option(
    "--dir",
    type=click.Path(path_type=Path),
    callback=_set_folder,
    expose_value=False,
    help="Carpeta del expediente (si no, CES_TUI_HOME).",
)


def access_options(command: F) -> F:
    """`--dir`, `--person`, `--passphrase-file`, `--passphrase-fd`: which store, and how a command unlocks it."""
    for option in (
        dir_option,
        click.option("--passphrase-fd", type=int, metavar="N", help="Lee la frase del descriptor N."),
        click.option(
            "--passphrase-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Lee la frase de un archivo.",
        ),
        click.option(
            "--person", metavar="NOMBRE", help="Quién abre (nombre o función); si no, la primera persona."
        ),
    ):
        command = option(command)
    return command


def read_passphrase(file: Path | None, descriptor: int | None, prompt: str = "Frase de acceso") -> str:
    """The passphrase from a file, a descriptor or a prompt; BadInput when none can be had."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0].strip()
        except (OSError, IndexError, UnicodeDecodeError):
            raise BadInput(f"No se pudo leer la frase de {file.name}.") from None
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, encoding="utf-8", closefd=False) as stream:
                return stream.readline().strip()
        except (OSError, UnicodeDecodeError):
            raise BadInput("No se pudo leer la frase del descriptor.") from None
    if not sys.stdin.isatty():
        raise WrongPassphrase("Falta la frase de acceso: use --passphrase-file o --passphrase-fd.")
    return str(click.prompt(prompt, hide_input=True))


def find_person(store: Path, wanted: str | None) -> str:
    """The id of the person who opens: by name, role or id; the first of the store when nobody is named."""
    people = [p for p in Vault.peek(store).people if p.credential is not None]
    if not people:
        raise NotFound("En este expediente no hay personas con acceso.")
    if wanted is None:
        return people[0].id
    folded = fold(wanted)
    for person in people:
        if person.id == wanted or person.role == folded or fold(person.name) == folded:
            return person.id
    near = [p for p in people if folded in fold(p.name)]
    if len(near) == 1:
        return near[0].id
    raise NotFound(f"No hay nadie que se llame «{wanted}» en este expediente.")


@contextmanager
def opened(
    store: Path, person: str | None, file: Path | None, descriptor: int | None, *, phrase: str | None = None
) -> Iterator[Clinic]:
    """The clinic, open for one command and closed after it."""
    who = find_person(store, person)
    clinic = Clinic.open(store, who, phrase if phrase is not None else read_passphrase(file, descriptor))
    try:
        yield clinic
    finally:
        clinic.close()


def print_json(value: object) -> None:
    """One JSON document on standard output, readable, UTF-8."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
