"""Agenda: who missed their appointment and who is due, by date."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date, show_day_long
from ces_tui.care.agenda import Agenda as AgendaService
from ces_tui.care.agenda import AppointmentLine
from ces_tui.care.records import PROGRAMME_WORDS, SENSITIVE_PROGRAMMES, Appointment
from screens.room import Room
from screens.widgets.fields import Option, parse_day
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Choice, ReasonPrompt

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored

_AHEAD = 31
_LEVELS = (
    "Faltaron hace menos de 7 días",
    "Faltaron hace 7 días o más",
    "Faltaron hace 14 días o más",
    "Faltaron hace 28 días o más",
)


class Agenda(Room):
    """The list of appointments of the next month and of those missed."""

    room = "agenda"
    HELP_TEXT = (
        "Primero quienes faltaron, del retraso mayor al menor; después las citas de hoy y de los próximos 31 días. "
        "R cambia la fecha, X cancela con su motivo, L anota que llegó, A que se avisó al acompañante; P deja un solo programa y "
        "O a quienes visita un acompañante. "
        "Los asuntos reservados muestran sólo número y fecha y no aparecen al filtrar por programa."
    )
    BINDINGS = [
        Binding("n", "new", "nueva cita", id="agenda.nueva", tooltip="Da una cita a un paciente."),
        Binding("r", "move", "cambiar fecha", id="agenda.fecha", tooltip="Cambia la fecha de la cita."),
        Binding("x", "cancel", "cancelar cita", id="agenda.cancelar", tooltip="Cancela la cita, con su motivo."),
        Binding("l", "arrive", "llegó", id="agenda.llego", tooltip="Anota que el paciente llegó."),
        Binding("a", "call", "avisar", id="agenda.avisar", tooltip="Anota que se avisó al acompañante, cómo y qué resultó."),
        Binding("p", "programme", "programa", id="agenda.programa", tooltip="Muestra un solo programa, o todos."),
        Binding("o", "companion", "acompañante", id="agenda.acompanante", tooltip="Muestra sólo a quienes visita un acompañante, o a todos."),
        Binding("i", "paper", "lista del día", id="agenda.lista", tooltip="La lista del día y los formatos en blanco, para imprimir."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient] | None = None) -> None:
        super().__init__(patient)
        self._programme = ""
        self._companion = ""
        self._companions: list[str] = []

    def body(self) -> ComposeResult:
        yield Lines(
            [Column("", 10), Column(), Column("", 24, wide=True), Column()], empty="No hay citas pendientes."
        )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        self.reload()

    def reload(self) -> None:
        """Read the agenda anew."""
        agenda, today = self.clinic.agenda, self.clinic.desk.today()
        self.service(
            lambda: (agenda.missed(at_least=0), agenda.between(today, today + timedelta(days=_AHEAD))),
            self._show,
        )

    def _show(self, found: tuple[list[AppointmentLine], list[AppointmentLine]]) -> None:
        self._companions = sorted({line.companion for lines in found for line in lines if line.companion})
        missed, due = (self._wanted(lines) for lines in found)
        rows: list[Row | Heading] = []
        for level, lines in groupby(
            sorted(missed, key=lambda line: -line.late), key=lambda line: line.missed
        ):
            rows.append(Heading(_LEVELS[level]))
            rows += [self._row(line, f"{line.late} d") for line in lines]
        for day, lines in groupby(due, key=lambda line: line.due):
            rows.append(Heading(("Hoy, " if day == self.clinic.desk.today() else "") + show_day_long(day)))
            rows += [self._row(line, "") for line in lines]
        self.query_one(Lines).show(rows)

    def _wanted(self, lines: list[AppointmentLine]) -> list[AppointmentLine]:
        return [
            line
            for line in lines
            if (not self._programme or line.programme == self._programme)
            and (not self._companion or line.companion == self._companion)
        ]

    def _row(self, line: AppointmentLine, late: str) -> Row:
        cells = [
            late or show_date(line.due),
            line.who,
            line.about,
            (f"avisado {line.called:%d/%m} · " if line.called else "")
            + line.what
            + (f" · era el {show_date(line.due)}" if late else ""),
        ]
        return Row(line.id, cells, "warn" if line.missed >= 2 else "text", line)

    # -- the line with the cursor ------------------------------------------------------------------------------

    @property
    def line(self) -> AppointmentLine | None:
        row = self.query_one(Lines).current
        return row.data if row and isinstance(row.data, AppointmentLine) else None

    def _open_line(self) -> AppointmentLine | None:
        """The line, unless it is a reserved matter that this person may not know."""
        line = self.line
        if line is not None and line.reserved and not self.clinic.desk.may("ver_reservado"):
            self.flash("Es un asunto reservado: lo abre el pasante o la supervisión.", "aviso")
            return None
        return line

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if (line := self._open_line()) is not None:
            self.ces_app.open_room("expediente", patient=self.clinic.registry.get(line.patient))

    def action_arrive(self) -> None:
        if (line := self._open_line()) is not None:
            self.service(
                partial(self.clinic.waiting.arrive, line.patient), lambda _: self.flash(f"Llegó {line.who}.")
            )

    def action_cancel(self) -> None:
        if (line := self._open_line()) is None:
            return

        def told(why: str | None) -> None:
            if why is not None:
                self.service(
                    lambda: self.clinic.agenda.cancel(line.patient, self._stored(line), why), self._again
                )

        self.app.push_screen(ReasonPrompt(f"Cancelar la cita de {line.who}", "Motivo"), told)

    def action_move(self) -> None:
        if (line := self._open_line()) is None:
            return

        def told(text: str | None) -> None:
            if text is not None:
                self.service(lambda: self._moved(self.clinic.agenda, line, text), self._again)

        says = ["Fecha nueva, o +7 (en siete días), +4s (en cuatro semanas)."]
        self.app.push_screen(ReasonPrompt(f"Otra fecha para {line.who}", "Fecha", says=says, least=2), told)

    def _moved(self, agenda: AgendaService, line: AppointmentLine, text: str) -> object:
        day = parse_day(text, self.clinic.desk.today(), field="due")
        return agenda.move(line.patient, self._stored(line), day)

    def _stored(self, line: AppointmentLine) -> Stored[Appointment]:
        return next(a for a in self.clinic.agenda.all(line.patient) if a.id == line.id)

    def action_new(self) -> None:
        def chosen(stored: Stored[Patient] | None) -> None:
            if stored is not None:
                self.app.push_screen(
                    ReasonPrompt(
                        f"Cita para {stored.record.name}",
                        "Fecha",
                        says=["Por ejemplo +28 o 18/12/2026."],
                        least=2,
                    ),
                    partial(self._set, stored),
                )

        self.ces_app.open_room("buscar", choose=True, then=chosen)

    def _set(self, stored: Stored[Patient], text: str | None) -> None:
        if text is not None:
            today = self.clinic.desk.today()
            self.service(
                lambda: self.clinic.agenda.set(stored.id, parse_day(text, today, field="due")), self._again
            )

    def action_paper(self) -> None:
        self.ces_app.open_room("imprimir")

    def action_programme(self) -> None:
        options = [Option("", "Todos", letter="t")]
        options += [
            Option(key, words.capitalize())
            for key, words in PROGRAMME_WORDS.items()
            if key not in SENSITIVE_PROGRAMMES
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._programme = key
                self.flash(f"Sólo {PROGRAMME_WORDS[key]}." if key else "Todos los programas.")
                self.reload()

        self.app.push_screen(Choice("¿Qué programa?", options), chosen)

    def action_companion(self) -> None:
        if not self._companions:
            self.flash("Nadie de esta lista tiene acompañante anotado (se anota en sus datos).", "aviso")
            return
        names = {str(n): name for n, name in enumerate(self._companions, 1)}
        options = [Option("", "Todos", letter="t"), *(Option(key, name) for key, name in names.items())]

        def chosen(key: str | None) -> None:
            if key is not None:
                self._companion = names.get(key, "")
                self.flash(f"A quienes visita {names[key]}." if key else "Todos los acompañantes.")
                self.reload()

        self.app.push_screen(Choice("¿Qué acompañante?", options), chosen)

    def action_call(self) -> None:
        if (line := self._open_line()) is None:
            return
        from screens.agenda_aviso import Aviso, Told

        stored = self._stored(line)

        def told(typed: Told | None) -> None:
            if typed is not None:
                self.service(
                    lambda: self.clinic.agenda.call(line.patient, stored, typed.to, typed.how, typed.said),
                    self._again,
                )

        companion = self.clinic.agenda.companion(line.patient)
        self.app.push_screen(Aviso(line.who, companion, stored.record.calls, reserved=line.reserved), told)

    def _again(self, _: object) -> None:
        self.flash("Guardado.")
        self.reload()
