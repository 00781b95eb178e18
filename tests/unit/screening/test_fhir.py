"""Every instrument and sheet goes out as FHIR R4: valid by a model that others wrote, and by what R4 alone asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.clinic import Clinic
from ces_tui.screening import fhir
from ces_tui.screening.fhir_sheets import Sheets
from ces_tui.screening.instrument import Instrument
from ces_tui.screening.instruments import Instruments
from ces_tui.screening.records import Screening
from ces_tui.screening.rules import asked, score
from tests.unit.care.test_safety import TODAY, strike
from tests.unit.consult.visits import someone

ALL = {i.id: i for i in Instruments().all()}
R4_TYPES = {"display", "choice", "integer", "group", "string", "boolean"}
"""Item types of R4 that we use; R5 renamed `choice` to `coding`."""
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}\Z")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


def signed(instrument: Instrument, answers: list[int | None], difficulty: int | None = None) -> Screening:
    found = score(instrument, answers)
    return Screening(
        day=TODAY,
        at=1_795_187_800_123,
        author="a" * 32,
        instrument=instrument.id,
        instrument_version=instrument.source.version,
        text_version=instrument.text.version,
        answers=answers,
        difficulty=difficulty,
        complete=found.complete,
        total=found.total,
        band=found.band or "",
        flags=list(found.flags),
    )


def response(instrument: Instrument, sheet: Screening) -> dict[str, Any]:
    return fhir.response(instrument, sheet, sheet_id="b" * 32, patient="c" * 32)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_instrument_is_a_valid_questionnaire(name: str) -> None:
    resource = fhir.questionnaire(ALL[name])
    Questionnaire.model_validate(resource)
    assert _ID.match(resource["id"]) and _NAME.match(resource["name"])
    assert all(text == text.strip() and text for text in strings(resource)), (
        "R4 strings have no blanks at their ends"
    )


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_r4_alone_asks_of_a_questionnaire_holds(name: str) -> None:
    """R4's types, options on choices only and all codings, linkIds once each, enableWhen of items that exist (que-1, 3, 4, 5, 7)."""
    items = fhir.questionnaire(ALL[name])["item"]
    links = [item["linkId"] for item in items]
    assert len(links) == len(set(links))
    for item in items:
        assert item["type"] in R4_TYPES
        assert ("answerOption" in item) == (item["type"] == "choice")
        assert not (item["type"] == "display" and ("code" in item or "readOnly" in item))
        for when in item.get("enableWhen", ()):
            assert links.index(when["question"]) < links.index(item["linkId"])
            assert (when["operator"] == "exists") == ("answerBoolean" in when)
        assert ("enableBehavior" in item) == (len(item.get("enableWhen", ())) > 1), "que-12"


def test_the_questionnaire_of_phq9_carries_the_published_codes() -> None:
    resource = fhir.questionnaire(ALL["phq9"])
    assert resource["code"] == [{"system": fhir.LOINC, "code": "44249-1"}]
    codes = [i["code"][0]["code"] for i in resource["item"] if "code" in i]
    assert codes == [
        "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8",
        "69722-7", "44261-6",
    ]  # fmt: skip
    options = [o["valueCoding"] for o in resource["item"][1]["answerOption"]]
    assert [o["code"] for o in options] == ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
    assert [o["extension"][0]["valueDecimal"] for o in options] == [0, 1, 2, 3]


def test_a_text_that_nobody_confirmed_or_codes_that_are_doubtful_say_so_or_stay_at_home() -> None:
    assert fhir.questionnaire(ALL["phq_a"])["experimental"] is True
    assert "code" not in fhir.questionnaire(ALL["phq_a"]), "its LOINC codes are U"
    assert all(fhir.questionnaire(i)["status"] == "draft" for i in ALL.values() if not i.reviewed)


@given(st.data())
@pytest.mark.parametrize("name", sorted(ALL))
def test_every_sheet_is_a_valid_response_with_only_what_was_asked(name: str, data: st.DataObject) -> None:
    """Any answers and refusals: valid, each answer one of the questionnaire's options, the total only of a whole sheet."""
    instrument = ALL[name]
    answers = [data.draw(st.none() | st.sampled_from(sorted(allowed))) for allowed in instrument.allowed]
    sheet = signed(instrument, answers)
    resource = response(instrument, sheet)
    QuestionnaireResponse.model_validate(resource)
    offered = {
        item["linkId"]: {
            (o["valueCoding"]["system"], o["valueCoding"]["code"]) for o in item.get("answerOption", ())
        }
        for item in fhir.questionnaire(instrument)["item"]
    }
    told = {item["linkId"]: item for item in resource["item"]}
    assert list(told) == [link for link in offered if link in told], "in the order of the questionnaire"
    assert ("total" in told) == (sheet.total is not None)
    for index, item in enumerate(instrument.items):
        link = str(item.n)
        if answers[index] is None:
            assert (link in told) == asked(instrument, answers, index)
            assert link not in told or "answer" not in told[link]
        else:
            [answer] = told[link]["answer"]
            coding = answer["valueCoding"]
            assert (coding["system"], coding["code"]) in offered[link]
    total = fhir.observation(instrument, sheet, sheet_id="b" * 32, patient="c" * 32)
    assert (total is None) == (sheet.total is None)
    if total is not None:
        Observation.model_validate(total)
        assert total["valueInteger"] == sheet.total and _ID.match(total["id"])


def test_a_refusal_is_said_as_refused_and_a_sheet_names_its_version_time_and_people() -> None:
    sheet = signed(ALL["phq9"], [1, None, 1, 0, 2, 1, 0, 3, 0], difficulty=2)
    resource = response(ALL["phq9"], sheet)
    second = resource["item"][1]
    assert (
        second["extension"] == [{"url": fhir.ABSENT, "valueCode": "asked-declined"}]
        and "answer" not in second
    )
    assert resource["questionnaire"] == "urn:ces-tui:cuestionario:phq9|1"
    assert _INSTANT.match(resource["authored"])
    assert resource["subject"] == {"reference": "Patient/" + "c" * 32}
    assert resource["item"][-1]["linkId"] == "dificultad"


def test_only_sheets_that_stand_go_out_and_each_is_one_line(clinic: Clinic) -> None:
    patient = someone(clinic)
    phq9 = clinic.instruments.get("phq9")
    clinic.screenings.save(patient, phq9, [1] * 8 + [0])
    wrong = clinic.screenings.save(patient, phq9, [3] * 8 + [0])
    clinic.screenings.save(patient, phq9, [None, *[1] * 7, 0])
    strike(clinic, patient, wrong.stored.id, "screening")
    found = list(Sheets(clinic.desk).resources())
    assert [r["resourceType"] for r in found] == [
        "QuestionnaireResponse",
        "Observation",
        "QuestionnaireResponse",
    ]
    assert fhir.ndjson(found).count(b"\n") == 3
    text = fhir.ndjson(found).decode()
    assert "Rosa" not in text and "Gómez" not in text, "ids, never names"
