"""`office …`: the coordination office on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ces_tui.base.words import five_words
from ces_tui.cli.common import (
    access_of,
    access_options,
    dir_option,
    json_option,
    opened,
    print_json,
    read_passphrase,
)
from ces_tui.cli.exchange import progress_line
from ces_tui.cli.roster import people
from ces_tui.cli.say import say
from ces_tui.clinic import projector
from ces_tui.office.card import CARD_NAME, write_card
from ces_tui.office.office import Office
from ces_tui.office.records import ClinicStatus, Imported
from ces_tui.office.setup import NewOffice, create_office, own_card
from ces_tui.people.passphrases import checked_passphrase
from ces_tui.sync.records import MonthState
from ces_tui.sync.sentences import month_sentence


@click.group(help="Coordinación: une los paquetes de las clínicas y contesta con acuse de recibo.")
def office() -> None:
    """Group of the office's commands."""


@office.command("init", help="Crea el expediente de la oficina, sus claves y la tarjeta oficina.json.")
@click.option("--name", default="Coordinación", show_default=True, help="Nombre de la oficina.")
@click.option("--person", default="Coordinación", show_default=True, help="Nombre de quien coordina.")
@click.option(
    "--card",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(CARD_NAME),
    show_default=True,
    help="Dónde escribir la tarjeta para las clínicas.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="Lee la frase de un archivo."
)
@click.option("--passphrase-fd", type=int, metavar="N", help="Lee la frase del descriptor N.")
@dir_option
@json_option
@click.pass_obj
def init(
    store: Path,
    /,
    *,
    name: str,
    person: str,
    card: Path,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    """The escrow's private half is printed here, once, and is nowhere else."""
    phrase = checked_passphrase(_new_passphrase(passphrase_file, passphrase_fd))
    made = create_office(store, name, person, phrase, projector=projector())
    if as_json:
        told = {"office": made.card.office.name, "words": made.card.words, "card": str(card)}
        print_json(told | {"escrow": made.escrow_secret})
    else:
        for line in _init_lines(made, card):
            say(line)
    write_card(card, made.card)  # last: a folder that can't be written must not cost the paper key


@office.command("card", help="Escribe otra vez oficina.json y muestra sus cuatro palabras.")
@click.option("--to", "card", type=click.Path(path_type=Path, dir_okay=False), default=Path(CARD_NAME))
@access_options
@json_option
@click.pass_obj
def card_command(store: Path, /, *, card: Path, as_json: bool, **access: Any) -> None:
    with opened(store, *access_of(access)) as clinic:
        own = own_card(clinic.vault)
    write_card(card, own)
    if as_json:
        print_json({"office": own.office.name, "words": own.words, "card": str(card)})
    else:
        say(f"Tarjeta escrita: {card}\nSus cuatro palabras: {own.words}")


@office.command(
    "accept", help="Acepta el equipo nuevo cuyas cuatro palabras se compararon en las dos pantallas."
)
@click.argument("device")
@click.option("--words", help="Las cuatro palabras que dice la pantalla de la clínica.")
@access_options
@json_option
@click.pass_obj
def accept(store: Path, /, *, device: str, words: str | None, as_json: bool, **access: Any) -> None:
    """DEVICE is the device's id or its first letters; what waited of it is united at once."""
    with _office(store, access) as desk:
        said = words if words is not None else click.prompt("Cuatro palabras de la pantalla de la clínica")
        acceptance, united = desk.accept(device, said)
    if as_json:
        print_json(
            {
                "clinic": acceptance.code,
                "name": acceptance.name,
                "device": acceptance.device,
                "imported": [_import_json(i) for i in united],
            }
        )
        return
    say(f"Equipo {acceptance.device[:8]} de {acceptance.name} ({acceptance.code}) aceptado.")
    for result in united:
        say(result.sentence)


@office.command("import", help="Une el paquete de una clínica. Si el equipo es nuevo, el archivo espera.")
@click.argument("file", type=click.Path(path_type=Path))
@access_options
@json_option
@click.pass_obj
def import_(store: Path, /, *, file: Path, as_json: bool, **access: Any) -> None:
    with _office(store, access) as desk:
        result = desk.import_file(file)
    if as_json:
        print_json(_import_json(result))
        return
    say(result.sentence)
    if result.words:
        say(f'Si son las mismas: ces-tui office accept {result.device[:8]} --words "{result.words}"')


@office.command("answer", help="Escribe la respuesta para una clínica, con su acuse de recibo.")
@click.argument("clinic", required=False)
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="La carpeta o la memoria USB."
)
@access_options
@json_option
@click.pass_obj
def answer(store: Path, /, *, clinic: str | None, folder: Path, as_json: bool, **access: Any) -> None:
    """CLINIC is its three letters, its name or its id; it may be left out when there is only one."""
    with _office(store, access) as desk:
        done = desk.answer(clinic, folder, progress_line(as_json=as_json))
    if as_json:
        print_json({"file": str(done.path), "clinic": done.clinic, "number": done.number})
    else:
        say(f"Respuesta {done.number} para {done.clinic}, escrita y comprobada: {done.path}")


@office.command("status", help="Qué tiene la oficina de cada clínica y equipo, y qué falta.")
@access_options
@json_option
@click.pass_obj
def status(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with _office(store, access) as desk:
        clinics, waiting = desk.status(), desk.waiting()
    if as_json:
        print_json(
            {
                "clinics": [_clinic_json(c) for c in clinics],
                "waiting": [{"device": q.device, "words": q.words} for q in waiting],
            }
        )
        return
    if not clinics and not waiting:
        say("Todavía no ha llegado ningún paquete.")
    for found in clinics:
        for line in _clinic_lines(found):
            say(line)
    for q in waiting:
        say(f"En espera: equipo {q.device[:8]}, palabras: {q.words}")


@office.command(
    "recover", help="Contesta la solicitud de quien olvidó su frase, si sus cuatro palabras coinciden."
)
@click.argument("request", type=click.Path(path_type=Path))
@click.option("--words", help="Las cuatro palabras que la persona lee en su pantalla.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="La carpeta o la memoria USB."
)
@click.option(
    "--escrow-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Archivo con la clave de papel, si la clínica es de una oficina anterior.",
)
@access_options
@json_option
@click.pass_obj
def recover(
    store: Path,
    /,
    *,
    request: Path,
    words: str | None,
    folder: Path,
    escrow_file: Path | None,
    as_json: bool,
    **access: Any,
) -> None:
    """The office never learns a passphrase: it wraps the clinic's key to the new credential."""
    from ces_tui.office.recovery import Recovery
    from ces_tui.sync.recovery import read_request

    asked = read_request(request)
    secret = read_passphrase(escrow_file, None) if escrow_file is not None else None
    with opened(store, *access_of(access)) as clinic:
        desk = Recovery(clinic.desk)
        name, where = asked.name, asked.clinic
        if not as_json:
            say(f"Solicitud de {name} ({where}). Que se las lea por teléfono o en persona.")
        said = words if words is not None else click.prompt("Cuatro palabras que lee la persona")
        path = desk.answer(asked, said, folder, secret)
    if as_json:
        print_json({"file": str(path), "clinic": asked.clinic, "name": asked.name})
    else:
        say(f"Respuesta escrita: {path}")


office.add_command(people)


# -- helpers -----------------------------------------------------------------------------------------------


@contextmanager
def _office(store: Path, access: dict[str, Any]) -> Iterator[Office]:
    with opened(store, *access_of(access)) as clinic:
        yield Office(clinic.desk)


def _new_passphrase(file: Path | None, descriptor: int | None) -> str:
    if file is None and descriptor is None:
        say(f"Frase propuesta: {five_words()}")
    return read_passphrase(file, descriptor, "Escriba la frase (la propuesta u otra de 15 letras o más)")


def _init_lines(made: NewOffice, card: Path) -> list[str]:
    return [
        f"Oficina creada: {made.card.office.name}.",
        f"Tarjeta para las clínicas: {card}",
        f"Sus cuatro palabras, para comparar en cada clínica: {made.card.words}",
        "",
        "CLAVE DE PAPEL. Se muestra sólo esta vez y no se guarda en ningún equipo. Cópiela a mano y guárdela bajo llave:",
        "",
        f"  {made.escrow_secret}",
        "",
        "Con ella se abre todo paquete de toda clínica aunque se pierda esta computadora.",
    ]


def _import_json(result: Imported) -> dict[str, Any]:
    return {
        "state": result.state,
        "clinic": result.clinic,
        "device": result.device,
        "words": result.words,
        "number": result.number,
        "new": result.new,
        "already": result.already,
        "forks": result.forks,
    }


def _clinic_json(clinic: ClinicStatus) -> dict[str, Any]:
    return {
        "clinic": clinic.clinic,
        "name": clinic.name,
        "store": clinic.store,
        "devices": [
            {
                "device": d.device,
                "incarnation": d.incarnation,
                "contiguous": d.contiguous,
                "gaps": [list(g) for g in d.gaps],
            }
            for d in clinic.devices
        ],
        "months": [{"month": m, "held": held, "written": written} for m, held, written in clinic.months],
        "last_bundle": clinic.last_number,
        "answer": clinic.answer,
    }


def _clinic_lines(clinic: ClinicStatus) -> list[str]:
    lines = [
        f"{clinic.name} ({clinic.clinic}): último paquete {clinic.last_number}, respuesta {clinic.answer}"
    ]
    for d in clinic.devices:
        missing = ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in d.gaps)
        told = f"faltan {missing}" if missing else "sin huecos"
        lines.append(f"  equipo {d.device[:8]}: completo hasta el registro {d.contiguous}, {told}")
    lines += [f"  {month_sentence(MonthState(m, written, held))}" for m, held, written in clinic.months]
    return lines
