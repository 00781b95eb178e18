"""Who may do what. Kept by the program and shown by its log, not by cryptography (see docs/threat-model.md)."""

from __future__ import annotations

ROLES = {
    "pasante": "pasante",
    "enfermeria": "enfermería",
    "supervision": "supervisión",
    "visitante": "visitante",
    "coordinacion": "coordinación",
    "emergencia": "sobre de emergencia",
}
"""Role id -> the word people read."""

_CLINICAL = frozenset({"pasante", "enfermeria", "supervision"})
_MEDICAL = frozenset({"pasante", "supervision"})

ACTIONS: dict[str, frozenset[str]] = {
    "ver_expediente": _CLINICAL | {"visitante", "emergencia"},
    "ver_reservado": _MEDICAL,
    "abrir_reservado": _CLINICAL | {"emergencia"},
    "restringir": _MEDICAL,
    "ver_accesos": _MEDICAL | {"coordinacion"},
    "auditoria": frozenset({"supervision", "coordinacion"}),
    "registrar_paciente": _CLINICAL,
    "editar_paciente": _CLINICAL,
    "llegada": _CLINICAL,
    "signos": _CLINICAL,
    "alergia": _CLINICAL,
    "tamizaje": _CLINICAL,
    "plan_seguridad": _CLINICAL,
    "consulta": _MEDICAL,
    "firmar": _MEDICAL,
    "recetar": _MEDICAL,
    "adenda": _CLINICAL,
    "docencia": frozenset({"visitante", "supervision"}),
    "nota_urgente": _CLINICAL | {"emergencia"},
    "marcar_error": _CLINICAL,
    "surtir": _CLINICAL,
    "existencias": _CLINICAL,
    "citas": _CLINICAL,
    "alertas": _CLINICAL,
    "protocolos": _CLINICAL | {"visitante", "emergencia"},
    "exportar": _CLINICAL,
    "imprimir": _CLINICAL,
    "importar": _CLINICAL,
    "cambiar_frase": _CLINICAL | {"visitante", "coordinacion"},
    "revisar_casos": frozenset({"supervision"}),
    "ajustar_programa": frozenset({"supervision"}),
    "personas": _MEDICAL | {"coordinacion"},
    "copias": _CLINICAL | {"coordinacion"},
    "oficina": frozenset({"coordinacion"}),
}
"""Action -> roles that may do it. What a visitor reads is narrowed further by the desk: charts that a pasante opened today."""


def may(role: str, action: str) -> bool:
    """Whether `role` may do `action`; an unknown action is a mistake of ours and raises KeyError."""
    return role in ACTIONS[action]
