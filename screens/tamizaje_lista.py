"""The list that the screening room begins with: what was left half done, what fits this person, and on request the rest."""

from __future__ import annotations

from ces_tui.base.clock import clinic_time
from ces_tui.base.dates import age_years, show_date
from ces_tui.base.errors import NotFound
from ces_tui.clinic import Clinic
from ces_tui.people.records import Patient
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.records import Screening
from ces_tui.vault.shelf import Stored
from screens.widgets.lines import Column, Heading, Lines, Row

_HELD = "draft:"


class InstrumentList(Lines):
    """Rows of half-done sheets (their `data` is the draft's id) and of instruments."""

    def __init__(self, *, id: str | None = None) -> None:
        columns = [Column("", 9), Column("", 24), Column("")]
        super().__init__(columns, empty="No hay instrumentos para esta edad; «t» los muestra todos.", id=id)

    @property
    def held(self) -> str:
        """The draft of the row with the cursor, or empty."""
        row = self.current
        return str(row.data) if row is not None and row.key.startswith(_HELD) else ""

    def fill(self, clinic: Clinic, patient: Stored[Patient], *, everything: bool) -> None:
        """Read the drafts and the last results anew."""
        rows: list[Row | Heading] = []
        if held := clinic.screenings.held(patient.id):
            rows.append(Heading("A medias"))
            for draft, answering in held:
                when = clinic_time(draft.saved)
                count = len(answering.answers)
                answers = "1 respuesta" if count == 1 else f"{count} respuestas"
                done = f"{answers}, {show_date(when.date())} {when:%H:%M}"
                title = _title(clinic, answering.instrument)
                rows.append(Row(_HELD + draft.id, [title, "seguir", done], data=draft.id))
            rows.append(Heading("Nuevo"))
        offered = [i for i in clinic.instruments.all() if _offers(i, clinic, patient.record)]
        last = clinic.screenings.latest(patient.id) if clinic.desk.may("ver_reservado") else {}
        rows += [_row(i, last.get(i.id)) for i in offered]
        if everything:
            rows.append(Heading("Los demás", "fuera de edad o con el texto por confirmar"))
            rows += [_row(i, last.get(i.id)) for i in clinic.instruments.all() if i not in offered]
        if broken := clinic.instruments.broken():
            rows.append(Heading("Archivos que no se usan", "avise a la coordinación"))
            rows += [Heading(sentence) for sentence in broken]
        self.show(rows)


def _offers(instrument: Instrument, clinic: Clinic, patient: Patient) -> bool:
    ages = instrument.source.ages
    age = age_years(patient.birth, clinic.desk.today())
    fits = ages is None or (ages.min <= age and (ages.max is None or age <= ages.max))
    return instrument.confirmed_text and fits


def _row(instrument: Instrument, last: Stored[Screening] | None) -> Row:
    note = "" if instrument.confirmed_text else "texto por confirmar"
    band = instrument.band_named(last.record.band) if last else None
    if last and band and not note:
        note = f"{show_date(last.record.day)}: {last.record.total}, {band.name}"
    return Row(instrument.id, [instrument.title, instrument.source.about, note], data=instrument)


def _title(clinic: Clinic, instrument: str) -> str:
    try:
        return clinic.instruments.get(instrument).title
    except NotFound:
        return instrument
