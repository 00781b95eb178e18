"""Restored or cloned? The anchor outside the folder and the machine's id tell; then the log goes on as a new incarnation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from ces_tui.base.clock import clinical_day
from ces_tui.base.dates import show_date
from ces_tui.base.errors import StoreDamaged
from ces_tui.base.platform.machine import machine_id
from ces_tui.vault.entry import first_prev
from ces_tui.vault.state import Chain

if TYPE_CHECKING:
    from ces_tui.vault.vault import Vault

RESTORED = "repuesta"
"""File beside the header of a store that was laid out from a copy and not opened yet."""
_DAY_MS = 86_400_000
_BACK_MS = 600_000
_FIRST_YEAR = 2025


def settle_identity(vault: Vault) -> str | None:
    """Notice a restore or a clone and start a new incarnation; the sentence for a banner, or None.

    What was written stays: only the numbering of new entries begins anew, so that two laptops never give one number
    to two different entries.
    """
    here = machine_id()
    before = vault.secret("machine")
    anchor = vault.anchor.read()
    if before is None:
        with vault.container.commit():
            vault.put_secret("machine", here.encode())
        return None
    sentence = None
    if before.decode() != here:
        sentence = "Este expediente viene de otra computadora. Si la otra sigue en uso, avise a la oficina."
    elif anchor is not None and (anchor[0] != vault.inc or _grew_apart(vault, anchor[1], anchor[2])):
        sentence = "Aquí se abrió otra copia de este expediente. Avise a la oficina."
    elif anchor is not None and anchor[1] > vault.state.n:
        sentence = (
            f"Se repuso una copia anterior: {_missing(anchor[1] - vault.state.n)}. "
            "Lo que la oficina tenga volverá con su respuesta."
        )
    restored = vault.folder / RESTORED
    if sentence is None and restored.exists():
        sentence = "Este expediente se repuso de una copia. Lo que la oficina tenga y aquí falte volverá con su respuesta."
    if sentence is not None:
        new_incarnation(vault)
        restored.unlink(missing_ok=True)
    return sentence


def _missing(rows: int) -> str:
    return "falta 1 registro" if rows == 1 else f"faltan {rows} registros"


def _grew_apart(vault: Vault, n: int, head: str) -> bool:
    """Whether another copy of this store wrote row `n`: the anchor, never ahead of its own log, names another hash there."""
    if not 1 <= n <= vault.state.n:
        return False
    try:
        return vault.entry_at(n).hash.hex() != head
    except StoreDamaged:
        return False  # a damaged row is for `verify` to say


def new_incarnation(vault: Vault) -> None:
    """Go on under a new incarnation; its first entry names the last hash this store knew."""
    inc = os.urandom(8).hex()
    last = _last_own(vault)
    prev = first_prev(vault.device.id, inc, last)
    chains = {**vault.state.chains, f"{vault.device.id}/{inc}": Chain(0, prev)}
    state = msgspec.structs.replace(vault.state, seq=0, own=prev, chains=chains)
    with vault.container.commit():
        vault.put_secret("inc", inc.encode())
        vault.put_secret("machine", machine_id().encode())
        vault.put_secret("head", msgspec.json.encode(state))
    vault.inc, vault.state = inc, state
    vault.anchor.write(inc, state.n, state.last)


def _last_own(vault: Vault) -> str:
    """Hash of the device's last entry in this store; the present incarnation may not have written any."""
    if vault.state.seq:
        return vault.state.own
    for n in range(vault.state.n, 0, -1):
        entry = vault.entry_at(n)
        if entry.header.dev == vault.device.id:
            return entry.hash.hex()
    return ""


def clock_doubt(vault: Vault) -> str | None:
    """A sentence when the machine's clock can't be right; it changes no order, expires and locks nothing."""
    now = vault.clock.now_ms()
    today = clinical_day(now)
    last = vault.entry_at(vault.state.n).header.wall if vault.state.n else now
    if now < last - _BACK_MS or today.year < _FIRST_YEAR:
        return (
            f"El reloj marca {show_date(today)}, antes del último registro ({show_date(clinical_day(last))}). "
            "Corrija la fecha de la computadora."
        )
    if now > last + 90 * _DAY_MS:
        return f"El último registro es de {show_date(clinical_day(last))}. Revise que la fecha de hoy, {show_date(today)}, sea correcta."
    return None
