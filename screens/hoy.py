"""Hoy, the first room: who waits, what is dangerous, who is due, what is unfinished. One list; from 100 columns its detail beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import Resize

from ces_tui.base.dates import show_date
from ces_tui.care.agenda import AppointmentLine
from ces_tui.care.alerts import REVIEW_KIND, AlertLine
from ces_tui.care.records import STATE_WORDS, Alert, ArrivalState
from ces_tui.care.today import DraftLine, TodayView
from ces_tui.care.waiting import WaitingLine
from screens.ahead import ROOMS_AHEAD, import_ahead
from screens.ajustes_avisos import home_line
from screens.hoy_rows import MOST, More, copy_words, count_words, course_words, detail, rows_of
from screens.room import Room
from screens.widgets.fields import Option, parse_day
from screens.widgets.ink import Span, Stripe
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Choice, Confirm, ReasonPrompt
from screens.widgets.paper import Paper

if TYPE_CHECKING:
    from ces_tui.people.records import Patient
    from ces_tui.vault.shelf import Stored

_QUIET = 0.6
"""Seconds after Hoy opens, when its first reading is over."""


class Hoy(Room):
    """The list of the day and what can be done with each line."""

    room = "hoy"
    HELP_TEXT = (
        "Todo lo de hoy en una lista: alertas abiertas, sala de espera, citas de hoy y faltas, sus borradores y avisos de farmacia. "
        "Tab salta a la siguiente parte. Enter abre el renglón. Un «asunto reservado» muestra sólo número y fecha; "
        "lo abre quien puede conocerlo."
    )
    BINDINGS = [
        Binding("l", "arrive", "llegada", id="hoy.llegada", tooltip="Anota que un paciente llegó."),
        Binding("s", "vitals", "signos", id="hoy.signos", tooltip="Toma signos al paciente del renglón."),
        Binding("c", "consult", "consulta", id="hoy.consulta", tooltip="Abre la consulta del paciente del renglón."),
        Binding("e", "state", "estado", id="hoy.estado", tooltip="Cambia dónde está el paciente: espera, consulta, terminado…"),
        Binding("x", "close_alert", "cerrar alerta", id="hoy.cerrar", tooltip="Cierra la alerta del renglón, con su motivo."),
        Binding("d", "discard", "descartar", id="hoy.descartar", tooltip="Borra el borrador del renglón, después de preguntar."),
        Binding("n", "register", "alta", id="hoy.alta", tooltip="Registra a un paciente nuevo."),
        Binding("a", "agenda", "agenda", id="hoy.agenda", tooltip="Citas por fecha y quienes faltaron."),
        Binding("i", "paper", "imprimir", id="hoy.imprimir", tooltip="La receta del paciente del renglón; sin paciente, la lista del día y los formatos."),
        Binding("k", "course", "curso", id="hoy.curso", show=False, tooltip="Anota la fecha del próximo curso."),
        Binding("tab", "panel(1)", "siguiente parte", id="hoy.parte", show=False, priority=True, tooltip="Salta a la siguiente parte de la lista."),
        Binding("shift+tab", "panel(-1)", "parte anterior", id="hoy.parte_anterior", show=False, tooltip="Salta a la parte anterior."),
    ]  # fmt: skip
    CSS_PATH = "hoy.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._view: TodayView | None = None
        self._kind: type | None = None
        self._everything = False
        self._programmes: dict[str, list[str]] = {}

    def body(self) -> ComposeResult:
        yield Stripe(id="resumen")
        yield Stripe(id="avisos")
        with Horizontal():
            yield Lines(
                [Column("", 8), Column(), Column(), Column("", 11, right=True)],
                empty="Leyendo…",
                help_text="Enter abre el renglón; L anota una llegada; S toma signos; C abre la consulta.",
            )
            yield Paper(id="detalle")

    def on_ready(self) -> None:
        self.query_one("#avisos").display = False
        self.query_one("#detalle").can_focus = False
        self.query_one("#detalle").display = self.app.size.width >= 100
        self.clinic.registry.warm()
        self.query_one(Lines).focus()
        self.set_interval(60, self._minute)
        self.set_timer(_QUIET, lambda: import_ahead(*ROOMS_AHEAD))

    def _minute(self) -> None:
        """How long people have waited goes on."""
        if self.is_current and self.ces_app.clinic is not None:
            self.reload()

    def on_screen_resume(self) -> None:
        if self.ces_app.clinic is not None:
            self.reload()

    def on_resize(self, event: Resize) -> None:
        self.query_one("#detalle").display = event.size.width >= 100

    def reload(self) -> None:
        """Read the day anew."""
        clinic = self.clinic
        self.service(
            lambda: (clinic.today.view(), clinic.programmes.listed(), home_line(clinic)),
            self._show,
            name="hoy",
        )

    def _show(self, found: tuple[TodayView, dict[str, list[str]], Span]) -> None:
        view, self._programmes, (notice, ink) = found
        course, copy = course_words(view), copy_words(view)
        line: list[Span] = [(f" {course}  ", "text"), (copy, "bad" if view.copy_is_old else "dim")]
        banner = self.query_one("#avisos", Stripe)
        banner.display = bool(notice)
        banner.show([(f" {notice}", ink)])
        self.query_one("#resumen", Stripe).show(count_words(view), line)
        first = self._view is None
        self._view = view
        lines = self.query_one(Lines)
        lines.show(self._rows())
        if first and view.waiting:
            lines.select(f"w{view.waiting[0].id}")

    def _rows(self) -> list[Row | Heading]:
        if self._view is None:
            return []
        now, person = self.clinic.desk.now(), self.clinic.person_name
        return rows_of(self._view, now, person, everything=self._everything)

    # -- the line with the cursor ------------------------------------------------------------------------------

    @property
    def line(self) -> object:
        """What the cursor stands on: a line of one of the services, or nothing."""
        row = self.query_one(Lines).current
        return row.data if row else None

    def on_lines_highlighted(self, message: Lines.Highlighted) -> None:
        kind = type(message.row.data) if message.row else None
        if kind is not self._kind:
            self._kind = kind
            self.refresh_bindings()
        paper = self.query_one("#detalle", Paper)
        if paper.display:
            line = message.row.data if message.row else None
            paper.show(detail(self.clinic, line, self._programmes))

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        match message.row.data:
            case WaitingLine() as line:
                self._chart(line.patient)
            case AppointmentLine() as line:
                self._appointment(line)
            case AlertLine() as line:
                self._alert(line)
            case DraftLine() as line:
                self._draft(line)
            case More(what=what):
                self._everything = True
                at = self._more_from(what)
                lines = self.query_one(Lines)
                lines.show(self._rows())
                lines.select(at)
            case _:
                self.ces_app.open_room("farmacia")

    def _more_from(self, what: str) -> str:
        """Key of the first line that was not shown."""
        assert self._view is not None
        return f"a{self._view.alerts[MOST].id}" if what == "alertas" else f"m{self._view.missed[MOST].id}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        may = self.clinic.desk.may
        match action:
            case "arrive":
                return may("llegada")
            case "vitals":
                return may("signos")
            case "consult":
                return may("consulta")
            case "state":
                return may("llegada") and isinstance(self.line, WaitingLine)
            case "close_alert":
                return may("alertas") and isinstance(self.line, AlertLine)
            case "discard":
                return isinstance(self.line, DraftLine)
            case "register":
                return may("registrar_paciente")
            case "paper":
                return may("imprimir")
            case "agenda" | "course":
                return may("citas")
            case _:
                return True

    # -- actions -----------------------------------------------------------------------------------------------

    def action_panel(self, by: int) -> None:
        """To the first line of the next part that has any."""
        lines = self.query_one(Lines)
        groups = _groups(self._rows())
        here = lines.current.key if lines.current else ""
        at = next((i for i, keys in enumerate(groups) if here in keys), -1)
        if groups:
            lines.select(groups[(at + by) % len(groups)][0])

    def action_arrive(self) -> None:
        if isinstance(self.line, AppointmentLine) and not self.line.reserved:
            self._arrived(self.clinic.registry.get(self.line.patient))
        else:
            self.ces_app.open_room("buscar", choose=True, then=self._arrived)

    def _arrived(self, stored: Stored[Patient] | None) -> None:
        if stored is None:
            return

        def said(_: object) -> None:
            self.flash(f"Llegó {stored.record.name}.")
            self.reload()

        self.service(partial(self.clinic.waiting.arrive, stored.id), said)

    def action_vitals(self) -> None:
        self._with_patient("signos")

    def action_consult(self) -> None:
        self._with_patient("consulta")

    def action_state(self) -> None:
        line = self.line
        if not isinstance(line, WaitingLine):
            return
        options = [Option(key, words.capitalize()) for key, words in STATE_WORDS.items()]

        def chosen(state: str | None) -> None:
            here = self.clinic.waiting.of_today(line.patient)
            if state is not None and here is not None:
                new: ArrivalState = state  # type: ignore[assignment]
                self.service(partial(self.clinic.waiting.move, line.patient, here, new), self._again)

        self.app.push_screen(Choice(f"¿Dónde está {line.who}?", options), chosen)

    def action_close_alert(self) -> None:
        line = self.line
        if isinstance(line, AlertLine) and line.reserved:
            self._alert(line)  # what it is decides how it ends: a plan, an answer read, a reason
        elif isinstance(line, AlertLine):
            self._close_alert(line)

    def action_discard(self) -> None:
        line = self.line
        if not isinstance(line, DraftLine):
            return

        def sure(yes: bool | None) -> None:
            if yes:
                self.service(partial(self.clinic.vault.drafts.drop, line.id), self._again)

        says = [f"{line.who or 'Sin paciente'}: {line.what}. Lo escrito se pierde."]
        self.app.push_screen(Confirm("¿Descartar el borrador?", says, yes="Descartar", no="Conservar"), sure)

    def action_register(self) -> None:
        self.ces_app.open_room("alta")

    def action_agenda(self) -> None:
        self.ces_app.open_room("agenda")

    def action_paper(self) -> None:
        self._with_patient("imprimir")

    def action_course(self) -> None:
        says = ["Día en que empieza, por ejemplo 03/12/2026 o +14 (en catorce días)."]

        def told(text: str | None) -> None:
            if text is not None:
                courses, today = self.clinic.today.courses, self.clinic.desk.today()
                self.service(lambda: courses.set(parse_day(text, today, field="starts")), self._again)

        self.app.push_screen(ReasonPrompt("Próximo curso", "Fecha", says=says, least=2), told)

    # -- opening -----------------------------------------------------------------------------------------------

    def _again(self, _: object) -> None:
        self.flash("Guardado.")
        self.reload()

    def _person(self) -> str:
        """The patient of the line, '' for none or a reserved matter that this person may not open."""
        match self.line:
            case WaitingLine(patient=patient):
                return patient
            case (
                AppointmentLine(patient=patient, reserved=reserved)
                | AlertLine(patient=patient, reserved=reserved)
            ):
                return patient if not reserved or self.clinic.desk.may("ver_reservado") else ""
            case DraftLine(patient=patient):
                return patient
            case _:
                return ""

    def _with_patient(self, room: str) -> None:
        patient = self._person()
        self.ces_app.open_room(room, patient=self.clinic.registry.get(patient) if patient else None)

    def _chart(self, patient: str) -> None:
        self.ces_app.open_room("expediente", patient=self.clinic.registry.get(patient))

    def _appointment(self, line: AppointmentLine) -> None:
        if line.reserved and not self.clinic.desk.may("ver_reservado"):
            self.flash("Es un asunto reservado: lo abre el pasante o la supervisión.", "aviso")
        else:
            self._chart(line.patient)

    def _alert(self, line: AlertLine) -> None:
        def read(stored: Stored[Alert]) -> None:
            self._ask_alert(line, stored.record.text, stored.record.kind)

        self.service(partial(self.clinic.alerts.read, line), read)

    def _ask_alert(self, line: AlertLine, text: str, kind: str) -> None:
        does: dict[str, tuple[str, Callable[[], None]]] = {
            "expediente": ("Abrir el expediente", partial(self._chart, line.patient)),
            "cerrar": ("Cerrar la alerta, con su motivo", partial(self._close_alert, line)),
        }
        if any(a.id == line.id for a in self.clinic.safety.open_alerts(line.patient)):
            plan = partial(self.ces_app.open_room, "plan", patient=self.clinic.registry.get(line.patient))
            does = {"plan": ("Abrir el plan de seguridad", plan), **does}
        if kind == REVIEW_KIND:
            review = partial(
                self.ces_app.open_room, "revision_casos", patient=self.clinic.registry.get(line.patient)
            )
            does = {"revision": ("Leer la respuesta", review), "expediente": does["expediente"]}
        note = f"Responde {self.clinic.person_name(line.owner)}; para el {show_date(line.due)}."

        def chosen(key: str | None) -> None:
            if key is not None:
                does[key][1]()

        options = [Option(key, words) for key, (words, _) in does.items()]
        self.app.push_screen(Choice(text or line.what, options, note=note), chosen)

    def _close_alert(self, line: AlertLine) -> None:
        def told(reason: str | None) -> None:
            if reason is not None:
                self.service(partial(self.clinic.alerts.close, line.patient, line.id, reason), self._again)

        title = f"Cerrar la alerta de {line.who}"
        self.app.push_screen(
            ReasonPrompt(title, "Motivo", says=["Qué se hizo; queda en el expediente con su nombre."]), told
        )

    def _draft(self, line: DraftLine) -> None:
        args: dict[str, Any] = {"draft": line.id}
        if line.patient:
            args["patient"] = self.clinic.registry.get(line.patient)
        self.ces_app.open_room(line.place, **args)


def _groups(rows: Sequence[Row | Heading]) -> list[list[str]]:
    """Keys of the rows below each heading, headings without rows left out."""
    groups: list[list[str]] = []
    for row in rows:
        if isinstance(row, Heading):
            groups.append([])
        elif groups:
            groups[-1].append(row.key)
    return [keys for keys in groups if keys]
