"""The privacy notice: which wording is read at registration, and who noted when that it was read and agreed to.

Sources and certainty stand in `protocols/catalogues/aviso_privacidad.yaml` (facts: clinical.md, "Data protection").
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from ces_tui.base import content
from ces_tui.base.errors import BadInput
from ces_tui.people.records import CONSENT_WORDS, Patient


def notice() -> dict[str, Any]:
    """The notice in force: version, sentences to read aloud, law with certainty."""
    found: dict[str, Any] = content.load("catalogues/aviso_privacidad.yaml")
    return found


def noted(new: Patient, old: Patient | None, by: str, today: date) -> Patient:
    """The registration with who noted notice and consent, when, and which wording; what did not change keeps its own.

    BadInput for a consent of a kind that there is none of, or a notice read tomorrow.
    """
    if new.consent and new.consent not in CONSENT_WORDS:
        raise BadInput("El consentimiento es verbal, por escrito o no aceptó.", field="consent")
    if new.privacy_notice is not None and new.privacy_notice > today:
        raise BadInput("El aviso de privacidad no pudo leerse en el futuro.", field="privacy_notice")
    told: dict[str, Any] = {}
    if old is not None and new.privacy_notice == old.privacy_notice:
        told |= {
            "privacy_notice_by": old.privacy_notice_by,
            "privacy_notice_version": old.privacy_notice_version,
        }
    else:
        read = new.privacy_notice is not None
        told |= {
            "privacy_notice_by": by if read else "",
            "privacy_notice_version": str(notice()["version"]) if read else "",
        }
    if old is not None and new.consent == old.consent:
        told["consent_day"] = old.consent_day
    else:
        told["consent_day"] = today if new.consent else None
    return msgspec.structs.replace(new, **told)
