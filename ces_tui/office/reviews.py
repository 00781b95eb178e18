"""What the supervision wrote at the office into charts of a clinic: it travels back in the clinic's next answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ces_tui.screening.review import DRAWER
from ces_tui.sync.ranges import log_name
from ces_tui.vault.projections import void_drawer
from ces_tui.vault.vault import Vault


def written_for(vault: Vault, devices: Collection[str], basis: Mapping[str, int]) -> list[int]:
    """Log rows of this office's case reviews of patients whose questions came from `devices`, after `basis`.

    An answer and the alert that brings it to whoever asked are one entry, so that neither arrives without the other;
    so are the mark that it was recorded by mistake and the alert's end.
    """
    rows = vault.projection(DRAWER)
    asked = {str(r["i"]): str(r["p"]) for r in rows if r["k"] == "q"}
    found = []
    for row in rows:
        question, patient = str(row.get("q", "")), str(row["p"])
        if row["k"] not in {"a", "x"} or question not in asked:
            continue
        if vault.entry_at(_log_row(vault, asked[question], question)).header.dev not in devices:
            continue
        written = [str(row["i"])]
        if row["k"] == "x":
            written += [str(void["v"]) for void in vault.projection(void_drawer(str(row["i"])))]
        found += [n for doc in written if _ours_after(vault, n := _log_row(vault, patient, doc), basis)]
    return found


def _ours_after(vault: Vault, n: int, basis: Mapping[str, int]) -> bool:
    """Whether a log row is of this device and later than what the clinic confirmed."""
    header = vault.entry_at(n).header
    return header.dev == vault.device_id and header.seq > basis.get(log_name(header.dev, header.inc), 0)


def _log_row(vault: Vault, patient: str, doc: str) -> int:
    """The log row of the document's last revision."""
    with vault.lock:
        return vault.drawers.drawer(f"chart/{patient}").docs[doc].heads[0].log
