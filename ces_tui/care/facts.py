"""What documents of care add to the lists: open alerts, pending appointments, arrivals of the day, enrolments, month facts.

Keys are one letter: a row is read with hundreds of others (a document, p patient, d day, u due, s sensitive or state).
"""

from __future__ import annotations

from typing import Any

from ces_tui.care.records import SENSITIVE_PROGRAMMES
from ces_tui.vault.projections import NOTHING, Contribution, Contributor, Fact


def _alert(fact: Fact) -> Contribution:
    """`hot/alerts`: open ones; of a reserved one neither kind nor text leaves the chart."""
    body = fact.body
    if body is None or fact.void or body.get("closed"):
        return NOTHING
    row: dict[str, Any] = {
        "a": fact.id,
        "p": fact.patient,
        "g": body["gravity"],
        "d": body["day"],
        "u": body["due"],
        "o": body["owner"],
    }
    row |= {"s": 1} if body.get("sensitive") else {"k": body["kind"], "t": body["text"]}
    return Contribution(rows=[("hot/alerts", row)])


def _appointment(fact: Fact) -> Contribution:
    """`agenda/<month>`: pending ones, by the month of their day."""
    body = fact.body
    if body is None or fact.void or body.get("status", "pendiente") != "pendiente":
        return NOTHING
    row: dict[str, Any] = {"a": fact.id, "p": fact.patient, "u": body["due"]}
    if body.get("sensitive"):
        row["s"] = 1
    else:
        row |= {key: body[name] for key, name in (("r", "reason"), ("g", "programme")) if body.get(name)}
    if calls := body.get("calls"):
        row["c"] = calls[-1]["day"]
    return Contribution(rows=[(f"agenda/{body['due'][:7]}", row)])


def _arrival(fact: Fact) -> Contribution:
    """`day/<day>`: who came."""
    body = fact.body
    if body is None or fact.void:
        return NOTHING
    row = {
        "a": fact.id,
        "p": fact.patient,
        "s": body.get("state", "espera"),
        "c": body.get("came", "sin_cita"),
        "t": body["at"],
        "n": body.get("since", 0),
    }
    return Contribution(rows=[(f"day/{body['day']}", row)])


def _programme(fact: Fact) -> Contribution:
    """`hot/programmes`: open enrolments that a list may show."""
    body = fact.body
    if body is None or fact.void or body.get("closed") or body["kind"] in SENSITIVE_PROGRAMMES:
        return NOTHING
    return Contribution(rows=[("hot/programmes", {"p": fact.patient, "k": body["kind"]})])


def _vitals(fact: Fact) -> Contribution:
    """`month/vitals/<month>`: pressure, weight, height and glucose of the day, for control of programmes."""
    body = fact.body
    if body is None or fact.void:
        return NOTHING
    row: dict[str, Any] = {"d": body["day"], "p": fact.patient}
    short = {"y": "systolic", "z": "diastolic", "w": "weight_kg", "h": "height_cm", "g": "glucose_mgdl"}
    row |= {key: body[name] for key, name in short.items() if body.get(name) is not None}
    return Contribution(rows=[(f"month/vitals/{body['day'][:7]}", row)])


CONTRIBUTIONS: dict[str, Contributor] = {
    "alert": _alert,
    "appointment": _appointment,
    "arrival": _arrival,
    "programme": _programme,
    "vitals": _vitals,
}
