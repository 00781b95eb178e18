"""`export` and `import`: the clinic's side of the stick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ces_tui.base.errors import BundleRefused
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.say import say
from ces_tui.sync.records import MonthState, Progress, Step
from ces_tui.sync.sentences import answer_lines


@click.command(help="Escribe en una carpeta o memoria el paquete cifrado para la oficina.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), help="La carpeta o la memoria USB."
)
@access_options
@json_option
@click.pass_obj
def export(
    store: Path,
    *,
    folder: Path,
    as_json: bool,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Everything since the office's last receipt, verified on the medium."""
    with opened(store, person, passphrase_file, passphrase_fd) as clinic:
        done = clinic.exchange.export(folder, progress_line(as_json=as_json))
        months, words = clinic.exchange.state().months, clinic.exchange.device_words()
        device = clinic.vault.device_id
    if as_json:
        print_json(
            {
                "files": [str(p) for p in done.paths],
                "number": done.number,
                "entries": done.entries,
                "bytes": done.size,
                "ejected": done.ejected,
                "device": device,
                "words": words,
                "months": [month_json(m) for m in months],
            }
        )
        return
    for path in done.paths:
        say(f"Escrito y comprobado: {path}")
    say(done.sentence)
    say(f"Equipo {device[:8]}. Si la oficina lo pide por primera vez, sus cuatro palabras son: {words}")


@click.command("import", help="Lee la respuesta de la oficina y dice qué registros ya están allá.")
@click.argument("file", type=click.Path(path_type=Path))
@access_options
@json_option
@click.pass_obj
def import_(
    store: Path,
    *,
    file: Path,
    as_json: bool,
    person: str | None,
    passphrase_file: Path | None,
    passphrase_fd: int | None,
) -> None:
    """A repeated or older answer says «ya estaba» and changes nothing."""
    with opened(store, person, passphrase_file, passphrase_fd) as clinic:
        if clinic.vault.header.clinic.kind == "office":
            raise BundleRefused("Este expediente es de una oficina: use «office import». No se cambió nada.")
        answer = clinic.exchange.read_answer(file)
    if as_json:
        print_json(
            {
                "number": answer.number,
                "already": answer.already,
                "new": answer.new_entries,
                "returned": answer.returned,
                "behind": answer.behind,
                "gaps": list(answer.gaps),
                "months": [month_json(m) for m in answer.months],
            }
        )
        return
    for line in answer_lines(answer):
        say(line)


def month_json(month: MonthState) -> dict[str, Any]:
    """The stable JSON shape of one month."""
    return {"month": month.month, "at_office": month.at_office, "written": month.written}


def progress_line(*, as_json: bool) -> Progress | None:
    """One line on standard error that is written over; nothing for programs."""
    if as_json or not sys.stderr.isatty():
        return None

    def show(step: Step) -> None:
        part = step.done / step.total if step.total else 1.0
        click.echo(f"\r{step.what}: {part:4.0%}   ", nl=step.done >= step.total, err=True)

    return show
