"""What the sections of a note measure that is kept elsewhere, so that each fact has one place: laboratory results, a fetus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.care.labs import Lab, Labs, check, doubt
from ces_tui.care.shelves import live
from ces_tui.consult.questions import Question, elsewhere, question, section_of
from ces_tui.consult.records import Consult, Finding
from ces_tui.maternal.pregnancies import Pregnancies
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.maternal.rules import refuse_impossible
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the answers of one note went."""

    labs: tuple[str, ...] = ()
    scan: str = ""


def kept_here(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The answers that the note itself holds."""
    return tuple(f for f in findings if not _asked(f).elsewhere)


def results(findings: Iterable[Finding], day: date) -> list[Lab]:
    """The answers that are laboratory results; BadInput for a value without how it was read, or the other way."""
    values: dict[str, Finding] = {}
    methods: dict[str, Finding] = {}
    for finding in findings:
        if kind := _asked(finding).lab:
            (methods if _asked(finding).method else values)[kind] = finding
    needed = {q.lab: q for q in elsewhere() if q.method}
    for kind, asked in needed.items():
        if kind in values and kind not in methods:
            raise BadInput(f"{asked.label}: diga en cuál se leyó.", field=asked.id)
        if kind in methods and kind not in values:
            value = next(q for q in elsewhere() if q.lab == kind and not q.method)
            raise BadInput(f"{value.label}: falta el valor.", field=value.id)
    return [
        Lab(
            day=day,
            kind=kind,  # type: ignore[arg-type]
            value=float(f.value),
            method=str(methods[kind].value) if kind in methods else "",
        )
        for kind, f in values.items()
    ]


def scan_of(findings: Iterable[Finding]) -> FetalScan | None:
    """The answers that are measures of a fetus; None without any."""
    taken = {_asked(f).scan: f.value for f in findings if _asked(f).scan}
    if not taken:
        return None
    days = taken.pop("gestation_days", None)
    return FetalScan(gestation_days=None if days is None else round(float(days)), **taken)  # type: ignore[arg-type]


def shown(labs: Iterable[Lab], scan: FetalScan | None) -> list[Finding]:
    """What is kept elsewhere as answers of the sections, to be read in the note."""
    found = []
    for lab in labs:
        for asked in (q for q in elsewhere() if q.lab == lab.kind):
            value = lab.method if asked.method else lab.value
            if value != "":
                found.append(_finding(asked, value))
    for asked in (q for q in elsewhere() if q.scan and scan is not None):
        if (measure := getattr(scan, asked.scan)) is not None:
            found.append(_finding(asked, float(measure)))
    return found


class Measured:
    """Keeps what a note measures, and reads it back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labs, self._pregnancies = Labs(desk), Pregnancies(desk)

    def check(self, patient: str, findings: Sequence[Finding]) -> None:
        """What `keep` would refuse, with the question as its field; nothing is written."""
        person = self._desk.vault.shelf("patient", Patient).get(patient).record
        for lab in results(findings, self._desk.today()):
            try:
                check(lab, person, self._desk.today())
            except BadInput as bad:
                raise Refused(str(bad), field=_field(findings, lab=lab.kind)) from None
        scan = scan_of(findings)
        if scan is None:
            return
        if self._pregnancies.current(patient) is None:
            raise Refused(
                "Las medidas del feto se guardan con su embarazo, y no hay uno abierto: anótelo en Embarazo.",
                field=_field(findings, scan=True),
            )
        try:
            refuse_impossible(PrenatalCheck(day=self._desk.today(), scan=scan))
        except BadInput as bad:
            raise Refused(str(bad), field=_field(findings, scan=True)) from None

    def doubts(self, findings: Sequence[Finding]) -> list[str]:
        """What is rare, to be looked at once more before signing."""
        return [told for lab in results(findings, self._desk.today()) if (told := doubt(lab))]

    def keep(self, patient: str, note: str, findings: Sequence[Finding]) -> Kept:
        """Store the results and the fetal measures, naming the note; one that is there already today is taken as it is."""
        today = [s for s in self._labs.all(patient) if s.record.day == self._desk.today()]
        ids, new = [], []
        for lab in results(findings, self._desk.today()):
            same = next((s.id for s in today if _same(s.record, lab)), "")
            if same:
                ids.append(same)
            else:
                new.append(msgspec.structs.replace(lab, source=note))
        if new:
            rare = {lab.kind for lab in new if doubt(lab)}
            ids += [stored.id for stored in self._labs.add(patient, new, confirmed=rare)]
        scan = scan_of(findings)
        if scan is None:
            return Kept(tuple(ids))
        visit = PrenatalCheck(day=self._desk.today(), scan=scan, source=note)
        return Kept(tuple(ids), self._pregnancies.check(patient, visit).stored.id)

    def of_note(self, patient: str, note: Consult) -> list[Finding]:
        """What this note points to, as answers."""
        labs = self._desk.vault.shelf("lab", Lab, patient=patient)
        found = [stored.record for i in note.labs if (stored := labs.find(i)) is not None]
        visits = self._desk.vault.shelf("prenatal", PrenatalCheck, patient=patient)
        visit = visits.find(note.scan) if note.scan else None
        return shown(found, visit.record.scan if visit else None)

    def last(self, patient: str) -> list[tuple[Finding, date]]:
        """The newest of each, wherever it was written."""
        labs = self._labs.last(patient)
        found = [(f, labs[_asked(f).lab].day) for f in shown(labs.values(), None)]
        scans = [s.record for s in live(self._desk, "prenatal", PrenatalCheck, patient) if s.record.scan]
        newest = max(scans, key=lambda c: (c.day, c.at), default=None)
        if newest is not None and newest.scan is not None:
            found += [(f, newest.scan.day or newest.day) for f in shown((), newest.scan)]
        return found


def _asked(finding: Finding) -> Question:
    found = question(finding.name)
    if found is None:
        raise NotFound("Es una pregunta de otra versión.")
    return found


def _finding(asked: Question, value: float | str) -> Finding:
    return Finding(section=section_of(asked.id), name=asked.id, value=value, reserved=asked.reserved)


def _same(kept: Lab, lab: Lab) -> bool:
    return (kept.kind, kept.value, kept.method) == (lab.kind, lab.value, lab.method)


def _field(findings: Sequence[Finding], *, lab: str = "", scan: bool = False) -> str:
    """The question to which the cursor goes."""
    return next(
        (
            f.name
            for f in findings
            if (_asked(f).scan if scan else _asked(f).lab == lab and not _asked(f).method)
        ),
        "",
    )
