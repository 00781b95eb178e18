"""click's own words in Spanish, through the translation hook that it offers (`gettext` in its modules)."""

from __future__ import annotations

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

_WORDS = {
    "Usage:": "Uso:",
    "Usage: ": "Uso: ",
    "Options": "Opciones",
    "Commands": "Órdenes",
    "Arguments": "Argumentos",
    "Aborted!": "Cancelado.",
    "Error: {message}": "Error: {message}",
    "No such command {name!r}.": "No existe la orden {name!r}.",
    "No such option: {name}": "No existe la opción {name}.",
    "Missing command.": "Falta la orden.",
    "Missing argument": "Falta el argumento",
    "Missing option": "Falta la opción",
    "Missing parameter": "Falta el parámetro",
    "Invalid value: {message}": "Valor no válido: {message}",
    "Invalid value for {param_hint}: {message}": "Valor no válido en {param_hint}: {message}",
    "Show this message and exit.": "Muestra esta ayuda.",
    "Show the version and exit.": "Muestra la versión.",
    "Option {name!r} requires an argument.": "La opción {name!r} necesita un valor.",
    "Option {name!r} does not take a value.": "La opción {name!r} no lleva valor.",
    "{name} {filename!r} does not exist.": "{name} {filename!r} no existe.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} es una carpeta.",
    "{name} {filename!r} is a file.": "{name} {filename!r} es un archivo.",
    "{value!r} is not a valid {number_type}.": "{value!r} no es un número válido.",
    "{value!r} is not one of {choices}.": "{value!r} no es una de: {choices}.",
    "{value} is not in the range {range}.": "{value} está fuera de {range}.",
    "required": "obligatorio",
    "default": "si no se da",
    "file": "El archivo",
    "File": "El archivo",
    "directory": "La carpeta",
    "Directory": "La carpeta",
    "path": "La ruta",
    "Path": "La ruta",
    "Repeat for confirmation": "Repita para confirmar",
    "Error: The two entered values do not match.": "Los dos textos no son iguales.",
    "(Possible options: {possibilities})": "(¿quiso decir {possibilities}?)",
}


def spanish(message: str) -> str:
    """The Spanish of one of click's messages; the message itself when unknown."""
    return _WORDS.get(message, message)


def _plural(one: str, many: str, n: int) -> str:
    if one == "Got unexpected extra argument ({args})":
        return "Sobra un argumento ({args})" if n == 1 else "Sobran argumentos ({args})"
    if one.startswith("Did you mean"):
        return "¿Quiso decir {possibility}?" if n == 1 else "¿Quiso decir una de: {possibilities}?"
    return spanish(one if n == 1 else many)


def install() -> None:
    """Point click's translation functions at ours (process-wide, idempotent)."""
    for module in (
        click.core,
        click.decorators,
        click.exceptions,
        click.formatting,
        click.parser,
        click.types,
    ):
        words = vars(module)
        if "_" in words:
            words["_"] = spanish
        if "ngettext" in words:
            words["ngettext"] = _plural
