"""Who opened what: gathered in memory, written as one `lecturas` change with the next save, at cover, close, or after a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ces_tui.vault.projections import Contribution, Fact

if TYPE_CHECKING:
    from ces_tui.vault.transaction import Transaction
    from ces_tui.vault.vault import Vault

_SAME_MS = 60_000


class Reads:
    """The reads not yet written."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._waiting: list[list[Any]] = []

    def note(self, patient: str, part: str) -> None:
        """One look at one part of one chart; the same look within a minute counts once."""
        now, who = self._vault.clock.now_ms(), self._vault.author_id
        with self._vault.lock:
            for ms, person, of, what in reversed(self._waiting):
                if now - ms > _SAME_MS:
                    break
                if (person, of, what) == (who, patient, part):
                    return
            self._waiting.append([now, who, patient, part])

    @property
    def oldest(self) -> int | None:
        """Instant (ms) of the oldest read not yet written."""
        return self._waiting[0][0] if self._waiting else None

    def waiting(self) -> list[tuple[int, str, str, str]]:
        """(ms, person, patient, part) of those not yet written."""
        with self._vault.lock:
            return [(ms, person, of, what) for ms, person, of, what in self._waiting]

    def forget(self) -> None:
        """At close: what could not be written goes too."""
        self._waiting.clear()

    def join(self, transaction: Transaction) -> list[list[Any]]:
        """Add what waits to a transaction that is about to commit; what was added."""
        taken = self._waiting[:]
        if taken:
            transaction.put("lecturas", self._vault.new_id(), {"reads": taken}, new=True)
        return taken

    def settle(self, taken: list[list[Any]]) -> None:
        """After COMMIT: those are written."""
        del self._waiting[: len(taken)]

    def flush(self) -> None:
        """Write what waits as an entry of its own."""
        with self._vault.lock:
            if not self._waiting:
                return
            with self._vault.transaction() as tx:
                tx.touch()


def reads_facts(fact: Fact) -> Contribution:
    """reads/<patient> and reads-by/<person>."""
    body = fact.body or {}
    rows = []
    for ms, person, patient, part in body.get("reads", ()):
        rows.append((f"reads/{patient}", {"t": ms, "by": person, "w": part}))
        rows.append((f"reads-by/{person}", {"t": ms, "p": patient, "w": part}))
    return Contribution(rows=rows)


CONTRIBUTIONS = {"lecturas": reads_facts}
