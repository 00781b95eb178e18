"""Who a patient is: identity, how to find them, and what they agreed to. Sources of the fields: the registration of the CES EMR."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ces_tui.base.record import Record

Sex = Literal["F", "M"]
Insurance = Literal["", "ninguno", "imss_bienestar", "imss", "issste", "isstech", "otro"]
Consent = Literal["", "verbal", "escrito", "negado"]
Restriction = Literal["", "personal", "familiar", "violencia", "otro"]

SEX_WORDS = {"F": "mujer", "M": "hombre"}
INSURANCE_WORDS = {
    "ninguno": "ninguna",
    "imss_bienestar": "IMSS-Bienestar",
    "imss": "IMSS",
    "issste": "ISSSTE",
    "isstech": "ISSTECH",
    "otro": "otra",
}
RESTRICTION_WORDS = {
    "personal": "trabaja en la clínica",
    "familiar": "familiar de quien trabaja en la clínica",
    "violencia": "situación de violencia",
    "otro": "otro motivo",
}
CONSENT_WORDS = {"verbal": "verbal", "escrito": "por escrito", "negado": "no aceptó"}


class Patient(Record, frozen=True, kw_only=True):
    """One person of the clinic's catchment area, as registered; ids and revisions stand outside, in `Stored`."""

    clinic_number: str = ""
    """Three letters and seven digits, issued by `Registry.register`, never reused."""
    given: str
    surname1: str
    surname2: str = ""
    sex: Sex
    birth: date
    birth_estimated: bool = False
    mother_name: str = ""
    phone: str = ""
    curp: str = ""
    """As the patient's paper shows it; never made up by the program."""
    old_numbers: list[str] = []
    """Numbers of earlier systems: Access ('112-000351'), expediente ('A000001'), another clinic's."""

    municipality: str = ""
    locality: str = ""
    locality_key: str = ""
    """INEGI's nine digits when it was chosen from the catalogue: names repeat inside a municipality."""
    address: str = ""
    acompanante: str = ""
    """Name of the community health companion, when there is one."""
    insurance: Insurance = ""
    insurance_number: str = ""
    indigenous: bool | None = None
    migrant: bool | None = None
    disability: bool | None = None
    reads: bool | None = None
    """Whether the person can read (decides how a screening is administered)."""
    case_finding: bool = False
    """Found through active case finding."""

    privacy_notice: date | None = None
    """Day on which the privacy notice was read to the person."""
    consent: Consent = ""
    """How the person agreed to the use of their health data (sensitive data: Mexican law asks for it)."""
    privacy_notice_by: str = ""
    """Person id of whoever read the notice to them; set by `Registry`, never typed."""
    privacy_notice_version: str = ""
    """Which wording was read (`people/notice.py`)."""
    consent_day: date | None = None
    """Day on which the consent was given or refused; set by `Registry`."""
    restricted: Restriction = ""
    """Why the chart is closed to those without "ver_reservado"; changed only by `Access.restrict`."""
    birth_gestation: int | None = None
    """Days of gestation at birth (a term of 40 weeks is 280): a preterm child's growth is read at the corrected age."""
    died: date | None = None
    death_cause: str = ""
    """In the words of whoever noted it; 'desconocida' where nobody knows."""
    note: str = ""

    day: date
    """Clinical day of registration, later of the last change."""
    registered: date | None = None
    registered_by: str = ""
    """Person id of whoever registered."""

    @property
    def name(self) -> str:
        """'María López Gómez'."""
        return " ".join(part for part in (self.given, self.surname1, self.surname2) if part)

    @property
    def name_by_surname(self) -> str:
        """'López Gómez, María', for lists in order of surname."""
        surnames = " ".join(part for part in (self.surname1, self.surname2) if part)
        return f"{surnames}, {self.given}"
