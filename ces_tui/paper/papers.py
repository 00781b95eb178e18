"""Papers: gathers what a sheet needs from the record, and lets it out. Each way out is noted as a read before it happens."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path

from ces_tui.base.errors import BadInput, DiskProblem, NotFound
from ces_tui.care.agenda import Agenda
from ces_tui.care.allergies import Allergies
from ces_tui.care.problems import Problems
from ces_tui.care.programmes import Programmes
from ces_tui.care.vitals import VitalsService
from ces_tui.care.waiting import WaitingRoom
from ces_tui.consult.chart import Chart, Note
from ces_tui.consult.consults import Consults
from ces_tui.consult.history import Histories
from ces_tui.paper import formatos, outlets
from ces_tui.paper.common import Author, Desktop, allergies
from ces_tui.paper.historia import Known, historia, hoja_frontal
from ces_tui.paper.listas import lista
from ces_tui.paper.nota import nota
from ces_tui.paper.receta import receta
from ces_tui.paper.records import LAYOUTS, Block, Layout, Ready, Referral
from ces_tui.paper.referencia import referencia
from ces_tui.paper.settings import PaperSettings, known_units
from ces_tui.paper.typeset import pdf
from ces_tui.paper.wording import moment
from ces_tui.people.audit_acts import PRINT, write_act
from ces_tui.people.desk import Desk
from ces_tui.people.records import Patient
from ces_tui.people.roles import ROLES
from ces_tui.pharmacy.dispensing import Dispensing
from ces_tui.screening.instruments import Instruments

FORMS = ("consulta", "signos", "phq9", "gad7")
"""Blank forms for days without power."""


class Papers:
    """`receta(patient)`, `nota(patient, consult)`, … make a sheet; `print`, `seal_to` and `write_clear` let it out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.settings = PaperSettings(desk)
        self._chart = Chart(desk)

    # -- sheets ------------------------------------------------------------------------------------------------

    def receta(self, patient: str, consult: str = "") -> Ready:
        """The receta of a consult, of the newest one with medicines by itself; NotFound when there is none."""
        found = self._patient(patient)
        note = self._note(patient, consult, prescribed=True)
        sheet = receta(self._desktop(), found, note, self._allergies(patient), self._author(note))
        return Ready(sheet=sheet, part="receta", patients=(patient,))

    def nota(self, patient: str, consult: str = "", layout: Layout | None = None) -> Ready:
        """The note of a consult (the newest one by itself) in a layout (the clinic's own by itself)."""
        found = self._patient(patient)
        chosen = layout or self.settings.layout()
        if chosen not in LAYOUTS:
            raise BadInput(f"No hay un formato «{chosen}». Hay: {', '.join(LAYOUTS)}.", field="layout")
        note = self._note(patient, consult)
        words = known_units()["layouts"][chosen]
        sheet = nota(
            self._desktop(), found, note, self._allergies(patient), self._author(note), chosen, words
        )
        return Ready(sheet=sheet, part="nota", patients=(patient,))

    def hoja_frontal(self, patient: str) -> Ready:
        """The first sheet of the paper chart."""
        sheet = hoja_frontal(self._desktop(), self._known(patient))
        return Ready(sheet=sheet, part="hoja frontal", patients=(patient,))

    def historia(self, patient: str) -> Ready:
        """The clinical history as it was signed last; what nobody answered is left to the pen."""
        known = self._known(patient)
        stored = Histories(self.desk).get(patient)
        written = stored.record if stored else None
        signer = self._signer(written.author) if written else self._me()
        sheet = historia(self._desktop(), known, signer, written)
        return Ready(sheet=sheet, part="historia clínica", patients=(patient,))

    def referencia(self, patient: str, referral: Referral | None = None, consult: str = "") -> Ready:
        """A referral letter on the newest consult; without any consult its summary is left to the pen."""
        known = self._known(patient)
        note = None
        with contextlib.suppress(NotFound):
            note = self._note(patient, consult)
        if consult and note is None:
            raise NotFound("No se encontró esa consulta.")
        sheet = referencia(self._desktop(), known, note, referral or Referral(), self._me())
        return Ready(sheet=sheet, part="referencia", patients=(patient,))

    def lista(self, day: date | None = None) -> Ready:
        """Arrivals (of today) and appointments of a day; a reserved one by clinic number alone."""
        self.desk.require("imprimir")
        today = self.desk.today()
        on = day or today
        waiting = WaitingRoom(self.desk).today() if on == today else []
        due = Agenda(self.desk).due_on(on)
        sheet = lista(self._desktop(), on, waiting, due)
        shown = dict.fromkeys([*(w.patient for w in waiting), *(a.patient for a in due)])
        return Ready(sheet=sheet, part="lista del día", patients=tuple(shown), chart=False)

    def formato(self, kind: str) -> Ready:
        """A blank form of `FORMS`; NotFound for another."""
        self.desk.require("imprimir")
        if kind not in FORMS:
            raise NotFound(f"No hay un formato «{kind[:20]}». Hay: {', '.join(FORMS)}.")
        desktop = self._desktop()
        if kind == "consulta":
            sheet = formatos.consulta(desktop)
        elif kind == "signos":
            sheet = formatos.signos(desktop)
        else:
            sheet = formatos.tamizaje(desktop, Instruments().get(kind))
        return Ready(sheet=sheet, part="formato", chart=False)

    # -- ways out ----------------------------------------------------------------------------------------------

    def print(self, ready: Ready, *, printer: str = "", copies: int = 1) -> None:
        """To the printer; PrinterProblem when it is not taken, DiskProblem when the read can't be noted first."""
        self._require(ready)
        paper = pdf(ready.sheet)
        self._told(ready, "impresora")
        outlets.send(paper, printer=printer, copies=copies)

    def seal_to(self, ready: Ready, folder: Path) -> Path:
        """As an .age file that this laptop, the clinic's others, the office and its escrow key open; its path."""
        self._require(ready)
        paper = pdf(ready.sheet)
        self._told(ready, "cifrada en una memoria")
        stem = f"{self.desk.vault.clinic_code.lower()}-hoja"
        return outlets.seal_to(folder, stem, paper, self._recipients())

    def write_clear(self, ready: Ready, path: Path) -> Path:
        """As a clear PDF where the person said, readable by its owner only; BadInput when something is there already."""
        self._require(ready)
        paper = pdf(ready.sheet)
        self._told(ready, "archivo sin cifrar")
        return _write_new(path, paper)

    def print_sealed(self, path: Path, *, printer: str = "") -> None:
        """Print an .age file that another laptop wrote for this one."""
        self.desk.require("imprimir")
        outlets.send(self.unseal(path), printer=printer)

    def unseal(self, path: Path) -> bytes:
        """The PDF inside an .age file of ours; BundleRefused when it is not for this laptop."""
        self.desk.require("imprimir")
        device = self.desk.vault.device
        return outlets.unseal(path, [device.x.private_bytes_raw()])

    def write_unsealed(self, path: Path, to: Path) -> Path:
        """The PDF inside such a file as a clear one; BadInput when something is there already."""
        return _write_new(to, self.unseal(path))

    # -- parts -------------------------------------------------------------------------------------------------

    def _patient(self, patient: str) -> Patient:
        self.desk.require("imprimir")
        self.desk.require_chart(patient)
        return self.desk.vault.shelf("patient", Patient).get(patient).record

    def _note(self, patient: str, consult: str, *, prescribed: bool = False) -> Note:
        if not consult:
            found = Consults(self.desk).of(patient)
            fitting = [c for c in found if c.record.prescription or not prescribed]
            if not fitting:
                what = "una consulta con receta" if prescribed else "consultas"
                raise NotFound(f"Este expediente no tiene {what} que usted pueda abrir.")
            consult = fitting[0].id
        note = self._chart.note(patient, consult)
        if prescribed and not note.stored.record.prescription:
            raise NotFound("Esa consulta no tiene receta.")
        return note

    def _known(self, patient: str) -> Known:
        record = self._patient(patient)
        problems, programmes = Problems(self.desk), Programmes(self.desk)
        taken = VitalsService(self.desk).before(patient)
        return Known(
            patient=record,
            on=self.desk.today(),
            moment=moment(self.desk.now()),
            allergies=self._allergies(patient),
            problems=[p.record for p in problems.all(patient)],
            programmes=[p.record for p in programmes.open(patient)],
            medicines=[m.line for m in Dispensing(self.desk).current(patient)],
            visits=[e for e in self._chart.timeline(patient) if e.type == "consult"],
            vitals=taken[0] if taken else None,
            hidden=problems.hidden(patient) + programmes.hidden(patient),
        )

    def _allergies(self, patient: str) -> Block:
        state = Allergies(self.desk).state(patient)
        return allergies(state.sentence, known=bool(state.known), asked=state.asked)

    def _signer(self, person: str) -> Author:
        return Author(self._chart.name(person), self.settings.licence(person))

    def _author(self, note: Note) -> Author:
        return Author(note.author, self.settings.licence(note.stored.record.author))

    def _me(self) -> Author:
        me = self.desk.me
        return Author(me.name, self.settings.licence(me.id))

    def _desktop(self) -> Desktop:
        clinic, me = self.desk.vault.header.clinic, self.desk.me
        printed = f"Impreso {moment(self.desk.now())} por {me.name} ({ROLES.get(me.role, me.role)})"
        return Desktop(self.settings.unit(), clinic.name, printed, clinic.demo)

    def _recipients(self) -> list[bytes]:
        """This laptop and the clinic's others, the office and its escrow key: whoever opens the clinic's bundles."""
        header = self.desk.vault.header
        fixed = [part.x for part in (header.office, header.escrow) if part is not None]
        keys = [bytes.fromhex(x) for x in (*fixed, *(d.x for d in header.devices))]
        own = self.desk.vault.device.x.public_key().public_bytes_raw()
        return list(dict.fromkeys([own, *keys]))

    def _require(self, ready: Ready) -> None:
        """Asked again at the way out: who sits at the desk, or what a reason opened, may have changed since."""
        self.desk.require("imprimir")
        for patient in ready.patients if ready.chart else ():
            self.desk.require_chart(patient)

    def _told(self, ready: Ready, where: str) -> None:
        """Who let out what and where to, on the disk before the paper is: a disk that takes no entry lets nothing out."""
        if not ready.patients:
            return
        vault = self.desk.vault
        with vault.transaction():
            for patient in ready.patients:
                write_act(vault, PRINT, patient=patient, text=f"{ready.part}: {where}")


def _write_new(path: Path, data: bytes) -> Path:
    """A new file, 0600, synced; nothing is overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput("Ya hay un archivo con ese nombre; no se sobrescribe nada.") from None
    except OSError:
        raise DiskProblem("No se pudo escribir ahí. Elija otra carpeta.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise DiskProblem("El disco se llenó o no respondió; no quedó nada escrito.") from None
    return path
