"""The chart as lines: the summary in one look, the timeline newest first, a record to read."""

from __future__ import annotations

from datetime import date

from ces_tui.base.dates import WEEKDAYS, show_date
from ces_tui.consult.chart import Note
from ces_tui.consult.events import Event
from ces_tui.consult.reading import followed, parts
from ces_tui.consult.summary import Summary
from ces_tui.pharmacy.rules import describe
from screens.widgets.lines import Heading, Row
from screens.widgets.paper import Para

ADDENDUM = "adenda:"
_MARK = 12


def summary_lines(summary: Summary) -> list[Para]:
    """Who this is and what is open; what is dangerous first."""
    lines = [_line("ALERTA", f"{a.text} (para {show_date(a.due)})", "bad") for a in summary.alerts]
    if summary.pregnancy:
        lines.append(_line("Embarazo", summary.pregnancy, "strong"))
    if summary.died:
        lines.append(_line("FALLECIÓ", summary.died, "bad"))
    if summary.also:
        lines.append(_line("También es", " · ".join(summary.also), "warn"))
    lines.append(_line("Alergias", summary.allergies, "bad" if summary.allergic else "text"))
    lines.append(_line("Problemas", " · ".join(summary.problems) or "ninguno anotado"))
    if summary.programmes:
        lines.append(_line("Programas", " · ".join(summary.programmes)))
    medicines = [f"{m.line.name}: {describe(m.line)}" for m in summary.medicines]
    lines += [_line("Toma ahora" if i == 0 else "", text) for i, text in enumerate(medicines)]
    if not medicines:
        lines.append(_line("Toma ahora", "nada recetado aquí"))
    lines.append(_line("Signos", _measured(summary) or "ninguno"))
    if summary.labs:
        lines.append(_line("Laboratorio", summary.labs))
    if summary.kidney:
        lines.append(_line("Riñón", summary.kidney))
    if summary.screenings:
        lines.append(_line("Tamizajes", " · ".join(summary.screenings)))
    lines += [_line(title[: _MARK - 2], text) for title, text in summary.sections]
    if summary.next is not None:
        due, reason = summary.next.record.due, summary.next.record.reason
        lines.append(_line("Próxima", f"{WEEKDAYS[due.weekday()]} {show_date(due)} {reason}".strip()))
    if summary.reserved:
        count = "1 asunto reservado" if summary.reserved == 1 else f"{summary.reserved} asuntos reservados"
        lines.append(_line("Además", count, "dim"))
    return lines


def timeline_rows(events: list[Event]) -> list[Row | Heading]:
    """One line an event, addenda below their record, a heading for each year; what is void is struck and says so."""
    rows: list[Row | Heading] = []
    year = 0
    for event in events:
        if event.day.year != year:
            year = event.day.year
            rows.append(Heading(str(year)))
        rows.append(_row(event))
        for n, added in enumerate(event.addenda):
            text = " ".join(added.text.split())
            rows.append(
                Row(
                    f"{ADDENDUM}{event.id}:{n}",
                    [show_date(added.day), f"  {added.title.lower().split()[0]}", text],
                    "dim",
                    event,
                )
            )
    return rows


def record_lines(event: Event, note: Note | None) -> list[Para]:
    """A record to read: the whole note, or what the timeline says of it with what followed."""
    if note is not None:
        return [p for part in parts(note) for p in _part(part.heading, part.lines, part.struck, part.loud)]
    lines: list[Para] = []
    if event.void is not None:
        lines += _part("REGISTRADO POR ERROR", (followed(event.void), event.void.reason), False, True)
    struck = event.void is not None
    lines += _part(event.title, (event.line,), struck, False)
    said = f"{event.author}, {show_date(event.day)}" if event.author else show_date(event.day)
    lines += _part("Quién y cuándo", (said,), struck, False)
    for added in event.addenda:
        because = (f"Motivo: {added.reason}",) if added.reason else ()
        lines += _part(f"{added.title} · {followed(added)}", (*because, added.text), False, False)
    return lines


def _measured(summary: Summary) -> str:
    """'23/10/2026 PA 147/95 · peso 58.8 kg; 10/07/2026 glucosa 98 mg/dL': each date once, the newest first."""
    days: dict[date, list[str]] = {}
    for m in summary.measures:
        days.setdefault(m.day, []).append(f"{m.name} {m.text}")
    return "; ".join(f"{show_date(day)} {' · '.join(days[day])}" for day in sorted(days, reverse=True))


def _line(mark: str, text: str, ink: str = "text") -> Para:
    return Para(text, ink, mark=mark.ljust(_MARK))


def _row(event: Event) -> Row:
    line = " ".join(event.line.split())
    if event.void is not None:
        why = f" ({event.void.reason})" if event.void.reason else ""
        line = f"POR ERROR{why} · {line}"
    ink = "struck" if event.void is not None else "dim" if event.reserved else "text"
    return Row(event.id, [show_date(event.day), event.title, line], ink, event)


def _part(heading: str, lines: tuple[str, ...], struck: bool, loud: bool) -> list[Para]:
    ink = "bad" if loud else "struck" if struck else "text"
    shown = [Para(heading, "bad" if loud else "title")]
    return [*shown, *(Para(line, ink, indent=2) for line in lines if line)]
