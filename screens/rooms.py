"""The table of rooms: what each screen is called, its key, who may enter, and where its class is. Imported when opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screens.room import Room


@dataclass(frozen=True)
class RoomEntry:
    """One room: `loader` is "module:Class", imported the first time that someone enters."""

    id: str
    title: str
    key: str
    """The digit that opens it from anywhere, or nothing."""
    loader: str
    action: str | None = None
    """The action of people/roles.py that a person needs to enter."""
    needs_patient: bool = False

    def load(self) -> type[Room]:
        """The screen's class."""
        module, _, name = self.loader.partition(":")
        found: type[Room] = getattr(import_module(module), name)
        return found

    def make(self, **args: Any) -> Room:
        """A screen of this room; `args` are its own."""
        return self.load()(**args)


ROOMS = {
    entry.id: entry
    for entry in (
        RoomEntry("hoy", "Hoy", "1", "screens.hoy:Hoy"),
        RoomEntry("buscar", "Buscar paciente", "2", "screens.buscar:Buscar", "ver_expediente"),
        RoomEntry("alta", "Alta de paciente", "3", "screens.alta:Alta", "registrar_paciente"),
        RoomEntry("farmacia", "Farmacia", "4", "screens.farmacia:Farmacia", "existencias"),
        RoomEntry("protocolos", "Protocolos", "5", "screens.protocolos:Protocolos", "protocolos"),
        RoomEntry("usb", "USB", "6", "screens.usb:Usb", "exportar"),
        RoomEntry("agenda", "Agenda", "8", "screens.agenda:Agenda", "citas"),
        RoomEntry("imprimir", "Imprimir", "", "screens.imprimir:Imprimir", "imprimir"),
        RoomEntry("coordinacion", "Coordinación", "7", "screens.coordinacion:Coordinacion", "oficina"),
        RoomEntry("salud_mental", "Salud mental", "0", "screens.salud_mental:SaludMental", "ver_reservado"),
        RoomEntry(
            "revision_casos", "Revisión de casos", "", "screens.revision_casos:RevisionCasos", "ver_reservado"
        ),
        RoomEntry("ajustes", "Ajustes", "9", "screens.ajustes:Ajustes"),
        RoomEntry("auditoria", "Accesos", "", "screens.auditoria:Auditoria", "ver_accesos"),
        RoomEntry("expediente", "Expediente", "", "screens.expediente:Expediente", "ver_expediente", True),
        RoomEntry("signos", "Signos vitales", "", "screens.signos:Signos", "signos", True),
        RoomEntry("consulta", "Consulta", "", "screens.consulta:Consulta", "consulta", True),
        RoomEntry("tamizaje", "Tamizaje", "", "screens.tamizaje:Tamizaje", "tamizaje", True),
        RoomEntry(
            "crecimiento", "Crecimiento", "", "screens.crecimiento:Crecimiento", "ver_expediente", True
        ),
        RoomEntry("embarazo", "Embarazo", "", "screens.embarazo:Embarazo", "ver_expediente", True),
        RoomEntry("laboratorio", "Laboratorio", "", "screens.laboratorio:Laboratorio", "signos", True),
        RoomEntry("historia", "Historia clínica", "", "screens.historia:Historia", "ver_expediente", True),
        RoomEntry("plan", "Plan de seguridad", "", "screens.plan_seguridad:Plan", "plan_seguridad", True),
    )
}
"""Room id -> entry, in the order of the palette."""
