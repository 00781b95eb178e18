"""What screenings and the register add to projections: a row a sheet for the month, who is in care, questions on cases."""

from __future__ import annotations

from typing import Any

from ces_tui.vault.projections import NOTHING, Contribution, Contributor, Fact


def month_row(fact: Fact) -> Contribution:
    """`month/screening/<yyyy-mm>`: who was screened with what, the result, and whether a safety item was raised."""
    body = fact.body
    if body is None or fact.void is not None:
        return NOTHING
    row = {
        "id": fact.id,
        "patient": fact.patient,
        "day": body["day"],
        "codes": [body["instrument"]],
        "complete": body["complete"],
        "total": body.get("total"),
        "band": body.get("band", ""),
        "flags": list(body.get("flags", ())),
        "author": body["author"],
    }
    return Contribution(rows=[(f"month/screening/{str(body['day'])[:7]}", row)])


def enrolment(fact: Fact) -> Contribution:
    """`hot/mind`: the open enrolments of the register of mental health; read for that register only."""
    body = fact.body
    if body is None or fact.void is not None or body.get("closed") or body["kind"] not in REGISTER_KINDS:
        return NOTHING
    return Contribution(rows=[("hot/mind", {"p": fact.patient, "k": body["kind"]})])


def note(fact: Fact) -> Contribution:
    """`hot/reviews`: questions on a case, answers and struck answers, without a word of them; `month/session/<yyyy-mm>`: PM+."""
    body = fact.body
    if body is None:
        return NOTHING
    row: dict[str, Any] = {"i": fact.id, "p": fact.patient, "d": body["day"], "b": body["author"]}
    if fact.void is not None:
        struck = body.get("kind") == "revision_respuesta"
        return (
            Contribution(rows=[("hot/reviews", row | {"k": "x", "q": body["question"]})])
            if struck
            else NOTHING
        )
    match body.get("kind"):
        case "revision_pregunta":
            return Contribution(rows=[("hot/reviews", row | {"k": "q", "t": body["at"]})])
        case "revision_respuesta":
            return Contribution(rows=[("hot/reviews", row | {"k": "a", "q": body["question"]})])
        case "pm_sesion":
            month = str(body["day"])[:7]
            return Contribution(rows=[(f"month/session/{month}", {"p": fact.patient, "d": body["day"]})])
        case _:
            return NOTHING


def read(fact: Fact) -> Contribution:
    """`hot/reviews`: that an answer was read."""
    body = fact.body
    if body is None or fact.void is not None or body.get("kind") != "revision_leida":
        return NOTHING
    return Contribution(rows=[("hot/reviews", {"k": "r", "a": body["target"], "p": fact.patient})])


REGISTER_KINDS = frozenset({"salud_mental", "epilepsia"})
"""Kinds of programme whose people stand in the register; the content file names the same."""

CONTRIBUTIONS: dict[str, Contributor] = {
    "screening": month_row,
    "programme": enrolment,
    "addendum": note,
    "cosign": read,
}
