"""`ces-tui consult`: one's own unsigned notes, and signing one: every rule of the screen holds here too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ces_tui.base.clock import clinic_time
from ces_tui.base.errors import NotFound
from ces_tui.cli.common import access_options, json_option, opened, print_json
from ces_tui.cli.say import say


@click.group("consult", help="Consultas sin firmar: verlas y firmarlas.")
def consult() -> None:
    """Group of the commands on consults."""


@consult.command("drafts", help="Los borradores de consulta de quien abre, por número de paciente.")
@access_options
@json_option
@click.pass_obj
def drafts(store: Path, /, *, as_json: bool, **access: Any) -> None:
    with opened(store, access["person"], access["passphrase_file"], access["passphrase_fd"]) as clinic:
        found: list[dict[str, Any]] = []
        for draft in clinic.consults.drafts.mine():
            number = clinic.registry.get(draft.patient).record.clinic_number
            stops = [m.sentence for m in clinic.consults.problems(draft.draft, draft.patient)]
            found.append({"id": draft.id, "number": number, "saved": draft.saved, "missing": stops})
    if as_json:
        print_json(found)
        return
    for one in found:
        when = clinic_time(one["saved"])
        state = "lista para firmar" if not one["missing"] else "; ".join(one["missing"])
        say(f"{one['id']}  {one['number']}  {when:%d/%m/%Y %H:%M}  {state}")


@consult.command(
    "sign", help="Firma un borrador; se niega por lo mismo que la pantalla. ID es el del borrador."
)
@click.argument("draft_id", metavar="ID")
@access_options
@json_option
@click.pass_obj
def sign(store: Path, /, *, draft_id: str, as_json: bool, **access: Any) -> None:
    with opened(store, access["person"], access["passphrase_file"], access["passphrase_fd"]) as clinic:
        draft = next((d for d in clinic.consults.drafts.mine() if d.id == draft_id), None)
        if draft is None:
            raise NotFound("No hay un borrador suyo con ese número.")
        stored = clinic.consults.sign(draft.draft, draft.patient, draft.id)
    if as_json:
        print_json({"id": stored.id, "day": stored.record.day.isoformat()})
        return
    say("Firmada.")
