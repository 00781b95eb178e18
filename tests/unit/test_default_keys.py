"""Keys made without another word cost what they should: asked in a process of its own, since in this one they are cheap."""

from __future__ import annotations

import subprocess
import sys

MAKERS = """
import inspect
from ces_tui.demo.build import build
from ces_tui.office.roster import Roster
from ces_tui.office.setup import create_office
from ces_tui.people.envelope import Envelope
from ces_tui.people.team import Team
from ces_tui.vault.create import create_store
from ces_tui.vault.credentials import KeyPair, seal_credential
from ces_tui.vault.profiles import STANDARD
for made in (build, Roster.add, create_office, Envelope.make, Team.add, Team.change_my_passphrase, create_store):
    default = inspect.signature(made).parameters["profile"].default
    assert default is STANDARD, made
sealed = seal_credential(KeyPair.make(), "maíz azul río grande nube", STANDARD)
print(sealed.memory_kib, sealed.rounds, sealed.lanes)
"""


def test_whoever_makes_a_credential_without_a_profile_gets_the_full_cost() -> None:
    """RELIABILITY, Keys: Argon2id with 64 MiB, three passes, one lane."""
    asked = subprocess.run([sys.executable, "-c", MAKERS], capture_output=True, text=True, check=True)
    assert asked.stdout.split() == ["65536", "3", "1"]
