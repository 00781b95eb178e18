"""The office's own documents about its clinics, read and written: acceptances, imports, receipts, answers."""

from __future__ import annotations

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.base.text import fold
from ces_tui.office.records import Acceptance, AnswerNote, ImportNote
from ces_tui.sync.ranges import log_name
from ces_tui.sync.records import Held, Receipt
from ces_tui.vault.vault import Vault


class Book:
    """Everything is read anew from the store: a handful of documents a clinic and month."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    # -- devices and clinics -------------------------------------------------------------------------------

    def acceptances(self) -> list[Acceptance]:
        return [s.record for s in self._vault.shelf("acceptance", Acceptance).all()]

    def accepted(self, device: str) -> Acceptance | None:
        return next((a for a in self.acceptances() if a.device == device), None)

    def add_acceptance(self, acceptance: Acceptance) -> None:
        self._vault.shelf("acceptance", Acceptance).add(acceptance)

    def known_keys(self) -> dict[str, bytes]:
        """Signing keys of accepted devices and of the people accepted with them, by id."""
        found: dict[str, bytes] = {}
        for a in self.acceptances():
            found[a.device] = bytes.fromhex(a.ed)
            found |= {p.id: bytes.fromhex(p.ed) for p in a.people}
        return found

    def clinic(self, wanted: str | None) -> Acceptance:
        """An accepted device of the clinic meant by code, name or id; the only clinic when nothing is said."""
        clinics = {a.clinic: a for a in self.acceptances()}
        if wanted is None:
            if len(clinics) == 1:
                return next(iter(clinics.values()))
            if not clinics:
                raise NotFound("Todavía no hay clínicas aceptadas en esta oficina.")
            raise BadInput(f"Diga de qué clínica: {', '.join(sorted(a.code for a in clinics.values()))}.")
        folded = fold(wanted)
        near = [a for a in clinics.values() if folded in {fold(a.code), fold(a.name), a.clinic}]
        if len(near) != 1:
            raise NotFound(f"No hay una sola clínica que se llame «{wanted}» en esta oficina.")
        return near[0]

    def devices_of(self, clinic: str) -> list[Acceptance]:
        return [a for a in self.acceptances() if a.clinic == clinic]

    # -- bundles -------------------------------------------------------------------------------------------

    def imports(self, clinic: str | None = None) -> list[ImportNote]:
        notes = [s.record for s in self._vault.shelf("import", ImportNote).all()]
        return [n for n in notes if clinic is None or n.clinic == clinic]

    def add_import(self, note: ImportNote) -> None:
        self._vault.shelf("import", ImportNote).add(note)

    def last_import(self, device: str) -> ImportNote | None:
        notes = [n for n in self.imports() if n.device == device]
        return max(notes, key=lambda n: n.number, default=None)

    def latest_import(self, device: str) -> ImportNote | None:
        """The bundle that came last, whatever its number: a copy put back counts from an earlier one."""
        notes = [n for n in self.imports() if n.device == device]
        return notes[-1] if notes else None

    # -- answers -------------------------------------------------------------------------------------------

    def receipts(self, clinic: str) -> list[Receipt]:
        notes = [s.record for s in self._vault.shelf("receipt", Receipt).all()]
        return [r for r in notes if r.clinic == clinic]

    def add_receipt(self, receipt: Receipt) -> None:
        self._vault.shelf("receipt", Receipt).add(receipt)

    def answers(self, clinic: str) -> list[AnswerNote]:
        notes = [s.record for s in self._vault.shelf("answer", AnswerNote).all()]
        return sorted((n for n in notes if n.clinic == clinic), key=lambda n: n.number)

    def add_answer(self, note: AnswerNote) -> None:
        self._vault.shelf("answer", AnswerNote).add(note)

    def confirmed(self, clinic: str) -> dict[str, int]:
        """How far this office's log has reached each device of the clinic, as the last bundle of each says.

        The last one by arrival: a laptop that begins again from an older copy has to be given what it lost.
        """
        reached: dict[str, int] | None = None
        for device in self.devices_of(clinic):
            note = self.latest_import(device.device)
            basis = (note.basis if note else {}).items()
            there = {name: seq for name, seq in basis if name.startswith(f"{self._vault.device_id}/")}
            before = there if reached is None else reached
            reached = {name: min(seq, there[name]) for name, seq in before.items() if name in there}
        return reached or {}

    # -- what is held --------------------------------------------------------------------------------------

    def held(self, clinic: str) -> tuple[Held, ...]:
        """Each log of the clinic's accepted devices: contiguous to, head, missing ranges, months."""
        devices = {a.device for a in self.devices_of(clinic)}
        months: dict[str, dict[str, int]] = {}
        for row in self._vault.projection("devices"):
            if row["d"] in devices and row["n"]:
                months.setdefault(log_name(row["d"], row["i"]), {})[row["m"]] = row["n"]
        found = []
        for name, chain in sorted(self._vault.state.chains.items()):
            dev, _, inc = name.partition("/")
            if dev in devices:
                found.append(
                    Held(
                        dev=dev,
                        inc=inc,
                        contiguous=chain.to,
                        head=chain.head if chain.to else "",
                        gaps=tuple(chain.gaps()),
                        months=dict(sorted(months.get(name, {}).items())),
                    )
                )
        return tuple(found)
