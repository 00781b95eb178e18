"""A protocol's outcome as lines of the clinical note."""

from __future__ import annotations

from ces_tui.base.dates import show_number
from ces_tui.guidance.records import UNREVIEWED, Outcome, Treatment


def note_text(outcome: Outcome) -> str:
    """Classification, reasons, treatment with its maximum, referral, follow-up, source and version; no trailing blank."""
    lines = [f"Protocolo: {outcome.title} (versión {outcome.version})."]
    lines.append(f"Clasificación: {outcome.classification} [{outcome.colour}: {outcome.word}].")
    if outcome.why:
        lines.append("Por qué: " + "; ".join(w.rstrip(".") for w in outcome.why) + ".")
    lines += [f"Tratamiento: {dose_line(t)}." for t in outcome.treatment]
    if outcome.referral:
        lines.append(f"Referencia {outcome.referral.level}: {outcome.referral.text}")
    if outcome.follow_up_days is not None:
        lines.append(f"Seguimiento: {days_word(outcome.follow_up_days)}.")
    lines += [f"Indicación: {a}" for a in outcome.advice]
    if outcome.deviation:
        lines.append(f"Se apartó del protocolo. Motivo: {outcome.deviation}")
    lines.append(f"Fuente: {'; '.join(outcome.sources)}. {review_line(outcome)}")
    return "\n".join(lines)


def review_line(outcome: Outcome) -> str:
    """Who of CES reviewed the protocol, or that nobody has."""
    if outcome.reviewed_by:
        return f"Revisado por {outcome.reviewed_by}."
    return f"Protocolo {UNREVIEWED}."


def dose_line(t: Treatment) -> str:
    """'amoxicilina 292 mg oral cada 12 h por 5 días (máximo 1000 mg por dosis, 2000 mg al día)', without a full stop."""
    amount = f"{show_number(t.dose, 2)} {plural(t.unit, t.dose)}"
    text = f"{t.drug} {amount} {t.route} {rhythm(t)}"
    caps = f"máximo {show_number(t.max_dose, 2)} {plural(t.unit, t.max_dose)} por dosis"
    caps += f", {show_number(t.max_a_day, 2)} {plural(t.unit, t.max_a_day)} al día"
    text += f" ({caps})"
    if t.bottles:
        text += ": " + "; o ".join(b.text for b in t.bottles)
    if t.note:
        text += f". {t.note.rstrip('.')}"
    return text


def rhythm(t: Treatment) -> str:
    """'una sola dosis', 'cada 12 h por 5 días', '1 vez al día por 28 días'."""
    if t.times_a_day == 1 and t.days == 1:
        return "una sola dosis"
    if t.days == 1:
        return f"hasta {t.times_a_day} {'tomas' if t.route == 'oral' else 'aplicaciones'} hoy"
    if t.times_a_day == 1:
        return f"1 vez al día por {t.days} días"
    if 24 % t.times_a_day == 0:
        return f"cada {24 // t.times_a_day} h por {t.days} días"
    return f"{t.times_a_day} veces al día por {t.days} días"


def days_word(days: int) -> str:
    """'volver en 2 días', 'volver mañana', 'revalorar hoy mismo'."""
    if days == 0:
        return "revalorar hoy mismo"
    return "volver mañana" if days == 1 else f"volver en {days} días"


def plural(unit: str, amount: float) -> str:
    """The unit as written after `amount`: '1 disparo', '2 disparos', '250 mg'."""
    return unit + "s" if unit in {"disparo", "tableta"} and amount != 1 else unit
