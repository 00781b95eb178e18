"""Buscar paciente: one line to type in, the people it may mean below; nothing typed shows those expected today, numbered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.people.query import parse_candidate, row_number
from ces_tui.people.records import SEX_WORDS
from ces_tui.people.registry import Match
from ces_tui.people.rules import show_patient_age
from screens.ahead import FINDER, import_ahead
from screens.room import Room
from screens.widgets.fields import Field, TextField
from screens.widgets.form import Form
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Lines, Row

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored

_NEW = "nuevo"


class Question(Form):
    """One field whose Enter opens the person on the list, and whose arrows move in it."""

    BINDINGS = [
        Binding("enter", "go_on", "abrir", id="buscar.abrir", tooltip="Abre a la persona del renglón elegido.", priority=True)
    ]  # fmt: skip

    def _move_key(self, key: str, item: Field) -> bool:
        room = self.screen
        steps = {"up": -1, "down": 1, "pageup": -1, "pagedown": 1}
        if key not in steps or not isinstance(room, Buscar):
            return False
        (room.action_move if key in {"up", "down"} else room.action_page)(steps[key])
        return True


class Buscar(Room):
    """Finds a person; with `choose=True` it gives them back to the room that asked, else it opens their chart."""

    room = "buscar"
    HELP_TEXT = (
        "Escriba el nombre en cualquier orden, con o sin acentos y aunque no esté seguro de las letras; también la madre, la localidad, "
        "el teléfono, el número de la clínica, la CURP o la fecha de nacimiento. Sin escribir nada están los que se esperan hoy: "
        "su número y Enter los abre. El último renglón registra a alguien nuevo con lo que ya escribió."
    )
    BINDINGS = [
        Binding("up", "move(-1)", "arriba", show=False, id="buscar.arriba", tooltip="Renglón anterior."),
        Binding("down", "move(1)", "abajo", show=False, id="buscar.abajo", tooltip="Renglón siguiente."),
        Binding("pageup", "page(-1)", "página arriba", show=False, id="buscar.pagina_arriba", tooltip="Una página arriba."),
        Binding("pagedown", "page(1)", "página abajo", show=False, id="buscar.pagina_abajo", tooltip="Una página abajo."),
        Binding("ctrl+n,f2", "register", "registrar nuevo", id="buscar.nuevo", tooltip="Registra a alguien con lo que ya escribió."),
        Binding("ctrl+r", "arrive", "llegó", id="buscar.llego", tooltip="Anota que el paciente del renglón llegó."),
    ]  # fmt: skip
    LIMIT: ClassVar[int] = 20

    def __init__(
        self, patient: Stored[Patient] | None = None, *, choose: bool = False, text: str = ""
    ) -> None:
        super().__init__(patient)
        self._choose = choose
        self._text = text
        self._programmes: dict[str, list[str]] = {}
        self._expected: list[Match] = []

    def body(self) -> ComposeResult:
        yield Question(
            [TextField("q", "Paciente", width=52, hint="nombre, localidad, teléfono, número…")],
            classes="auto",
        )
        yield Lines(
            [
                Column("", 3, right=True),
                Column(),
                Column("", 7, right=True),
                Column("", 17),
                Column("", 22, wide=True),
                Column("", 10),
            ],
            empty="Nadie se llama así.",
            help_text="Flechas y Enter; el último renglón registra a alguien nuevo.",
        )
        yield Stripe(id="quien")

    def on_ready(self) -> None:
        import_ahead(*FINDER)
        self.query_one(Lines).can_focus = False
        self._programmes = self.clinic.programmes.listed()
        self._expected = self.clinic.registry.find("", limit=99)
        form = self.query_one(Form)
        if self._text:
            form.set_value("q", self._text)
        form.focus()
        self._search()

    # -- finding -----------------------------------------------------------------------------------------------

    async def on_form_changed(self, message: Form.Changed) -> None:
        self._search()
        for _ in range(
            4
        ):  # let the list say that it changed, so that letter and list are painted in one frame
            await asyncio.sleep(0)

    def _search(self) -> None:
        text = self.query_one(Form).text("q")
        expected = self._expected
        number = row_number(text)
        rows = [self._row(match, str(i)) for i, match in enumerate(expected, 1)]
        if text and (number is None or number > len(expected)):
            ranks = {match.id: rank for rank, match in enumerate(expected)}
            found = self.clinic.registry.find(text, limit=self.LIMIT, expected=ranks)
            rows = [self._row(match, "hoy" if match.expected else "") for match in found]
        lines = self.query_one(Lines)
        lines.empty_text = "Nadie se llama así." if text else "Hoy no se espera a nadie; escriba para buscar."
        lines.show([*rows, *self._new_row(text)], keep=False)
        if number is not None and number <= len(expected):
            lines.select(expected[number - 1].id)
        self._show_about(lines.current)

    def _row(self, match: Match, mark: str) -> Row:
        person, today = match.patient, self.clinic.desk.today()
        programmes = ", ".join(self._programmes.get(match.id, []))
        cells = [
            mark,
            person.name,
            show_patient_age(person, today),
            person.locality,
            programmes,
            person.clinic_number,
        ]
        return Row(match.id, cells, "dim" if person.died else "text", match.stored)

    def _new_row(self, text: str) -> list[Row]:
        if not text or row_number(text) or not self.clinic.desk.may("registrar_paciente"):
            return []
        who = parse_candidate(text, self.clinic.desk.today())
        name = " ".join(part for part in (who.given, who.surname1, who.surname2) if part)
        born = f", nac. {show_date(who.birth)}" if who.birth else ""
        return [Row(_NEW, ["+", f"Registrar a {name or 'alguien'}{born}", "", "", "", ""], "key")]

    def on_lines_highlighted(self, message: Lines.Highlighted) -> None:
        self._show_about(message.row)

    def _show_about(self, row: Row | None) -> None:
        self.query_one("#quien", Stripe).show([(" " + self._about(row), "dim")])

    def _about(self, row: Row | None) -> str:
        if row is None or row.data is None:
            return "Enter registra a la persona con lo que ya escribió." if row else ""
        person: Patient = row.data.record
        told = [SEX_WORDS[person.sex], f"nac. {show_date(person.birth)}"]
        told += [f"madre {person.mother_name}"] if person.mother_name else []
        told += [f"tel. {person.phone}"] if person.phone else []
        return " · ".join([*told, *self._programmes.get(row.key, [])])

    # -- choosing ----------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        self.query_one(Lines).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(Lines).action_page(by)

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self.query_one(Lines).action_choose()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.row.key == _NEW:
            self.action_register()
        else:
            self._take(message.row.data)

    def _take(self, stored: Stored[Patient]) -> None:
        app = self.ces_app
        if self._choose:
            self.dismiss(stored)
        else:
            self.dismiss(None)
            app.open_room("expediente", patient=stored)

    def action_register(self) -> None:
        def registered(stored: Stored[Patient] | None) -> None:
            if stored is not None:
                self._take(stored)

        self.ces_app.open_room("alta", text=self.query_one(Form).text("q"), choose=True, then=registered)

    def action_arrive(self) -> None:
        row = self.query_one(Lines).current
        if row is not None and row.data is not None:
            name = row.data.record.name
            self.service(lambda: self.clinic.waiting.arrive(row.key), lambda _: self.flash(f"Llegó {name}."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        if action == "arrive":
            return not self._choose and self.clinic.desk.may("llegada")
        return self.clinic.desk.may("registrar_paciente") if action == "register" else True
