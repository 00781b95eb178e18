"""The protocols of the clinic: list, search, fill in from the chart, run."""

from __future__ import annotations

from ces_tui.people.desk import Desk


class Protocols:
    """Service: every pathway of `protocols/pathways/`, for the patients of one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
