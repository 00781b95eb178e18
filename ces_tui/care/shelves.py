"""What the services of this room share: a chart's documents of one type, without those marked as recorded by mistake."""

from __future__ import annotations

from ces_tui.base.record import R
from ces_tui.people.desk import Desk
from ces_tui.vault.projections import void_drawer
from ces_tui.vault.shelf import Stored


def live(desk: Desk, type_name: str, kind: type[R], patient: str) -> list[Stored[R]]:
    """The documents that stand, oldest first, as the open transaction would leave them."""
    void = void_targets(desk, patient)
    return [s for s in desk.vault.shelf(type_name, kind, patient=patient).all() if s.id not in void]


def void_targets(desk: Desk, patient: str) -> set[str]:
    """Ids of what was marked as recorded by mistake in a chart: nearly always none, so one look instead of one a document."""
    bodies = (desk.vault.doc_body("void", i, patient) for i in desk.vault.doc_ids("void", patient))
    return {str(body["target"]) for body in bodies if body is not None}


def struck(desk: Desk, doc_id: str) -> bool:
    """Whether a document was marked as recorded by mistake."""
    return bool(doc_id) and bool(desk.vault.projection(void_drawer(doc_id)))
