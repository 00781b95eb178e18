"""What a protocol reads like: the whole of it, and one outcome. Headings, marks and tables drawn as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from ces_tui.base.dates import show_date, show_number
from ces_tui.guidance.note import days_word, plural, review_line, rhythm
from ces_tui.guidance.pathway import Medicine, Pathway, Text
from ces_tui.guidance.records import COLOURS, UNREVIEWED, WORDS, Outcome, Treatment
from ces_tui.guidance.runner import cite, fill
from screens.widgets.ink import wrap
from screens.widgets.paper import Para

INK = {1: "ok", 2: "warn", 3: "bad"}


def reading(pathway: Pathway) -> list[Para]:
    """The whole protocol, to be read."""
    out = [Para(pathway.title, "title"), Para(pathway.who, "dim")]
    out.append(Para(f"Versión {pathway.version}, {_day(pathway.date)}."))
    out.append(_review(pathway.reviewed_by))
    for section in pathway.sections:
        out += [Para(), Para(section.title, "title")]
        out += [Para(_sourced(pathway, line), mark="• ") for line in section.lines]
    out += [Para(), Para("Clasificación y qué sigue", "title")]
    inks = [INK[rule.gravity] for rule in pathway.rules]
    heads = ("Color", "Clasificación", "Referencia", "Control")
    out += _table(heads, (9, 41, 11, 12), _rules(pathway), inks)
    out += [Para(), Para("Medicamentos", "title")]
    out += _table(
        ("Medicamento", "Dosis", "Cuándo", "Máximo", "Fuente"), (15, 11, 19, 19, 8), _medicines(pathway)
    )
    out += [Para(), Para("Cuándo referir", "title"), *_referrals(pathway)]
    out += [Para(), Para("Cifras", "title")]
    rows = [
        (f"{show_number(f.value, 2)} {f.unit}", f.text, f"{f.source} ({f.certainty})")
        for f in pathway.figures.values()
    ]
    out += _table(("Cifra", "Qué es", "Fuente"), (16, 48, 10), rows)
    if pathway.pending:
        out += [Para(), Para("Por confirmar: no se usa en ningún cálculo", "warn")]
        out += [Para(f"{t.text} [{t.source}, U]", mark="? ") for t in pathway.pending]
    out += [Para(), Para("Fuentes", "title")]
    out += [Para(f"{s.id}: {s.text}, {s.year} ({s.certainty})", mark="• ") for s in pathway.sources.values()]
    out.append(Para("V: leído en la fuente. K: bien establecido. U: por confirmar.", "dim"))
    return out


def result(outcome: Outcome, today: date) -> list[Para]:
    """One outcome: colour and word, classification, reasons, treatment with its maximum, referral, follow-up, source."""
    ink = INK[outcome.gravity]
    out = [
        Para(f"{COLOURS[outcome.gravity].upper()}: {WORDS[outcome.gravity]}", ink, mark="■ "),
        Para(outcome.classification, "strong"),
        Para(),
        Para("Por qué", "title"),
        *(Para(w, mark="• ") for w in outcome.why),
    ]
    if outcome.referral:
        out += [
            Para(),
            Para(f"Referencia {outcome.referral.level}", "bad" if outcome.gravity == 3 else "warn"),
        ]
        out.append(Para(outcome.referral.text, indent=2))
    if outcome.treatment:
        out += [Para(), Para("Tratamiento", "title")]
        for line in outcome.treatment:
            out += _treatment(line)
    out.append(Para())
    if outcome.follow_up_days is not None:
        back = show_date(today + timedelta(days=outcome.follow_up_days))
        out.append(Para(f"Seguimiento: {days_word(outcome.follow_up_days)} ({back}).", "strong"))
    out += [Para(a, mark="• ") for a in outcome.advice]
    if outcome.deviation:
        out += [Para(), Para(f"Se apartó del protocolo: {outcome.deviation}", "warn")]
    out += [Para(), Para("Con estos datos", "title"), Para("; ".join(outcome.answers), "dim", 2)]
    out += [Para(), Para(f"Fuente: {'; '.join(outcome.sources)}.", "dim")]
    out.append(
        Para(
            f"{outcome.title}, versión {outcome.version}, {_day(outcome.date)}. {review_line(outcome)}", "dim"
        )
    )
    return out


def _treatment(line: Treatment) -> Iterator[Para]:
    amount = f"{show_number(line.dose, 2)} {plural(line.unit, line.dose)}"
    yield Para(f"{line.drug} {amount}, {line.route}, {rhythm(line)}", "strong", mark="» ")
    most = f"{show_number(line.max_dose, 2)} {plural(line.unit, line.max_dose)} por dosis"
    most += f", {show_number(line.max_a_day, 2)} {plural(line.unit, line.max_a_day)} al día"
    yield Para(f"{line.rule}. Máximo {most}.", indent=2)
    for bottle in line.bottles:
        yield Para(bottle.text, "ok", 2, mark="= ")
    if line.note:
        yield Para(line.note, indent=2)
    yield Para(line.source, "dim", 2)


def _rules(pathway: Pathway) -> Iterator[tuple[str, ...]]:
    for rule in pathway.rules:
        control = (
            "" if rule.follow_up is None else days_word(int(rule.follow_up.value)).removeprefix("volver ")
        )
        level = rule.referral.level if rule.referral else ""
        yield COLOURS[rule.gravity], fill(pathway, rule.classification, {}), level, control


def _medicines(pathway: Pathway) -> Iterator[tuple[str, ...]]:
    for m in pathway.medicines.values():
        yield m.drug, _dose(m), _when(m), _most(m), cite(pathway, m.source.split(",")[0], m.certainty)


def _dose(m: Medicine) -> str:
    figure = m.per_kg or m.fixed
    assert figure is not None
    return f"{show_number(figure.value, 2)} {figure.unit}"


def _when(m: Medicine) -> str:
    times = int(m.times_a_day.value)
    if m.days and m.days.value == 1:
        return "una sola dosis" if times == 1 else f"hasta {times} veces hoy"
    often = f"cada {24 // times} h" if 24 % times == 0 and times > 1 else f"{times} vez al día"
    return f"{often}, {int(m.days.value)} días" if m.days else f"{often}, hasta el control"


def _most(m: Medicine) -> str:
    day = m.max_day or m.max_day_per_kg
    assert day is not None
    each = f"{show_number(m.max_dose.value, 2)} por dosis, " if m.max_dose else ""
    return f"{each}{show_number(day.value, 2)} {day.unit} al día"


def _referrals(pathway: Pathway) -> Iterator[Para]:
    for level, ink in (("urgente", "bad"), ("ordinaria", "warn")):
        parts = [(fill(pathway, r.classification, {}), r.referral) for r in pathway.rules]
        parts += [(fill(pathway, e.because, {}), e.referral) for e in pathway.extras]
        found = [(what, ref.text) for what, ref in parts if ref and ref.level == level]
        if found:
            yield Para(level.capitalize(), ink)
        for what, text in found:
            yield Para(f"{what}: {fill(pathway, text, {})}", indent=2, mark="• ")


def _table(
    heads: Sequence[str], widths: Sequence[int], rows: Iterable[tuple[str, ...]], inks: Sequence[str] = ()
) -> list[Para]:
    """Rows of cells under a thin line, each in its ink; a long cell goes on in the next line."""
    rule = "─" * (sum(widths) + len(widths) - 1)
    out = [Para(_cells(heads, widths), "dim", drawn=True), Para(rule, "dim", drawn=True)]
    for n, row in enumerate(rows):
        parts = [wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
        for i in range(max(map(len, parts))):
            line = _cells([p[i] if i < len(p) else "" for p in parts], widths)
            out.append(Para(line, inks[n] if inks else "text", drawn=True))
    return out


def _cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _sourced(pathway: Pathway, line: Text) -> str:
    return f"{fill(pathway, line.text, {})} [{line.source}, {line.certainty}]"


def _review(reviewed_by: str | None) -> Para:
    if reviewed_by:
        return Para(f"Revisado por {reviewed_by}.", "ok")
    return Para(UNREVIEWED.capitalize() + ": es un apoyo; la decisión es de quien atiende.", "warn")


def _day(iso: str) -> str:
    return show_date(date.fromisoformat(iso))
