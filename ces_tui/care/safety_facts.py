"""What the safety plan adds to projections: open matters (`hot/plans`) and the month's rows of what was done."""

from __future__ import annotations

from ces_tui.care.safety_records import RISK_KIND
from ces_tui.vault.projections import NOTHING, Contribution, Contributor, Fact

DRAWER = "hot/plans"


def open_matter(fact: Fact) -> Contribution:
    """One row while the alert is open; nothing that says of which kind it is, for lists show it as reserved."""
    body = fact.body
    if body is None or fact.void is not None or body.get("kind") != RISK_KIND or body.get("closed"):
        return NOTHING
    row = {
        "alert": fact.id,
        "patient": fact.patient,
        "day": body["day"],
        "gravity": body["gravity"],
        "owner": body["owner"],
        "due": body["due"],
    }
    return Contribution(rows=[(DRAWER, row)])


def month_row(fact: Fact) -> Contribution:
    """`month/plan/<yyyy-mm>`: that a plan or a hand-over was made, on which day, for which alerts."""
    body = fact.body
    if body is None or fact.void is not None:
        return NOTHING
    row = {
        "id": fact.id,
        "patient": fact.patient,
        "day": body["day"],
        "codes": [fact.type],
        "alerts": list(body.get("alerts", ())),
        "author": body["author"],
    }
    return Contribution(rows=[(f"month/plan/{str(body['day'])[:7]}", row)])


CONTRIBUTIONS: dict[str, Contributor] = {"alert": open_matter, "plan": month_row, "handover": month_row}
