"""Embarazo: how far it is and why, what is due, the visits; from here it is dated, followed and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.dates import show_date
from ces_tui.care.calculators_gestation import show_gestation
from ces_tui.care.pregnancies import CERTAINTY_WORDS, OUTCOME_WORDS, Pregnancy
from ces_tui.clinic import Clinic
from ces_tui.maternal.records import PrenatalCheck
from ces_tui.maternal.rules import calendar, history_line, marks, next_visit, said, stage
from ces_tui.people.records import Patient
from ces_tui.vault.shelf import Stored
from screens.room import Room
from screens.widgets.paper import Paper, Para


@dataclass(frozen=True)
class Found:
    """What the chart holds: the open pregnancy with its visits, and the earlier ones."""

    open: Stored[Pregnancy] | None
    checks: list[Stored[PrenatalCheck]]
    earlier: list[Pregnancy]
    told: str
    """What the chart says of a pregnancy that has no record yet."""


class Embarazo(Room):
    """The pregnancy of one patient."""

    room = "embarazo"
    CSS_PATH = "embarazo.tcss"
    HELP_TEXT = (
        "Arriba, la edad gestacional, la fecha probable de parto y el porqué de esa fecha: el primer ultrasonido cambia la de la "
        "menstruación sólo si difiere más que la tabla de CES. Las medidas del feto van en «u», nunca en los signos de la madre. "
        "Un dato de alarma abre una alerta con responsable. «f» anota cómo terminó."
    )
    BINDINGS = [
        Binding("n", "dates", "embarazo nuevo o fechas", id="embarazo.fechas", tooltip="Anota un embarazo, o cambia sus fechas y antecedentes."),
        Binding("k", "check", "control", id="embarazo.control", tooltip="Fondo, latido fetal, datos de alarma."),
        Binding("u", "scan", "ultrasonido", id="embarazo.ultrasonido", tooltip="Medidas del feto y edad por ultrasonido."),
        Binding("s", "signs", "signos", id="embarazo.signos", tooltip="Signos vitales de la madre."),
        Binding("f", "end", "terminó", id="embarazo.fin", tooltip="Anota el parto u otro fin."),
        Binding("q", "app.back", "cerrar", id="embarazo.cerrar", show=False, tooltip="Vuelve al expediente."),
    ]  # fmt: skip

    def __init__(self, patient: Stored[Patient], *, draft: str = "") -> None:
        """With `draft`, a form half written goes on."""
        super().__init__(patient)
        self._found: Found | None = None
        self._draft = draft

    def body(self) -> ComposeResult:
        yield Paper(id="sheet")

    def on_ready(self) -> None:
        self.query_one(Paper).focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.ces_app.clinic is not None:
            clinic, patient = self.clinic, self.patient.id
            self.service(lambda: read(clinic, patient), self._show, name="embarazo")

    def _show(self, found: Found) -> None:
        self._found = found
        self.query_one(Paper).show(lines(found, self.clinic.desk.today()), keep=True)
        self.refresh_bindings()
        if self._draft:
            draft, self._draft = self._draft, ""
            self._resume(draft)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.is_mounted or self.ces_app.clinic is None:
            return True
        may, is_open = self.clinic.desk.may, self._found is not None and self._found.open is not None
        if action == "dates":
            return may("consulta") and self.clinic.pregnancies.fits(self.patient.record)
        if action in {"check", "scan"}:
            return is_open and may("signos")
        if action == "end":
            return is_open and may("consulta")
        return may("signos") if action == "signs" else super().check_action(action, parameters)

    def action_dates(self) -> None:
        from screens.embarazo_fechas import Fechas

        if self._found is not None:
            self.app.push_screen(Fechas(self.patient, self._found.open))

    def action_check(self) -> None:
        from screens.embarazo_control import Control

        self.app.push_screen(Control(self.patient))

    def action_scan(self) -> None:
        from screens.embarazo_control import Ultrasonido

        self.app.push_screen(Ultrasonido(self.patient))

    def action_end(self) -> None:
        from screens.embarazo_fechas import Fin

        if self._found is not None and self._found.open is not None:
            self.app.push_screen(Fin(self.patient, self._found.open))

    def action_signs(self) -> None:
        self.ces_app.open_room("signos", patient=self.patient)

    def _resume(self, draft: str) -> None:
        """The form that the draft belongs to, by the fields it holds."""
        from screens.embarazo_control import Control, Ultrasonido
        from screens.embarazo_fechas import Fechas, Fin

        data, found = self.clinic.vault.drafts.get(draft).data, self._found
        assert found is not None
        if "crl_mm" in data:
            self.app.push_screen(Ultrasonido(self.patient, draft=draft))
        elif "fundal_cm" in data:
            self.app.push_screen(Control(self.patient, draft=draft))
        elif "outcome" in data and found.open is not None:
            self.app.push_screen(Fin(self.patient, found.open, draft=draft))
        else:
            self.app.push_screen(Fechas(self.patient, found.open, draft=draft))


def read(clinic: Clinic, patient: str) -> Found:
    """The pregnancies of a chart."""
    service = clinic.pregnancies
    every, state = service.all(patient), service.state(patient)
    current = next((p for p in reversed(every) if p.record.ended is None), None)
    return Found(
        current,
        service.checks(patient, current.id) if current else [],
        [p.record for p in every if p.record.ended is not None],
        state.where if state.pregnant and not state.record else "",
    )


def lines(found: Found, today: date) -> list[Para]:
    """The whole sheet."""
    shown: list[Para] = []
    if found.open is not None:
        shown += _dated(found.open.record, today)
        shown += _visits(found)
        shown += _background(found.open.record)
    else:
        said_so = f" Está como embarazada por: {found.told}." if found.told else ""
        shown.append(Para(f"Sin embarazo abierto.{said_so} «n» anota uno.", "warn" if found.told else "dim"))
    for past in reversed(found.earlier):
        when = show_date(past.ended) if past.ended else ""
        note = f" · {past.end_note}" if past.end_note else ""
        shown.append(Para(f"{when}  {OUTCOME_WORDS.get(past.outcome, '')}{note}", mark="Anterior  "))
    return shown


def _dated(pregnancy: Pregnancy, today: date) -> list[Para]:
    dating = pregnancy.dating
    if dating is None:
        return [
            Para("Sin fecha: falta la última menstruación o un ultrasonido.", "warn"),
            Para("La última menstruación se anota con «n»; el ultrasonido con «u».", "dim"),
        ]
    by = "ultrasonido" if dating.basis == "us" else "última menstruación"
    shown = [
        Para(
            f"{show_gestation(max(dating.days(today), 0))} semanas · FPP {show_date(dating.due)} · por {by}",
            "title",
        )
    ]
    if told := stage(dating, today):
        shown.append(Para(told, "bad" if "Post" in told or "revise" in told else "strong"))
    shown += [Para(why, mark="  ") for why in dating.why]
    if dating.warning:
        shown.append(Para(dating.warning, "warn", mark="! "))
    shown.append(Para("Qué toca", "title"))
    shown.append(Para(f"Próximo control: a más tardar el {show_date(next_visit(dating, today))}", mark="  "))
    shown += [Para(due.text, "strong" if due.now else "text", mark="  ") for due in calendar(dating, today)]
    return shown


def _visits(found: Found) -> list[Para]:
    count = len(found.checks)
    shown = [Para(f"Controles: {count}" if count else "Controles: ninguno todavía («k»)", "title")]
    for stored in reversed(found.checks):
        check = stored.record
        weeks = f" ({show_gestation(check.gestation_days)})" if check.gestation_days is not None else ""
        shown.append(
            Para(said(check), "bad" if check.danger else "text", mark=f"  {show_date(check.day)}{weeks}  ")
        )
        shown += [Para(mark, "warn", mark="      ! ") for mark in marks(check)]
    return shown


def _background(pregnancy: Pregnancy) -> list[Para]:
    parts = [
        ("Antecedentes", history_line(pregnancy)),
        ("Menstruación", CERTAINTY_WORDS.get(pregnancy.lmp_certainty, "")),
        (
            "Planeado",
            {True: "sí", False: "no"}.get(pregnancy.planned, "") if pregnancy.planned is not None else "",
        ),
        ("Riesgos", pregnancy.risks),
        ("Plan de parto", pregnancy.birth_place),
    ]
    shown = [Para("Este embarazo", "title")]
    shown += [Para(text, mark=f"  {name:<14}") for name, text in parts if text]
    return shown if len(shown) > 1 else []
