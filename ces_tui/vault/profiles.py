"""Named, frozen security parameters. Anything weaker than STANDARD can only be made inside the test suite."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from ces_tui.base.errors import InternalError, StoreDamaged

FLOOR_KIB = 64 * 1024
FLOOR_ROUNDS = 3
_MOST_KIB = 1024 * 1024
_MOST_ROUNDS = 16


@dataclass(frozen=True)
class KdfProfile:
    """Argon2id cost: memory in KiB, passes, lanes."""

    memory_kib: int
    rounds: int
    lanes: int = 1

    def for_new_credential(self) -> KdfProfile:
        """The profile itself; a weaker one than the floor is refused outside tests."""
        if (self.memory_kib < FLOOR_KIB or self.rounds < FLOOR_ROUNDS) and "pytest" not in sys.modules:
            raise InternalError
        return self

    def checked(self) -> KdfProfile:
        """The profile as read from a disk, bounded so that a forged header can't exhaust the machine."""
        if not (
            8 <= self.memory_kib <= _MOST_KIB and 1 <= self.rounds <= _MOST_ROUNDS and 1 <= self.lanes <= 4
        ):
            raise StoreDamaged("El encabezado del expediente trae parámetros imposibles. No se cambió nada.")
        return self


STANDARD = KdfProfile(memory_kib=FLOOR_KIB, rounds=FLOOR_ROUNDS)
"""RELIABILITY, Keys: 64 MiB, t=3, p=1, the floor for every credential."""
