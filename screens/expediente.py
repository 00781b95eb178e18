"""Expediente: who this is and what is open, in one look; below, everything that happened, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container

from ces_tui.base.errors import CesError
from ces_tui.consult.events import FILTER_WORDS, Event, filtered
from ces_tui.consult.mistakes import MARKABLE
from ces_tui.consult.summary import Summary
from ces_tui.guidance.records import Outcome
from ces_tui.people.access import ChartRestricted
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.acceso import ask_reason, ask_restriction
from screens.expediente_rows import summary_lines, timeline_rows
from screens.room import Command, Room
from screens.rooms import ROOMS
from screens.widgets.lines import Column, Lines
from screens.widgets.paper import Paper


class Expediente(Room):
    """The chart of one patient."""

    room = "expediente"
    CSS_PATH = "expediente.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    HELP_TEXT = (
        "Arriba, lo que está abierto: alertas, alergias, problemas, programas, medicamentos y últimos signos. Abajo, todo lo "
        "ocurrido, lo más nuevo primero; Enter abre un registro para leerlo. Lo registrado por error no se borra: queda "
        "tachado con su motivo. Cada lectura queda anotada."
    )
    BINDINGS = [
        Binding("c", "room('consulta')", "consulta", id="expediente.consulta", tooltip="Abre la consulta."),
        Binding("s", "room('signos')", "signos", id="expediente.signos", tooltip="Toma signos vitales."),
        Binding("t", "room('tamizaje')", "tamizaje", id="expediente.tamizaje", tooltip="Aplica un tamizaje."),
        Binding("u", "urgent", "nota urgente", id="expediente.urgente", tooltip="Escribe una nota urgente: lo que puede quien no hace la consulta."),
        Binding("p", "room('protocolos')", "protocolo", id="expediente.protocolo", tooltip="Corre un protocolo con este paciente."),
        Binding("a", "addendum", "adenda", id="expediente.adenda", tooltip="Agrega una adenda al registro elegido."),
        Binding("b", "break_glass", "abrir lo reservado", id="expediente.reservado", tooltip="Abre lo reservado con un motivo, por quince minutos."),
        Binding("x", "mark_error", "por error", id="expediente.error", tooltip="Marca el registro elegido como hecho por error."),
        Binding("v", "trends", "tendencias", id="expediente.tendencias", tooltip="Dibuja presión, peso, glucosa y tamizajes."),
        Binding("l", "allergies", "alergias", id="expediente.alergias", tooltip="Anota o descarta alergias."),
        Binding("k", "room('crecimiento')", "crecimiento", id="expediente.crecimiento", tooltip="Curvas de crecimiento (menores de 19 años)."),
        Binding("f", "filter", "filtrar", id="expediente.filtrar", tooltip="Muestra sólo un tipo de registros; otra vez, el siguiente."),
        Binding("r", "restrict", "reservar", id="expediente.reservar", show=False, tooltip="Reserva este expediente, o quita la reserva."),
        Binding("w", "who", "quién lo abrió", id="expediente.accesos", show=False, tooltip="Quién abrió y escribió en este expediente."),
        Binding("i", "paper", "imprimir", id="expediente.imprimir", tooltip="Receta, nota y hojas: verlas, imprimirlas o guardarlas cifradas."),
        Binding("m", "room('embarazo')", "embarazo", id="expediente.embarazo", tooltip="Embarazo: fechas, controles, ultrasonido."),
        Binding("d", "room('laboratorio')", "laboratorio", id="expediente.laboratorio", tooltip="Anota resultados de laboratorio."),
        Binding("h", "room('historia')", "historia", id="expediente.historia", tooltip="Lee o escribe la historia clínica."),
        Binding("g", "room('plan')", "plan de seguridad", id="expediente.plan", tooltip="Abre el plan de seguridad."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        """With `draft`, an addendum half written goes on."""
        super().__init__(patient)
        self._draft = draft
        self._asking = False
        self._filter = ""
        self._events: list[Event] = []

    def body(self) -> ComposeResult:
        columns = [Column("", 10), Column("", 14), Column()]
        with Container(id="sheet"):
            yield Paper(id="summary")
            yield Lines(
                columns,
                empty="Todavía no hay nada en este expediente.",
                help_text="Enter abre el registro para leerlo; «a» agrega una adenda; «x» lo marca por error.",
                id="timeline",
            )

    def on_ready(self) -> None:
        self.query_one(Lines).focus()
        if self._draft:
            self.call_after_refresh(self._resume)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None and not self._asking:
            self.reload()

    def reload(self) -> None:
        """Read the chart anew; a restricted one asks for a reason first."""
        clinic, patient = self.clinic, self.patient.id

        def read() -> tuple[Summary, list[Event]]:
            return clinic.chart.summary(patient), clinic.chart.timeline(patient)

        self.service(read, self._show, failed=self._refused, name="expediente")

    def _refused(self, error: CesError) -> None:
        if isinstance(error, ChartRestricted) and self.clinic.desk.may("abrir_reservado"):
            self.query_one(Lines).show([])
            self._asking = True  # coming back from the question is no reason to ask it again
            ask_reason(self, self._opened, lambda: self.dismiss(None))
        else:
            self.show_error(error)

    def _opened(self) -> None:
        self._asking = False
        self.show_bars()
        self.reload()

    def _show(self, found: tuple[Summary, list[Event]]) -> None:
        summary, events = found
        self.query_one("#summary", Paper).show(summary_lines(summary), keep=True)
        self._events = events
        self.query_one(Lines).show(timeline_rows(filtered(events, self._filter)))

    # -- the line with the cursor ------------------------------------------------------------------------------

    @property
    def event(self) -> Event | None:
        """The record that the cursor stands on, or whose addendum it stands on."""
        row = self.query_one(Lines).current
        return row.data if row is not None else None

    def on_lines_highlighted(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        may, event = self.clinic.desk.may, self.event
        if action == "room":
            return self._may_enter(str(parameters[0]))
        if action == "break_glass":
            return self._may_ask
        if action == "restrict":
            return may("restringir")
        if action == "who":
            return may("ver_accesos")
        if action == "urgent":
            return may("nota_urgente") and not may("consulta")  # a note is a consult for who may make one
        if action == "addendum":
            return (
                (may("adenda") or may("docencia"))
                and event is not None
                and not event.reserved
                and event.type in ADDABLE
            )
        if action == "mark_error":
            return may("marcar_error") and markable(event)
        if action == "allergies":
            return may("alergia")
        if action == "paper":
            return may("imprimir")
        return super().check_action(action, parameters)

    def _may_enter(self, name: str) -> bool:
        """Whether the role may enter this room and the room is one for this patient."""
        action, patient = ROOMS[name].action, self.patient.record
        if name == "crecimiento" and not self.clinic.growth.fits(patient):
            return False
        if name == "embarazo" and not self.clinic.pregnancies.fits(patient):
            return False
        return action is None or self.clinic.desk.may(action)

    # -- keys --------------------------------------------------------------------------------------------------

    def action_room(self, name: str) -> None:
        then = self._protocol_done if name == "protocolos" else None
        self.ces_app.open_room(name, patient=self.patient, then=then)

    def _protocol_done(self, outcome: Outcome | None) -> None:
        """A result is for a note: it opens the consult with it."""
        if outcome is not None and self.clinic.desk.may("consulta"):
            self.ces_app.open_room("consulta", patient=self.patient, outcome=outcome)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        event = message.row.data
        if event.reserved:
            words = "Es un asunto reservado: lo abre el pasante o la supervisión"
            self.flash(words + (", o usted con un motivo (B)." if self._may_ask else "."), "aviso")
            return
        if event.type in WHOLE and event.void is None:
            self.ces_app.open_room(WHOLE[event.type], patient=self.patient)
            return
        from screens.expediente_registro import Registro

        self.app.push_screen(Registro(self.patient, event))

    def action_filter(self) -> None:
        """The next kind of records that this chart has; after the last one, all again."""
        kinds = list(FILTER_WORDS)
        at = kinds.index(self._filter)
        left = [*kinds[at + 1 :], *kinds[: at + 1]]
        self._filter = next(k for k in left if not k or filtered(self._events, k))
        self.query_one(Lines).show(timeline_rows(filtered(self._events, self._filter)))
        self.flash(f"Se muestra: {FILTER_WORDS[self._filter]}.")

    def commands(self) -> Iterable[Command]:
        from screens.expediente_identidad import commands

        return commands(self)

    def action_addendum(self) -> None:
        from screens.expediente_adenda import Adenda

        if self.event is not None:
            self.app.push_screen(Adenda(self.patient, self.event.id, self.event.type))

    def _resume(self) -> None:
        from screens.expediente_adenda import Adenda

        self.app.push_screen(Adenda(self.patient, draft=self._draft))
        self._draft = ""

    def action_mark_error(self) -> None:
        from screens.expediente_error import PorError

        if self.event is not None:
            self.app.push_screen(PorError(self.patient, self.event))

    def action_trends(self) -> None:
        from screens.expediente_tendencias import Tendencias

        self.app.push_screen(Tendencias(self.patient))

    @property
    def _may_ask(self) -> bool:
        """Whether something may be reserved here that a reason would open to the person at the desk."""
        desk = self.clinic.desk
        return desk.may("abrir_reservado") and not desk.knows(self.patient.id)

    def action_break_glass(self) -> None:
        ask_reason(self, self._opened)

    def action_restrict(self) -> None:
        ask_restriction(self, self.reload)

    def action_who(self) -> None:
        from screens.auditoria import Auditoria

        self.app.push_screen(Auditoria(self.patient))

    def action_urgent(self) -> None:
        from screens.expediente_adenda import Adenda

        self.app.push_screen(Adenda(self.patient, self.patient.id, "patient"))

    def action_paper(self) -> None:
        """The receta of the visit that the cursor stands on, of the newest one where it stands on something else."""
        event = self.event
        visit = event.id if event is not None and event.type == "consult" and not event.reserved else ""
        self.ces_app.open_room("imprimir", patient=self.patient, consult=visit)

    def action_allergies(self) -> None:
        from screens.expediente_alergias import Alergias

        self.app.push_screen(Alergias(self.patient), partial(self._changed))

    def _changed(self, _result: object) -> None:
        self.reload()


WHOLE = {"history": "historia", "pregnancy": "embarazo"}
"""Records that are read in a room of their own."""
ADDABLE = frozenset({"consult", "dispense", "screening", "plan", "vitals", "prenatal", "lab"})
"""What an addendum may follow from here."""


def markable(event: Event | None) -> bool:
    if event is None or event.void is not None or event.reserved:
        return False
    return event.type == "consult" or event.type in MARKABLE
