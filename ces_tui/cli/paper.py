"""`ces-tui paper`: sheets as text, to the printer, encrypted on a stick, or, only when told to, as a clear PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from ces_tui.base.dates import parse_date
from ces_tui.base.errors import BadInput
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.say import say
from ces_tui.clinic import Clinic
from ces_tui.paper.papers import FORMS
from ces_tui.paper.records import LAYOUTS, LICENCE_WORDS, Licence, Ready, Referral, Unit

F = TypeVar("F", bound=Callable[..., Any])
CLEAR = (
    "Aviso: «{name}» quedó SIN CIFRAR. Cualquiera que tenga esta computadora o esa memoria puede leerlo. "
    "Imprímalo y bórrelo; vaciar la papelera no siempre lo borra del disco."
)


@click.group("paper", help="Recetas, notas y hojas: ver, imprimir, guardar cifradas.")
def paper() -> None:
    """Group of the commands on paper."""


@dataclass
class Way:
    """Where a sheet goes; with nothing said it is written as text."""

    to: Path | None = None
    usb: Path | None = None
    printing: bool = False
    printer: str = ""
    as_json: bool = False


def ways(command: F) -> F:
    """`--print`, `--printer`, `--usb`, `--to`, `--json`, and the options of access."""
    for option in (
        json_option,
        click.option(
            "--to",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="ARCHIVO",
            help="Escribe un PDF SIN CIFRAR en ese archivo nuevo.",
        ),
        click.option(
            "--usb",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="CARPETA",
            help="Guarda la hoja cifrada (.age) en esa memoria.",
        ),
        click.option("--printer", metavar="NOMBRE", default="", help="Cuál impresora; si no, la de siempre."),
        click.option("--print", "printing", is_flag=True, help="Manda la hoja a la impresora."),
    ):
        command = option(command)
    return access_options(command)


def _run(ctx: click.Context, make: Callable[[Clinic], Ready], options: dict[str, Any]) -> None:
    """Open, make the sheet, let it out the way that was asked."""
    who = [options.pop(name) for name in ("person", "passphrase_file", "passphrase_fd")]
    way = Way(**options)
    if sum((way.to is not None, way.usb is not None, way.printing)) > 1:
        raise BadInput("Elija una sola salida: --print, --usb o --to. No se hizo nada.")
    with opened(ctx.obj, *who) as clinic:
        ready = make(clinic)
        if way.printing:
            clinic.paper.print(ready, printer=way.printer)
            say("Hoja enviada a la impresora.")
        elif way.usb is not None:
            path = clinic.paper.seal_to(ready, way.usb)
            say(f"Guardada y comprobada, cifrada: {path}")
        elif way.to is not None:
            path = clinic.paper.write_clear(ready, way.to)
            say(CLEAR.format(name=path.name), err=True)
        else:
            _tell(clinic, ready, as_json=way.as_json)


def _tell(clinic: Clinic, ready: Ready, *, as_json: bool) -> None:
    from ces_tui.paper.preview import as_text

    for patient in ready.patients:
        clinic.vault.note_read(patient, "hoja (línea de órdenes)")
    if as_json:
        print_json(ready.sheet)
    else:
        say(as_text(ready.sheet))


def _patient(clinic: Clinic, number: str) -> str:
    clinic.desk.require("imprimir")
    return clinic.registry.by_number(number).id


_consult = click.option("--consult", default="", metavar="ID", help="De cuál consulta; si no, la última.")


@paper.command("receta", help="La receta de la última consulta; NÚMERO es el de la clínica.")
@click.argument("number", metavar="NÚMERO")
@_consult
@ways
@click.pass_context
def receta(ctx: click.Context, /, number: str, consult: str, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.receta(_patient(c, number), consult), options)


@paper.command("nota", help="La nota clínica de la última consulta, en uno de tres formatos.")
@click.argument("number", metavar="NÚMERO")
@_consult
@click.option(
    "--layout", type=click.Choice(LAYOUTS), help="Formato; si no, el que la clínica usa de costumbre."
)
@ways
@click.pass_context
def nota(ctx: click.Context, /, number: str, consult: str, layout: Any, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.nota(_patient(c, number), consult, layout), options)


@paper.command("hoja-frontal", help="La hoja frontal del expediente en papel.")
@click.argument("number", metavar="NÚMERO")
@ways
@click.pass_context
def hoja_frontal(ctx: click.Context, /, number: str, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.hoja_frontal(_patient(c, number)), options)


@paper.command("historia", help="La historia clínica: lo que se sabe, y renglones para lo demás.")
@click.argument("number", metavar="NÚMERO")
@ways
@click.pass_context
def historia(ctx: click.Context, /, number: str, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.historia(_patient(c, number)), options)


@paper.command("referencia", help="La hoja de referencia; lo que no se diga queda en blanco.")
@click.argument("number", metavar="NÚMERO")
@_consult
@click.option("--hospital", default="", help="Unidad que recibe.")
@click.option("--service", default="", help="Servicio.")
@click.option("--reason", default="", help="Motivo.")
@click.option("--urgency", default="", help="Para cuándo.")
@click.option("--companion", default="", help="Quién acompaña.")
@ways
@click.pass_context
def referencia(
    ctx: click.Context,
    /,
    number: str,
    consult: str,
    hospital: str,
    service: str,
    reason: str,
    urgency: str,
    companion: str,
    **options: Any,
) -> None:
    letter = Referral(to=hospital, service=service, reason=reason, urgency=urgency, companion=companion)
    _run(ctx, lambda c: c.paper.referencia(_patient(c, number), letter, consult), options)


@paper.command("lista", help="Llegadas y citas de hoy, o las citas de otro día.")
@click.option("--day", metavar="FECHA", help="Día, por ejemplo 18/12/2026.")
@ways
@click.pass_context
def lista(ctx: click.Context, /, day: str | None, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.lista(parse_date(day, c.desk.today()) if day else None), options)


@paper.command("formatos", help="Formatos en blanco para los días sin luz.")
@click.argument("kind", metavar="CUÁL", type=click.Choice(FORMS))
@ways
@click.pass_context
def formatos(ctx: click.Context, /, kind: str, **options: Any) -> None:
    _run(ctx, lambda c: c.paper.formato(kind), options)


@paper.command(
    "abrir", help="Imprime una hoja .age de otra computadora de la clínica, o la escribe sin cifrar."
)
@click.argument("file", metavar="ARCHIVO", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--printer", metavar="NOMBRE", default="", help="Cuál impresora; si no, la de siempre.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="ARCHIVO",
    help="Escribe el PDF SIN CIFRAR en ese archivo nuevo.",
)
@access_options
@click.pass_context
def abrir(
    ctx: click.Context,
    /,
    file: Path,
    printer: str,
    to: Path | None,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        if to is None:
            clinic.paper.print_sealed(file, printer=printer)
            say("Hoja enviada a la impresora.")
        else:
            clinic.paper.write_unsealed(file, to)
            say(CLEAR.format(name=to.name), err=True)


@paper.command("persona", help="Con qué firma usted sus recetas y notas; sin opciones, lo muestra.")
@click.option("--kind", type=click.Choice(list(LICENCE_WORDS)), help="Cédula o constancia.")
@click.option("--number", metavar="NÚMERO", help="Su número, como está en el papel.")
@click.option("--school", metavar="NOMBRE", help="Institución que la dio.")
@click.option("--supervisor", metavar="NOMBRE", help="Quién supervisa, si debe salir en la receta.")
@click.option("--supervisor-cedula", metavar="NÚMERO", help="Su cédula.")
@access_options
@json_option
@click.pass_context
def persona(
    ctx: click.Context,
    /,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    *,
    as_json: bool,
    **given: Any,
) -> None:
    changed = {name: value for name, value in given.items() if value is not None}
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        settings = clinic.paper.settings
        licence = settings.licence(clinic.me.id)
        if changed:
            licence = settings.set_my_licence(Licence(**(licence.body() | changed)))
    if as_json:
        print_json(licence.body())
    else:
        word = LICENCE_WORDS.get(licence.kind, "Cédula o constancia")
        say(f"{word}: {licence.number or 'sin anotar; sale una línea para escribirla a mano'}")
        say(f"Institución: {licence.school or 'sin anotar'}")


@paper.command("unidad", help="Cómo se llama la unidad en los papeles; sin opciones, lo muestra.")
@click.option("--unit", metavar="NOMBRE", help="Nombre oficial.")
@click.option("--clues", metavar="CLUES", help="Once letras y números.")
@click.option("--municipality", metavar="NOMBRE", help="Municipio.")
@click.option("--locality", metavar="NOMBRE", help="Localidad.")
@click.option("--address", metavar="TEXTO", help="Domicilio.")
@click.option("--layout", type=click.Choice(LAYOUTS), help="Formato de nota de costumbre.")
@access_options
@json_option
@click.pass_context
def unidad(
    ctx: click.Context,
    /,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    *,
    as_json: bool,
    **given: Any,
) -> None:
    changed = {name: value for name, value in given.items() if value is not None}
    with opened(ctx.obj, person, passphrase_file, passphrase_fd) as clinic:
        settings = clinic.paper.settings
        unit = settings.unit()
        if changed:
            unit = settings.set_unit(Unit(**(unit.body() | changed)))
    if as_json:
        print_json(unit.body())
    else:
        say(" · ".join(p for p in (unit.unit, unit.clues, unit.municipality, unit.layout) if p))
