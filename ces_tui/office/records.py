"""What the office writes down about its clinics: whom it accepted, what came, what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ces_tui.base.record import Record
from ces_tui.sync.records import Held, many


class KnownPerson(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A person accepted together with a device."""

    id: str
    name: str
    role: str
    ed: str


class Acceptance(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A device whose four words were compared; document type `acceptance`, signed by who compared them."""

    device: str
    ed: str
    x: str
    digit: int
    clinic: str
    """The clinic's store id."""
    code: str
    name: str
    people: tuple[KnownPerson, ...]


class ImportNote(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A bundle that was united; document type `import`."""

    clinic: str
    device: str
    number: int
    hash: str
    """Of its manifest."""
    entries: int
    months: dict[str, int]
    """What the device had written by then, by month of care."""
    basis: dict[str, int]
    """What its sender knew; for our own log: how far our answers had reached it."""
    wall: int
    holds: dict[str, int] = {}
    """What the device said it holds of its own logs; nothing where it did not say."""


class AnswerNote(Record, frozen=True, kw_only=True, omit_defaults=True):
    """An answer that was made; document type `answer`."""

    clinic: str
    number: int
    hash: str
    inc: str
    seq: int
    """Incarnation and sequence, in this office's log, of the entry that holds its receipt."""
    row: int
    at: int


@dataclass(frozen=True)
class Quarantined:
    """A bundle of a device that nobody has accepted yet; its manifest is unread."""

    path: Path
    device: str
    words: str


@dataclass(frozen=True)
class Imported:
    """What became of a bundle: `state` is new, already, waiting (device or author unknown)."""

    state: str
    device: str
    clinic: str = ""
    number: int = 0
    new: int = 0
    already: int = 0
    forks: int = 0
    words: str = ""
    unknown_types: int = 0

    @property
    def sentence(self) -> str:
        if self.words:
            return (
                f"El equipo {self.device[:8]} es nuevo: su paquete espera. Compare sus cuatro palabras con la pantalla "
                f"de la clínica: {self.words}."
            )
        if self.state == "waiting":
            return f"{self.clinic}: hay registros de una persona que la oficina no conoce; el archivo se conserva y espera."
        if self.state == "already":
            return f"{self.clinic}: el paquete {self.number} ya estaba. No se cambió nada."
        forks = f" Atención, con historia doble: {self.forks}." if self.forks else ""
        again = f", {self.already} que ya estaban" if self.already else ""
        unknown = many(self.unknown_types, "cambio", "cambios") if self.unknown_types else ""
        forks += f" Escrito con una versión más nueva, guardado sin mostrarse: {unknown}." if unknown else ""
        new = many(self.new, "registro nuevo", "registros nuevos")
        return f"{self.clinic}: paquete {self.number}, {new}{again}.{forks}"


@dataclass(frozen=True)
class Answered:
    """An answer on the stick."""

    path: Path
    clinic: str
    number: int
    held: tuple[Held, ...]


@dataclass(frozen=True)
class LogStatus:
    """One device in one incarnation as the office holds it."""

    device: str
    incarnation: str
    contiguous: int
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ClinicStatus:
    """One clinic as the office holds it."""

    clinic: str
    """Its three letters."""
    store: str
    name: str
    devices: tuple[LogStatus, ...]
    months: tuple[tuple[str, int, int], ...]
    """(month, held here, written by the clinic by its last manifest)."""
    last_number: int
    answer: int
