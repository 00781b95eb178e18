"""What an alert of risk adds to `hot/plans`: the matters that stay open until someone closes them with a reason."""

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


CONTRIBUTIONS: dict[str, Contributor] = {"alert": open_matter}
