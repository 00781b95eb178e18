"""The coordination office: accept a device, unite its bundles, answer with a receipt, and say what is complete."""

from __future__ import annotations

import contextlib
import re
from itertools import islice
from pathlib import Path

from ces_tui.base.errors import BadInput, BundleRefused, CesError, NotFound
from ces_tui.base.text import is_control
from ces_tui.base.words import key_words, same_words
from ces_tui.office.answers import Answers
from ces_tui.office.book import Book
from ces_tui.office.quarantine import Quarantine
from ces_tui.office.records import (
    Acceptance,
    Answered,
    ClinicStatus,
    Imported,
    ImportNote,
    KnownPerson,
    LogStatus,
    Quarantined,
)
from ces_tui.office.setup import office_keys
from ces_tui.people.desk import Desk
from ces_tui.sync import age, bundle
from ces_tui.sync.importing import read_header
from ces_tui.sync.ranges import check_ranges
from ces_tui.sync.records import FROM_CLINIC, Cancelled, Manifest, Progress
from ces_tui.sync.stick import check_room, read_bounded
from ces_tui.vault.credentials import key_id
from ces_tui.vault.receive import receive

_BUNDLE = re.compile(r"([a-z0-9]{1,8}-[5-9])-(\d{1,9})(?:-\d+)?\.age\Z")
_MOST_FILES = 5000


class Office:
    """The office's side of the exchange; every verb needs the role coordinación."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault
        self._keys = office_keys(desk.vault)
        self._quarantine = Quarantine(desk.vault.folder)
        self.book = Book(desk.vault)

    # -- bundles in ----------------------------------------------------------------------------------------

    def import_file(self, path: Path) -> Imported:
        """Unite a bundle; BundleRefused changes nothing. What comes from an unknown device or author waits as it came."""
        self._desk.require("oficina")
        done = self._import(read_bounded(path, bundle.MOST_FILE))
        if done.state == "new":
            self._retry()
        return done

    def bundles_in(self, folder: Path) -> list[Path]:
        """Files in `folder` that by their names are clinics' bundles, each clinic's in the order of their numbers."""
        self._desk.require("oficina")
        found = []
        with contextlib.suppress(OSError):
            for path in islice(folder.iterdir(), _MOST_FILES):
                if match := _BUNDLE.match(path.name.lower()):
                    found.append((match.group(1), int(match.group(2)), path.name, path))
        return [entry[-1] for entry in sorted(found)]

    def _import(self, data: bytes) -> Imported:
        envelope = self._opened(data)
        device = key_id(envelope.signer)
        if envelope.signer == self._keys.ed_public:
            raise BundleRefused("El archivo es una respuesta de esta misma oficina: impórtelo en la clínica.")
        acceptance = self.book.accepted(device)
        if acceptance is None or acceptance.ed != envelope.signer.hex():
            self._quarantine.keep(data)
            return Imported("waiting", device, words=key_words(envelope.signer))
        manifest = bundle.read_manifest(envelope)
        if manifest.kind != FROM_CLINIC or manifest.clinic != acceptance.clinic:
            raise BundleRefused("El archivo no es un paquete de la clínica de ese equipo. No se cambió nada.")
        signed = bundle.read_content(envelope, manifest)
        check_ranges(manifest, signed)
        if any(r.dev != device for r in manifest.ranges):
            raise BundleRefused("El archivo trae registros de otro equipo. No se cambió nada.")
        result = receive(self._vault, signed, devices=self.book.known_keys())
        if result.waiting:
            self._quarantine.keep(data)
        noted = any(n.hash == envelope.manifest_hash for n in self.book.imports(acceptance.clinic))
        if not noted and not result.waiting:
            self._note(manifest, envelope.manifest_hash)
        state = "waiting" if result.waiting else "already" if noted and not result.new else "new"
        return Imported(
            state,
            device,
            clinic=acceptance.name,
            number=manifest.number,
            new=result.new,
            already=result.already,
            forks=result.forks,
            unknown_types=result.unknown_types,
        )

    def _opened(self, data: bytes) -> bundle.Envelope:
        return bundle.split(age.decrypt(data, [self._keys.x.private_bytes_raw()]))

    def _note(self, manifest: Manifest, digest: str) -> None:
        self.book.add_import(
            ImportNote(
                clinic=manifest.clinic,
                device=manifest.dev,
                number=manifest.number,
                hash=digest,
                entries=manifest.entries,
                months=manifest.months,
                basis=manifest.basis,
                wall=manifest.wall,
                holds=manifest.holds,
            )
        )

    def _retry(self) -> None:
        """What waited for an author or a device may be known by now."""
        for path in self._quarantine.files():
            data = self._quarantine.read(path)
            if data is None:
                continue
            try:
                if self._import(data).state != "waiting":
                    self._quarantine.drop(path)
            except CesError:
                continue

    # -- devices -------------------------------------------------------------------------------------------

    def waiting(self) -> list[Quarantined]:
        """Devices whose bundles wait for their words to be compared; one line a device."""
        self._desk.require("oficina")
        found: dict[str, Quarantined] = {}
        for path in self._quarantine.files():
            data = self._quarantine.read(path)
            if data is None:
                continue
            try:
                signer = self._opened(data).signer
            except CesError:
                continue
            if (device := key_id(signer)) not in found and self.book.accepted(device) is None:
                found[device] = Quarantined(path, device, key_words(signer))
        return list(found.values())

    def accept(self, wanted: str, words: str) -> tuple[Acceptance, list[Imported]]:
        """Accept the device whose id begins with `wanted`, if `words` are its own, and unite what waited of it.

        BadInput when the words differ: nothing is changed, the bundle goes on waiting.
        """
        self._desk.require("oficina")
        for known in self.book.acceptances():
            if len(wanted) >= 4 and known.device.startswith(wanted.lower()):
                return known, []
        near = [q for q in self.waiting() if len(wanted) >= 4 and q.device.startswith(wanted.lower())]
        if len(near) != 1:
            raise NotFound("No hay un equipo en espera que empiece así. Primero importe su paquete.")
        if not same_words(words, near[0].words):
            raise BadInput(
                "Las palabras no son las de ese equipo. No lo acepte: compare de nuevo con la pantalla de la clínica.",
                field="words",
            )
        acceptance = self._acceptance(near[0])
        self.book.add_acceptance(acceptance)
        return acceptance, self._unite_waiting(acceptance.device)

    def _acceptance(self, quarantined: Quarantined) -> Acceptance:
        envelope = self._opened(self._quarantine.read(quarantined.path) or b"")
        manifest = bundle.read_manifest(envelope)
        header = read_header(manifest)
        device = next((d for d in header.devices if d.id == quarantined.device), None)
        if device is None or device.ed != envelope.signer.hex() or manifest.clinic != header.store:
            raise BundleRefused(bundle.MANIFEST_BAD)
        shown = [header.clinic.name, header.clinic.code, *(p.name for p in header.people)]
        if any(p.id != key_id(bytes.fromhex(p.ed)) for p in header.people) or any(map(_unshowable, shown)):
            raise BundleRefused(bundle.MANIFEST_BAD)
        return Acceptance(
            device=device.id,
            ed=device.ed,
            x=device.x,
            digit=device.digit,
            clinic=header.store,
            code=header.clinic.code,
            name=header.clinic.name,
            people=tuple(KnownPerson(id=p.id, name=p.name, role=p.role, ed=p.ed) for p in header.people),
        )

    def _unite_waiting(self, device: str) -> list[Imported]:
        done = []
        for path in self._quarantine.files():
            data = self._quarantine.read(path)
            if data is None or key_id(self._opened(data).signer) != device:
                continue
            result = self._import(data)
            if result.state != "waiting":
                self._quarantine.drop(path)
            done.append(result)
        return done

    # -- answers out ---------------------------------------------------------------------------------------

    def answer(
        self,
        wanted: str | None,
        folder: Path,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> Answered:
        """Write the next answer to the clinic meant (None: the only one), with its receipt, to `folder`."""
        self._desk.require("oficina")
        check_room(folder, 0)
        answers = Answers(self._vault, self._keys, self.book, self._desk.now())
        return answers.write(self.book.clinic(wanted), folder, progress, cancelled)

    # -- what is complete ----------------------------------------------------------------------------------

    def status(self) -> list[ClinicStatus]:
        """Each clinic, device, incarnation: contiguous to, gaps; months held against months written."""
        self._desk.require("oficina")
        clinics = {a.clinic: a for a in self.book.acceptances()}
        return [self._clinic_status(a) for a in sorted(clinics.values(), key=lambda a: (a.code, a.clinic))]

    def _clinic_status(self, clinic: Acceptance) -> ClinicStatus:
        held = self.book.held(clinic.clinic)
        here: dict[str, int] = {}
        for h in held:
            for month, count in h.months.items():
                here[month] = here.get(month, 0) + count
        written: dict[str, int] = {}
        last = 0
        for device in self.book.devices_of(clinic.clinic):
            note = self.book.last_import(device.device)
            last = max(last, note.number if note else 0)
            for month, count in (note.months if note else {}).items():
                written[month] = written.get(month, 0) + count
        answers = self.book.answers(clinic.clinic)
        return ClinicStatus(
            clinic=clinic.code,
            store=clinic.clinic,
            name=clinic.name,
            devices=tuple(LogStatus(h.dev, h.inc, h.contiguous, h.gaps) for h in held),
            months=tuple(
                (m, here.get(m, 0), max(written.get(m, 0), here.get(m, 0)))
                for m in sorted({*here, *written})
                if written.get(m) or here.get(m)
            ),
            last_number=last,
            answer=answers[-1].number if answers else 0,
        )


def _unshowable(text: str) -> bool:
    """Whether a name from outside could move a terminal's cursor or fill its screen."""
    return not text.strip() or len(text) > 80 or any(map(is_control, text))
