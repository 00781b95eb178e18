"""`recover …`: a forgotten passphrase, with the office's help and without network."""

from __future__ import annotations

from pathlib import Path

import click

from ces_tui.base.clock import SystemClock
from ces_tui.cli.common import (
    dir_option,
    find_person,
    json_option,
    new_passphrase,
    print_json,
    read_passphrase,
)
from ces_tui.cli.say import say
from ces_tui.clinic import projector
from ces_tui.sync.recovery import apply_answer, make_request
from ces_tui.vault.vault import Vault


@click.group(
    help="Frase olvidada: se hace una solicitud, la oficina contesta, y se entra con una frase nueva."
)
def recover() -> None:
    """Group of the recovery commands."""


@recover.command("request", help="Escribe la solicitud para la oficina y muestra las cuatro palabras.")
@click.option("--person", required=True, metavar="NOMBRE", help="Quién olvidó su frase.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="La carpeta o la memoria USB."
)
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Lee la frase nueva de un archivo.",
)
@click.option("--new-passphrase-fd", type=int, metavar="N", help="Lee la frase nueva del descriptor N.")
@dir_option
@json_option
@click.pass_obj
def request(
    store: Path,
    /,
    *,
    person: str,
    folder: Path,
    new_passphrase_file: Path | None,
    new_passphrase_fd: int | None,
    as_json: bool,
) -> None:
    who = find_person(store, person)
    phrase = new_passphrase(new_passphrase_file, new_passphrase_fd)
    path, words = make_request(store, who, phrase, folder)
    if as_json:
        print_json({"file": str(path), "words": words})
        return
    say(f"Solicitud escrita: {path}")
    say(f"Lea a la oficina estas cuatro palabras: {words}")
    say(
        "Recuerde la frase nueva: sirve cuando llegue la respuesta. La frase anterior sigue en uso hasta entonces."
    )


@recover.command("apply", help="Lee la respuesta de la oficina; desde entonces vale la frase nueva.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Lee la frase nueva de un archivo.",
)
@click.option("--passphrase-fd", type=int, metavar="N", help="Lee la frase nueva del descriptor N.")
@dir_option
@json_option
@click.pass_obj
def apply(
    store: Path,
    /,
    *,
    file: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    phrase = read_passphrase(passphrase_file, passphrase_fd, "Su frase nueva")
    who = apply_answer(store, file, phrase, clock=SystemClock(), projector=projector())
    name = Vault.peek(store).person(who).name
    if as_json:
        print_json({"person": who, "name": name})
    else:
        say(f"{name} ya puede entrar con su frase nueva. La frase anterior dejó de servir aquí.")
