"""What the supervision wrote at the office into charts of a clinic: it travels back in the clinic's next answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ces_tui.screening.review import DRAWER
from ces_tui.sync.ranges import log_name
from ces_tui.vault.vault import Vault


def written_for(vault: Vault, devices: Collection[str], basis: Mapping[str, int]) -> list[int]:
    """Log rows of this office's case reviews of patients whose questions came from `devices`, after `basis`.

    An answer and the alert that brings it to whoever asked are one entry, so that neither arrives without the other.
    """
    rows = vault.projection(DRAWER)
    asked = {str(r["i"]): str(r["p"]) for r in rows if r["k"] == "q"}
    found = []
    for row in rows:
        question = str(row.get("q", ""))
        if row["k"] != "a" or question not in asked:
            continue
        origin = vault.entry_at(_log_row(vault, asked[question], question))
        n = _log_row(vault, str(row["p"]), str(row["i"]))
        header = vault.entry_at(n).header
        reached = basis.get(log_name(header.dev, header.inc), 0)
        if origin.header.dev in devices and header.dev == vault.device_id and header.seq > reached:
            found.append(n)
    return found


def _log_row(vault: Vault, patient: str, doc: str) -> int:
    """The log row of the document's last revision."""
    with vault.lock:
        return vault.drawers.drawer(f"chart/{patient}").docs[doc].heads[0].log
