"""The thresholds of the register of mental health, from `protocols/programmes/salud_mental.yaml`: every number has source and certainty."""

from __future__ import annotations

from functools import cache

from ces_tui.base.content import load
from ces_tui.base.errors import CesError
from ces_tui.base.shape import Certainty, Misshapen, Part, Positive, Text, shaped, show_place

NAME = "programmes/salud_mental.yaml"


class Condition(Part, frozen=True, kw_only=True):
    """What someone is cared for: by diagnosis code (a prefix), instrument at case level, or a programme of its own."""

    id: Text
    name: Text
    codes: list[Text]
    instruments: list[Text] = []
    programme: str = ""
    certainty: Certainty


class Days(Part, frozen=True, kw_only=True):
    days: Positive
    certainty: Certainty
    source: Text


class Doubtful(Part, frozen=True, kw_only=True):
    """A rule without a number of its own."""

    certainty: Certainty
    source: Text


class SeizureQuestions(Part, frozen=True, kw_only=True):
    """The questions of the note's section that hold the seizures: before treatment, and in the last four weeks."""

    base: Text
    now: Text
    certainty: Certainty
    source: Text


class Effective(Part, frozen=True, kw_only=True):
    """The lowest daily dose (mg, adults) that is expected to work, asked for so many days after the start."""

    ingredient: Text
    mg: Positive
    after_days: Positive
    certainty: Certainty
    source: Text


class Group(Part, frozen=True, kw_only=True):
    group: Text
    name: Text


class Monitor(Part, frozen=True, kw_only=True):
    """What is watched under an antipsychotic; without days its interval is not confirmed."""

    id: Text
    name: Text
    first_days: Positive | None = None
    every_days: Positive | None = None
    certainty: Certainty
    source: Text


class Monitoring(Part, frozen=True, kw_only=True):
    group: Text
    items: list[Monitor]


class Sessions(Part, frozen=True, kw_only=True):
    name: Text
    count: Positive
    certainty: Certainty
    source: Text


class ProgrammeFile(Part, frozen=True, kw_only=True):
    """The whole file."""

    id: Text
    title: Text
    version: Text
    reviewed_by: list[str]
    sources: list[Text]
    programmes: list[Text]
    conditions: list[Condition]
    no_change: Days
    no_response: Days
    no_contact: Days
    missed: Days
    relapse: Doubtful
    seizures: SeizureQuestions
    effective_from_years: Positive
    effective: list[Effective]
    groups: list[Group]
    depot: Days
    monitoring: Monitoring
    sessions: Sessions

    def condition_named(self, name: str) -> str:
        return next((c.name for c in self.conditions if c.id == name), name)

    def group_named(self, group: str) -> str:
        return next((g.name for g in self.groups if g.group == group), group)


def parse(data: object) -> ProgrammeFile:
    """The thresholds of parsed content; CesError that says what is wrong with the file."""
    try:
        found = shaped(data, ProgrammeFile)
    except Misshapen as error:
        where = show_place(error.where) or "el archivo"
        raise CesError(f"El archivo {NAME} no se puede usar: en {where}, {error.reason}.") from None
    for monitor in found.monitoring.items:
        if (monitor.every_days is None) != (monitor.first_days is None):
            raise CesError(f"El archivo {NAME} no se puede usar: a «{monitor.id}» le falta un intervalo.")
        if monitor.every_days is not None and monitor.certainty == "U":
            raise CesError(
                f"El archivo {NAME} no se puede usar: «{monitor.id}» es U y no puede traer intervalo."
            )
    return found


@cache
def thresholds() -> ProgrammeFile:
    """The file that ships with the program."""
    return parse(load(NAME))
