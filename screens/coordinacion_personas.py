"""Personas para las clínicas: supervisors and visitors whom the office lets in, by the next answer of each clinic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.office.records import ClinicStatus
from ces_tui.office.roster import ROLES as OFFICE_ROLES
from ces_tui.office.roster import Listed
from ces_tui.people.roles import ROLES
from screens.ajustes_persona import PhraseRoom
from screens.room import Room
from screens.widgets.fields import CheckField, ChoiceField, DateField, Field, Option, TextField
from screens.widgets.form import Form
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Choice, Confirm

_ALL = "todas"


@dataclass(frozen=True)
class _View:
    people: list[Listed] = field(default_factory=list)
    clinics: list[ClinicStatus] = field(default_factory=list)


class PersonasClinicas(Room):
    """The roster; Enter or `q` takes someone off, `a` adds."""

    room = "coordinacion"
    heading = "Personas para las clínicas"
    HELP_TEXT = (
        "Quien entra a varias clínicas se da de alta aquí una vez y escribe su propia frase. Puede entrar en cada clínica "
        "desde que ésta lee la siguiente respuesta de la oficina. Quitarla viaja por el mismo camino; cada clínica cambia "
        "después su llave."
    )
    BINDINGS = [
        Binding("a", "add", "agregar", id="personas.agregar", tooltip="Da acceso a una persona nueva."),
        Binding("q", "end", "quitar", id="personas.quitar", tooltip="Quita a la persona del renglón."),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._view = _View()

    def body(self) -> ComposeResult:
        yield Lines(
            [Column(""), Column("", 38)],
            empty="Leyendo…",
            help_text="Enter sobre una persona pregunta de qué clínicas se quita.",
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.look()

    def look(self) -> None:
        """Read the roster anew."""
        clinic = self.clinic
        self.service(
            lambda: _View(clinic.roster.listed(), clinic.office.status()), self._show, name="personas"
        )

    def _show(self, view: _View) -> None:
        self._view = view
        inside = [p for p in view.people if p.clinics]
        gone = [p for p in view.people if not p.clinics]
        rows: list[Row | Heading] = [Heading("Entran a las clínicas", str(len(inside)))]
        rows += [_row(p) for p in inside]
        rows.append(Row("agregar", ["Agregar a una persona…", ""]))
        if gone:
            rows += [Heading("Ya no entran", str(len(gone))), *(_row(p) for p in gone)]
        self.query_one(Lines).show(rows)
        self.refresh_bindings()

    def _chosen(self) -> Listed | None:
        row = self.query_one(Lines).current
        return row.data if row and isinstance(row.data, Listed) and row.data.clinics else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._chosen() is not None if action == "end" and self.is_mounted else True

    def on_lines_highlighted(self) -> None:
        self.refresh_bindings()

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.row.key == "agregar":
            self.action_add()
        else:
            self.action_end()

    # -- adding and taking off ---------------------------------------------------------------------------------

    def action_add(self) -> None:
        if not self._view.clinics:
            self.flash("Todavía no hay clínicas aceptadas: reciba primero un paquete de cada una.", "aviso")
            return

        def added(name: str | None) -> None:
            if name:
                self.flash(f"{name} entrará cuando cada clínica lea su próxima respuesta de la oficina.")
                self.look()

        self.app.push_screen(NuevaPersonaClinicas(self._view.clinics), added)

    def action_end(self) -> None:
        person = self._chosen()
        if person is None:
            return
        if len(person.clinics) == 1:
            self._confirm(person, ())
            return
        options = [Option(_ALL, "De todas"), *(Option(code, f"Sólo de {code}") for code in person.clinics)]
        self.app.push_screen(
            Choice(f"Quitar a {person.name}: ¿de qué clínicas?", options),
            lambda key: None if key is None else self._confirm(person, () if key == _ALL else (key,)),
        )

    def _confirm(self, person: Listed, clinics: tuple[str, ...]) -> None:
        where = ", ".join(clinics or person.clinics)
        says = [
            f"{person.name} deja de entrar en {where} cuando la clínica lea la próxima respuesta.",
            "Hasta entonces todavía puede entrar. Después cada clínica debe cambiar su llave: se lo dirá Ajustes.",
        ]
        self.app.push_screen(
            Confirm("Quitar de la lista", says, yes="Quitar"),
            lambda yes: self._end(person, clinics) if yes else None,
        )

    def _end(self, person: Listed, clinics: tuple[str, ...]) -> None:
        def ended(gone: Listed) -> None:
            left = f"; sigue entrando en {', '.join(gone.clinics)}" if gone.clinics else ""
            self.flash(f"{gone.name} queda fuera de {', '.join(clinics or person.clinics)}{left}.")
            self.look()

        self.service(lambda: self.clinic.roster.end(person.id, clinics), ended, name="quitar")


class NuevaPersonaClinicas(PhraseRoom):
    """Dismissed with the name of the person, or None."""

    room = "coordinacion"
    heading = "Agregar a una persona"
    HELP_TEXT = (
        "La persona escribe aquí su propia frase; nadie más la teclea por ella. Con Espacio se marca cada clínica en la "
        "que entra. Una visita tiene acceso hasta el último día que se anote."
    )

    def __init__(self, clinics: list[ClinicStatus]) -> None:
        super().__init__()
        self._clinics = clinics

    def own_fields(self) -> list[Field]:
        roles = [Option(role, ROLES[role].capitalize()) for role in OFFICE_ROLES]
        return [
            TextField("name", "Nombre y apellidos", width=40, required=True),
            ChoiceField("role", "Función", options=roles, required=True),
            DateField("until", "Hasta el día", hint="sólo visitas", help="El último día de una visita."),
            *(CheckField(f"c{c.store}", f"Entra en {c.clinic}", hint=c.name) for c in self._clinics),
        ]

    def action_save(self) -> None:
        form = self.query_one(Form)
        name, role = form.text("name"), form.text("role")
        if not name:
            raise BadInput("Escriba el nombre de la persona.", field="name")
        stores = [c.store for c in self._clinics if form.flag(f"c{c.store}")]
        if not stores:
            raise BadInput("Marque en qué clínicas entra.", field=f"c{self._clinics[0].store}")
        until, phrase = form.day("until", self.clinic.desk.today()), self.phrase()
        self.service(
            lambda: self.clinic.roster.add(name, role, phrase, stores, until=until),
            lambda info: self.dismiss(info.name),
            failed=self.refused,
            busy="Guardando…",
            name="agregar",
        )


def _row(person: Listed) -> Row:
    until = f", hasta el {show_date(date.fromisoformat(person.until))}" if person.until else ""
    where = ", ".join(person.clinics) or "en ninguna"
    return Row(f"p{person.id}", [person.name, f"{ROLES[person.role]}{until}: {where}"], data=person)
