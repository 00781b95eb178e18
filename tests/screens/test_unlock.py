"""Unlocking: who, passphrase, PIN of the day."""

from __future__ import annotations

import asyncio

from tests.screens.conftest import OpenApp
from tests.screens.support import Snapshots


def test_the_first_screen_shows_the_clinic_and_its_staff_and_nothing_else(
    locked: OpenApp, snapshot: Snapshots
) -> None:
    async def go() -> None:
        async with locked(demo_passphrase="cinco palabras de prueba aquí") as d:
            snapshot(d, "desbloquear")

    asyncio.run(go())
