"""`ces-tui patient import-localities`: INEGI's catalogue into the address field, after a look at what it would bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.errors import BadInput
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.say import say
from ces_tui.people.inegi import LARGEST
from ces_tui.people.localities import Plan

SHOWN = 12
"""Municipalities that the look names; the rest is counted."""


@click.command(
    "import-localities",
    help="Importa el catálogo de localidades de INEGI (CSV). Sin --yes sólo dice qué traería; nada cambia.",
)
@click.argument("file", type=click.Path(path_type=Path), metavar="ARCHIVO")
@click.option(
    "--municipality",
    "municipalities",
    multiple=True,
    metavar="CLAVE",
    help="Clave de cinco cifras (07020); se puede repetir. Si no, los municipios de las clínicas.",
)
@click.option("--all", "everything", is_flag=True, help="Todos los municipios del archivo.")
@click.option("--yes", is_flag=True, help="Importa de una vez.")
@access_options
@json_option
@click.pass_obj
def import_localities(
    store: Path,
    /,
    *,
    file: Path,
    municipalities: tuple[str, ...],
    everything: bool,
    yes: bool,
    as_json: bool,
    **access: Any,
) -> None:
    raw = read_file(file)
    wanted = chosen(municipalities, everything=everything)
    with opened(store, access["person"], access["passphrase_file"], access["passphrase_fd"]) as clinic:
        plan = clinic.localities.plan(raw, municipalities=wanted)
        held = clinic.localities.take(plan) if yes else None
    if as_json:
        print_json(plan_body(plan) | {"imported": yes, "held": held})
        return
    for line in plan_lines(plan):
        say(line)
    if yes:
        say(f"Importado. El catálogo tiene {held} localidades.")
    else:
        say("No se cambió nada. Si está bien, repita la orden con --yes.")


def chosen(municipalities: tuple[str, ...], *, everything: bool) -> tuple[str, ...] | None:
    """The keys asked for: None for those of the clinics, empty for all; BadInput for what is no key."""
    if everything:
        return ()
    for key in municipalities:
        if len(key) != 5 or not (key.isascii() and key.isdigit()):
            raise BadInput(f"La clave de un municipio son cinco cifras, como 07020; llegó «{key[:20]}».")
    return municipalities or None


def read_file(path: Path) -> bytes:
    """The file's bytes, not more than a catalogue may have; BadInput when it can't be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise BadInput(f"No existe el archivo {path.name}.") from None
    except IsADirectoryError:
        raise BadInput(f"{path.name} es una carpeta: escriba el nombre del archivo CSV.") from None
    except OSError:
        raise BadInput(f"No se pudo leer el archivo {path.name}.") from None


def plan_body(plan: Plan) -> dict[str, Any]:
    """The stable JSON shape of what an import brings."""
    return {
        "localities": len(plan.rows),
        "municipalities": dict(plan.counts),
        "new": plan.new,
        "gone": plan.gone,
        "renamed": plan.renamed,
        "repeated_names": plan.repeated,
        "left_out": plan.left_out,
    }


def plan_lines(plan: Plan) -> list[str]:
    """The look in words."""
    counts = sorted(plan.counts.items())
    lines = [f"{len(plan.rows)} localidades en {len(counts)} municipios:"]
    lines += [f"  {name}: {count}" for name, count in counts[:SHOWN]]
    if len(counts) > SHOWN:
        lines.append(f"  y {len(counts) - SHOWN} municipios más")
    lines.append(f"Nuevas {plan.new}; ya no están {plan.gone}; cambian de nombre {plan.renamed}.")
    if plan.repeated:
        lines.append(f"{plan.repeated} nombres se repiten en su municipio: se distinguen por su clave.")
    if plan.left_out:
        lines.append(f"Se dejan fuera {plan.left_out} de otros municipios.")
    return lines
