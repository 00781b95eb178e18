"""What the commands share: opening a store with a passphrase that never stands on the command line, and JSON out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from ces_tui.base.errors import BadInput, NotFound, WrongPassphrase
from ces_tui.base.paths import store_dir
from ces_tui.base.text import fold, for_screen
from ces_tui.cli.say import safe_json, say
from ces_tui.clinic import Clinic
from ces_tui.vault.header import PersonInfo
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
    return str(click.prompt(for_screen(prompt), hide_input=True))


def find_person(store: Path, wanted: str | None) -> str:
    """The id of the person who opens: by name, role or id; the first of the store when nobody is named."""
    return person_among(Vault.peek(store).people, wanted)


def person_among(everyone: Iterable[PersonInfo], wanted: str | None) -> str:
    """The id of the one of these people who is meant; NotFound when nobody or more than one could be."""
    people = [p for p in everyone if p.credential is not None]
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


def new_passphrase(file: Path | None, descriptor: int | None, whose: str = "") -> str:
    """A passphrase for a credential to be made: from a file, a descriptor, or typed after five words were proposed."""
    from ces_tui.base.words import five_words
    from ces_tui.people.passphrases import checked_passphrase

    if file is None and descriptor is None and sys.stdin.isatty():
        say(f"Frase propuesta{f' para {whose}' if whose else ''}: {five_words()}")
    typed = read_passphrase(
        file, descriptor, "Escriba la frase nueva (la propuesta u otra de 15 letras o más)"
    )
    return checked_passphrase(typed)


def counted(*, as_json: bool) -> Callable[[str, int, int], None] | None:
    """The vault's progress as one line on standard error that is written over; nothing for programs."""
    if as_json or not sys.stderr.isatty():
        return None

    def show(what: str, done: int, total: int) -> None:
        part = done / total if total else 1.0
        click.echo(f"\r{what}: {part:4.0%}   ", nl=done >= total, err=True)

    return show


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
    """One JSON document on standard output, readable, UTF-8; controls escaped."""
    say(safe_json(value, indent=2))


def access_of(access: dict[str, Any]) -> tuple[str | None, Path | None, int | None]:
    """What `access_options` gave, as `opened` takes it: person, passphrase file, descriptor."""
    return access["person"], access["passphrase_file"], access["passphrase_fd"]
