"""`copy`, `restore`, `rescue`: the store in a second place, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.clock import SystemClock, clinic_time
from ces_tui.base.dates import show_date
from ces_tui.base.errors import StoreDamaged
from ces_tui.cli.common import (
    access_options,
    counted,
    find_person,
    json_option,
    opened,
    person_among,
    print_json,
    read_passphrase,
)
from ces_tui.cli.exchange import progress_line
from ces_tui.cli.say import say
from ces_tui.clinic import Clinic, projector

_passphrase_options = (
    click.option("--person", metavar="NOMBRE", help="Quién abre la copia; si no, la primera persona."),
    click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Lee la frase de un archivo.",
    ),
    click.option("--passphrase-fd", type=int, metavar="N", help="Lee la frase del descriptor N."),
)


@click.command("copy", help="Copia el expediente: en este disco, o con --to en una memoria, comprobada.")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="La carpeta o la memoria USB.")
@click.option("--list", "only_list", is_flag=True, help="Sólo dice qué copias hay.")
@access_options
@json_option
@click.pass_obj
def copy(store: Path, /, *, folder: Path | None, only_list: bool, as_json: bool, **access: Any) -> None:
    with opened(store, access["person"], access["passphrase_file"], access["passphrase_fd"]) as clinic:
        if only_list:
            _list(clinic, as_json=as_json)
        elif folder is None:
            clinic.desk.require("copias")
            made = clinic.backups.copy_today(progress_line(as_json=as_json))
            if as_json:
                print_json({"path": str(made.path), "day": made.day, "bytes": made.bytes})
            else:
                say(f"Copia hecha y revisada: {made.path}")
        else:
            done = clinic.backups.copy_to(folder, progress_line(as_json=as_json))
            if as_json:
                print_json(
                    {
                        "path": str(done.path),
                        "bytes": done.size,
                        "dropped": done.dropped,
                        "ejected": done.ejected,
                    }
                )
            else:
                say(done.sentence)


def _list(clinic: Clinic, *, as_json: bool) -> None:
    local, outside, state = clinic.backups.local(), clinic.backups.outside(), clinic.backups.state()
    if as_json:
        print_json(
            {
                "local": [{"path": str(c.path), "day": c.day, "bytes": c.bytes} for c in local],
                "outside": [{"name": o.name, "file": o.file, "at": o.at, "epoch": o.epoch} for o in outside],
                "outside_days": state.outside_days,
                "red": state.red,
            }
        )
        return
    for c in local:
        say(f"En esta computadora: {show_date(c.day)}, {c.bytes // 1000} KB, {c.path}")
    for o in outside:
        say(f"Fuera: {show_date(clinic_time(o.at).date())}, {o.name}, {o.file}")
    if not local:
        say("En esta computadora no hay copias.")
    if not outside:
        say("Ninguna copia ha salido a una memoria.")


@click.command("restore", help="Repone un expediente a partir de una copia .cesc, en una carpeta vacía.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="Carpeta nueva; si no, la del expediente."
)
@_passphrase_options[0]
@_passphrase_options[1]
@_passphrase_options[2]
@json_option
@click.pass_obj
def restore(
    store: Path,
    /,
    *,
    file: Path,
    folder: Path | None,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
    as_json: bool,
) -> None:
    """Every seal is opened before it is called restored; exit code 4 when one does not open."""
    from ces_tui.sync import backup_files
    from ces_tui.vault.copies import peek_packed

    header = peek_packed(file)
    who = person_among(header.people, person)
    phrase = read_passphrase(passphrase_file, passphrase_fd)
    target = folder or store
    report = backup_files.restore(file, target, who, phrase, projector(), counted(as_json=as_json))
    if as_json:
        print_json(
            {
                "to": str(target),
                "clinic": header.clinic.name,
                "entries": report.entries,
                "documents": report.documents,
            }
        )
        return
    say(
        f"Repuesto y revisado: {header.clinic.name}, {report.entries} registros, en {target}.\n"
        "Al abrirlo empieza una serie nueva de registros. Lo que la oficina tenga y aquí falte vuelve con su respuesta."
    )


@click.command(
    "rescue", help="Arma un expediente nuevo con lo que todavía se lee de uno dañado, que no se toca."
)
@click.option("--to", "target", required=True, type=click.Path(path_type=Path), help="Carpeta nueva y vacía.")
@access_options
@json_option
@click.pass_obj
def rescue(store: Path, /, *, target: Path, as_json: bool, **access: Any) -> int:
    """Exit code 4 when something is missing, so that nobody takes it for whole."""
    from ces_tui.vault.salvage import salvage

    who = find_person(store, access["person"])
    phrase = read_passphrase(access["passphrase_file"], access["passphrase_fd"])
    done = salvage(
        store,
        who,
        phrase,
        target,
        clock=SystemClock(),
        projector=projector(),
        progress=counted(as_json=as_json),
    )
    whole = not done.missing
    if as_json:
        print_json(
            {
                "to": str(target),
                "entries": done.entries,
                "documents_alone": done.documents_alone,
                "missing": list(done.missing),
                "unreadable": done.unreadable,
            }
        )
    else:
        say(f"Expediente nuevo en {target}: {done.entries} registros con su firma.")
        if done.documents_alone:
            say(f"Además {done.documents_alone} documentos de los que sólo quedó el texto, sin su firma.")
        say(
            "No falta ningún registro."
            if whole
            else f"No se pudieron leer {len(done.missing)} registros: {ranges(done.missing)}. "
            "Lo que la oficina tenga de ellos vuelve con su respuesta; pruebe también la última copia."
        )
    return 0 if whole else StoreDamaged.exit_code


def ranges(numbers: tuple[int, ...], most: int = 12) -> str:
    """'3, 7-9': the numbers as runs, at most `most` of them."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    told = ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in runs[:most])
    return told + (", …" if len(runs) > most else "")
