"""Hoy as plain text: what the first screen shows, for a command line without a terminal."""

from __future__ import annotations

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import show_date, show_day_long
from ces_tui.base.text import for_screen
from ces_tui.care.records import CAME_WORDS, GRAVITY_WORDS, STATE_WORDS
from ces_tui.care.today import TodayView
from ces_tui.clinic import Clinic

_SHOWN = 10


def today_lines(clinic: Clinic) -> list[str]:
    """The whole of Hoy for the person at the desk; a demo says so first."""
    view = clinic.today.view()
    head = f"{clinic.name} · {show_day_long(view.day)} · {clinic.me.name}"
    lines = ["DATOS INVENTADOS", head] if clinic.demo else [head]
    for title, body in (
        ("Sala de espera", _waiting(view)),
        ("Alertas abiertas", _alerts(view)),
        ("Citas de hoy", [f"{line.who} · {line.what}" for line in view.due]),
        ("Citas perdidas", [f"{line.who} · {line.what} · hace {line.late} días" for line in view.missed]),
        ("Existencias", view.stock),
        ("Mis borradores", [_draft(line.what, line.who, line.title) for line in view.drafts]),
    ):
        lines += ["", f"{title} ({len(body)})", *(f"  {line}" for line in body[:_SHOWN])]
        if len(body) > _SHOWN:
            lines.append(f"  … y {len(body) - _SHOWN} más")
    lines += ["", *_course(view)]
    return [for_screen(line) for line in lines]


def _waiting(view: TodayView) -> list[str]:
    return [
        f"{clinic_time(line.at):%H:%M}  {line.who} · {line.about} · {STATE_WORDS[line.state]}"
        f" · {CAME_WORDS.get(line.came, line.came)}"
        for line in view.waiting
    ]


def _alerts(view: TodayView) -> list[str]:
    return [
        f"{GRAVITY_WORDS[line.gravity]}  {line.who} · {line.what} · para el {show_date(line.due)}"
        for line in view.alerts
    ]


def _draft(what: str, who: str, title: str) -> str:
    return " · ".join(part for part in (what, who, title) if part)


def _course(view: TodayView) -> list[str]:
    lines = []
    if view.course and view.course_days is not None:
        lines.append(f"Próximo curso: {show_date(view.course)} (faltan {view.course_days} días)")
    if view.copied:
        lines.append(f"Última copia fuera de esta computadora: {show_date(view.copied)}")
    else:
        lines.append("Todavía no hay copia fuera de esta computadora.")
    return lines
