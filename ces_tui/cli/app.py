"""The root of the command line: groups are imported when they are called; without a command the screens open."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from ces_tui import __version__
from ces_tui.base.errors import CesError, InternalError
from ces_tui.base.paths import store_dir
from ces_tui.base.platform.harden import harden
from ces_tui.cli.say import say

_COMMANDS = {
    "init": ("ces_tui.cli.store:init", "Crea el expediente de una clínica."),
    "verify": ("ces_tui.cli.store:verify", "Revisa que todo lo guardado esté entero."),
    "people": ("ces_tui.cli.people:people", "Personas con acceso: ver, agregar, quitar, cambiar frase."),
    "copy": ("ces_tui.cli.copies:copy", "Copia del expediente en este disco o en una memoria."),
    "restore": ("ces_tui.cli.copies:restore", "Repone un expediente a partir de una copia."),
    "rescue": ("ces_tui.cli.copies:rescue", "Saca lo que aún se lee de un expediente dañado."),
    "recover": ("ces_tui.cli.recover:recover", "Frase olvidada: solicitud a la oficina y su respuesta."),
    "audit": ("ces_tui.cli.audit:audit", "Quién abrió y escribió qué, por paciente y por persona."),
    "envelope": ("ces_tui.cli.audit:envelope", "Sobre de emergencia: hacerlo y saber si se abrió."),
    "demo": ("ces_tui.cli.demo:demo", "Abre la clínica de demostración (DATOS INVENTADOS)."),
    "export": ("ces_tui.cli.exchange:export", "Escribe el paquete para la oficina."),
    "import": ("ces_tui.cli.exchange:import_", "Lee la respuesta de la oficina."),
    "office": ("ces_tui.cli.office:office", "Coordinación: une los paquetes de las clínicas."),
    "patient": ("ces_tui.cli.patient:patient", "Buscar y ver pacientes."),
    "consult": ("ces_tui.cli.consult:consult", "Consultas sin firmar: verlas y firmarlas."),
    "screening": (
        "ces_tui.cli.screening:screening",
        "Tamizajes, registro de salud mental, indicadores y FHIR.",
    ),
    "protocol": ("ces_tui.cli.protocol:protocol", "Protocolos clínicos: lista, prueba y aplicación."),
    "paper": ("ces_tui.cli.paper:paper", "Recetas, notas y hojas: ver, imprimir, guardar cifradas."),
    "pharmacy": ("ces_tui.cli.pharmacy:pharmacy", "Farmacia: existencias."),
}
"""Command -> where it is, and its one-line help (so that the list needs no imports)."""


class Commands(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Órdenes"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(
    cls=Commands, invoke_without_command=True, options_metavar="[OPCIONES]", subcommand_metavar="ORDEN"
)
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), help="Carpeta del expediente (si no, CES_TUI_HOME)."
)
@click.version_option(__version__, "--version", message="ces-tui %(version)s", help="Muestra la versión.")
@click.help_option("--help", "-h", help="Muestra esta ayuda.")
@click.pass_context
def root(ctx: click.Context, folder: Path | None) -> None:
    """Expediente clínico sin internet de Compañeros En Salud. Sin orden, abre las pantallas."""
    ctx.obj = store_dir(folder)
    if ctx.invoked_subcommand is None:
        from ces_tui.cli.screens import open_screens

        ctx.exit(open_screens(ctx.obj))


def run(args: list[str]) -> int:
    """Run one command line and return its exit code."""
    harden()
    speak_spanish()
    try:
        result = root.main(args=args, prog_name="ces-tui", standalone_mode=False)
    except click.exceptions.Abort:
        say("Cancelado. No se cambió nada.", err=True)
        return 130
    except click.UsageError as error:
        say(f"{error.format_message()}\nVea «ces-tui --help».", err=True)
        return 2
    except click.ClickException as error:
        say(error.format_message(), err=True)
        return 2
    except CesError as error:
        say(str(error), err=True)
        return error.exit_code
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - no traceback ever reaches a user
        say(InternalError.sentence, err=True)
        return InternalError.exit_code
    return result if isinstance(result, int) else 0


def speak_spanish() -> None:
    """The sentences of click itself in Spanish."""
    from ces_tui.cli.spanish import install

    install()
