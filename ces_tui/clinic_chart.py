"""The clinic's services of one chart that grew after the first ones: growth, pregnancies, laboratory, clinical history; and of localities and the wordings of instruments."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ces_tui.care.labs import Labs
    from ces_tui.child.growth import Growth
    from ces_tui.consult.history import Histories
    from ces_tui.maternal.pregnancies import Pregnancies
    from ces_tui.people.desk import Desk
    from ces_tui.people.localities import Localities
    from ces_tui.people.registry import Registry
    from ces_tui.screening.instruments import Instruments
    from ces_tui.screening.texts import TextVersions


class ChartServices:
    """Part of `Clinic`: made when first used."""

    desk: Desk

    if TYPE_CHECKING:  # Clinic has it

        @cached_property
        def registry(self) -> Registry: ...

    @cached_property
    def growth(self) -> Growth:
        from ces_tui.child.growth import Growth

        return Growth(self.desk, self.registry)

    @cached_property
    def pregnancies(self) -> Pregnancies:
        from ces_tui.maternal.pregnancies import Pregnancies

        return Pregnancies(self.desk)

    @cached_property
    def labs(self) -> Labs:
        from ces_tui.care.labs import Labs

        return Labs(self.desk)

    @cached_property
    def localities(self) -> Localities:
        from ces_tui.people.localities import Localities

        return Localities(self.desk)

    @cached_property
    def histories(self) -> Histories:
        from ces_tui.consult.history import Histories

        return Histories(self.desk)

    @cached_property
    def instruments(self) -> Instruments:
        from ces_tui.screening.instruments import Instruments
        from ces_tui.screening.texts import loaded

        return Instruments(lambda: loaded(self.desk))

    @cached_property
    def texts(self) -> TextVersions:
        from ces_tui.screening.texts import TextVersions

        return TextVersions(self.desk, self.instruments)
