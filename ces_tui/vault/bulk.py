"""Many transactions, few commits: for building demo stores and large imports, never at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ces_tui.vault.commit import write_late

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

BATCH = 2000
"""Entries a commit."""


@contextmanager
def bulk_build(vault: Vault) -> Iterator[None]:
    """Everything saved inside goes straight into its tables; an error takes the last batch back."""
    with vault.lock:
        write_late(vault)
        vault.container.execute("BEGIN IMMEDIATE")
        vault.built = 1
        try:
            yield
            vault.built = 0
            vault.container.execute("COMMIT")
        except BaseException:
            vault.built = 0
            if vault.container.db.in_transaction:
                vault.container.execute("ROLLBACK")
            vault.reread()
            raise
        vault.anchor.write(vault.inc, vault.state.n, vault.state.last)


def count_built(vault: Vault) -> None:
    """After each entry: every so many a commit, and the journal emptied into the database."""
    vault.built += 1
    if vault.built % BATCH == 0:
        vault.container.execute("COMMIT")
        vault.container.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        vault.container.execute("BEGIN IMMEDIATE")
