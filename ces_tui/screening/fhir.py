"""FHIR R4 of instruments and sheets: Questionnaire, QuestionnaireResponse, and an Observation for each total. Pure.

Resources are plain dictionaries in the JSON form of FHIR 4.0.1. Nothing identifies a patient but the id of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from ces_tui.screening.administration import DIFFICULTY
from ces_tui.screening.content import Item, Option
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.records import Screening
from ces_tui.screening.rules import asked

LOINC = "http://loinc.org"
LOCAL = "urn:ces-tui:instrumento"
"""System of our own codes, for what has no LOINC code (ASQ) or none that is certain."""
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
SURVEY = {
    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
    "code": "survey",
}
TOTAL = "total"

Resource = dict[str, Any]


def canonical(instrument: Instrument) -> str:
    """'urn:ces-tui:cuestionario:phq9|1': one for each version of the file; the wording is not part of it."""
    return f"urn:ces-tui:cuestionario:{fhir_id(instrument.id)}|{instrument.source.version}"


def fhir_id(name: str) -> str:
    """A FHIR id allows letters, digits, '-' and '.', at most 64."""
    return name.replace("_", "-")[:64]


def questionnaire(instrument: Instrument) -> Resource:
    """The instrument as a Questionnaire: items, options with their ordinal value, what is asked only after what."""
    url, version = canonical(instrument).split("|")
    source = instrument.source
    items: list[Resource] = [{"linkId": "indicaciones", "text": instrument.preamble, "type": "display"}]
    items += [
        _item(instrument, item, row) for item, row in zip(instrument.items, instrument.options, strict=True)
    ]
    if instrument.difficulty:
        known = instrument.difficulty
        items.append(
            {
                "linkId": DIFFICULTY,
                **_codes(known.loinc),
                "text": known.text,
                "type": "choice",
                "answerOption": [_option(instrument, DIFFICULTY, o) for o in known.options],
            }
        )
    if instrument.band_of:
        items.append(
            {
                "linkId": TOTAL,
                **_codes(_total_code(instrument)),
                "text": "Puntaje",
                "type": "integer",
                "readOnly": True,
            }
        )
    panel = _panel_code(instrument)
    return {
        "resourceType": "Questionnaire",
        "id": fhir_id(instrument.id),
        "language": "es-MX",
        "url": url,
        "version": version,
        "name": _computer_name(instrument),
        "title": instrument.title,
        "status": "active" if instrument.confirmed_text and instrument.reviewed else "draft",
        "experimental": not instrument.confirmed_text,
        "subjectType": ["Patient"],
        "description": f"{source.name}: {source.about}. Texto: {instrument.text.name} ({instrument.text.version}).",
        "copyright": source.licence,
        **({"code": [{"system": LOINC, "code": panel}]} if panel else {}),
        "item": items,
    }


def response(instrument: Instrument, sheet: Screening, *, sheet_id: str, patient: str) -> Resource:
    """One signed sheet: answers with their codes, refusals said as refused, the total only of a whole sheet."""
    items: list[Resource] = []
    for index, (item, row) in enumerate(zip(instrument.items, instrument.options, strict=True)):
        answer = sheet.answers[index]
        if answer is None and not asked(instrument, sheet.answers, index):
            continue
        items.append(_answered(instrument, str(item.n), item.text, row, answer))
    if instrument.difficulty and sheet.difficulty is not None:
        known = instrument.difficulty
        items.append(_answered(instrument, DIFFICULTY, known.text, known.options, sheet.difficulty))
    if sheet.total is not None:
        items.append({"linkId": TOTAL, "text": "Puntaje", "answer": [{"valueInteger": sheet.total}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "id": fhir_id(sheet_id),
        "questionnaire": f"{canonical(instrument).split('|')[0]}|{sheet.instrument_version}",
        "status": "completed",
        "subject": {"reference": f"Patient/{fhir_id(patient)}"},
        "authored": instant(sheet.at),
        "author": {"reference": f"Practitioner/{fhir_id(sheet.author)}"},
        "source": {"reference": f"Patient/{fhir_id(patient)}"},
        "item": items,
    }


def observation(instrument: Instrument, sheet: Screening, *, sheet_id: str, patient: str) -> Resource | None:
    """The total as an Observation that names its sheet; None for an incomplete one or an instrument without a sum."""
    if sheet.total is None:
        return None
    code = _total_code(instrument)
    band = instrument.band_named(sheet.band)
    coding = (
        {"system": LOINC, "code": code}
        if code
        else {"system": LOCAL, "code": f"{fhir_id(instrument.id)}-total"}
    )
    return {
        "resourceType": "Observation",
        "id": fhir_id(f"{sheet_id}-total"),
        "status": "final",
        "category": [{"coding": [dict(SURVEY)]}],
        "code": {"coding": [coding], "text": f"{instrument.title}, puntaje"},
        "subject": {"reference": f"Patient/{fhir_id(patient)}"},
        "effectiveDateTime": sheet.day.isoformat(),
        "issued": instant(sheet.at),
        "valueInteger": sheet.total,
        **({"interpretation": [{"text": band.name}]} if band else {}),
        "derivedFrom": [{"reference": f"QuestionnaireResponse/{fhir_id(sheet_id)}"}],
    }


def ndjson(resources: Iterable[Mapping[str, Any]]) -> bytes:
    """One resource a line, UTF-8."""
    return b"".join(msgspec.json.encode(r) + b"\n" for r in resources)


def instant(ms: int) -> str:
    """'2026-11-20T15:00:00Z'."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- parts -----------------------------------------------------------------------------------------------------


def _item(instrument: Instrument, item: Item, options: Iterable[Option]) -> Resource:
    found: Resource = {
        "linkId": str(item.n),
        **_codes(item.loinc),
        "text": item.text,
        "type": "choice",
        "answerOption": [_option(instrument, str(item.n), o) for o in options],
    }
    if item.ask_if is not None:
        places = {i.n: row for i, row in zip(instrument.items, instrument.options, strict=True)}
        when = [
            _when(instrument, str(n), places[n], answer)
            for n in item.ask_if.items
            if n in places
            for answer in item.ask_if.answers
            if answer is None or any(o.value == answer for o in places[n])
        ]
        if when:
            found["enableWhen"] = when
            if len(when) > 1:
                found["enableBehavior"] = "any"
    return found


def _when(instrument: Instrument, link: str, options: Iterable[Option], answer: int | None) -> Resource:
    """After one answer of an earlier item; after a refusal: it has no answer."""
    if answer is None:
        return {"question": link, "operator": "exists", "answerBoolean": False}
    option = next(o for o in options if o.value == answer)
    return {"question": link, "operator": "=", "answerCoding": _coding(instrument, link, option)}


def _option(instrument: Instrument, link: str, option: Option) -> Resource:
    value = {
        "extension": [{"url": ORDINAL, "valueDecimal": option.value}],
        **_coding(instrument, link, option),
    }
    return {"valueCoding": value}


def _coding(instrument: Instrument, link: str, option: Option) -> Resource:
    if option.loinc:
        return {"system": LOINC, "code": option.loinc, "display": option.text}
    code = f"{fhir_id(instrument.parent or instrument.id)}-{link}-{option.value}"
    return {"system": LOCAL, "code": code, "display": option.text}


def _answered(
    instrument: Instrument, link: str, text: str, options: Iterable[Option], answer: int | None
) -> Resource:
    said: Resource = {"linkId": link, "text": text}
    if answer is None:
        return {"extension": [{"url": ABSENT, "valueCode": "asked-declined"}], **said}
    option = next(o for o in options if o.value == answer)
    return {**said, "answer": [{"valueCoding": _coding(instrument, link, option)}]}


def _codes(loinc: str) -> Resource:
    return {"code": [{"system": LOINC, "code": loinc}]} if loinc else {}


def _panel_code(instrument: Instrument) -> str:
    return _certain(instrument)[0]


def _total_code(instrument: Instrument) -> str:
    return _certain(instrument)[1]


def _certain(instrument: Instrument) -> tuple[str, str]:
    """Panel and total codes; none of certainty U leaves the clinic."""
    known = instrument.source.loinc
    if instrument.parent:
        known = instrument.source.gate.loinc if instrument.source.gate else None
    return (known.panel, known.total) if known and known.certainty != "U" else ("", "")


def _computer_name(instrument: Instrument) -> str:
    """A name for machines: letters, digits and '_', beginning with a capital."""
    return "CES_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in instrument.id)
