"""The roster: supervisors and visitors whom the office lets into clinics, from a stick.

Someone is added once, at the office, where they type their own passphrase. Their person document names the clinics it
opens; each of those clinics' next answers carries it, and the clinic makes the slot itself. Taking someone off is a
further revision of the same document: the clinic drops the slot at once and says that a change of key is due.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.office.book import Book
from ces_tui.people.desk import Desk
from ces_tui.people.passphrases import checked_passphrase
from ces_tui.sync.ranges import log_name
from ces_tui.vault.header import PersonInfo
from ces_tui.vault.membership import new_person, person_body
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.vault import Vault

ROLES = ("supervision", "visitante")


@dataclass(frozen=True)
class Listed:
    """Someone on the roster and the clinics (three letters) that they open."""

    id: str
    name: str
    role: str
    clinics: tuple[str, ...]
    until: str


class Roster:
    """The office's people for the clinics."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault
        self._book = Book(desk.vault)

    def listed(self) -> list[Listed]:
        """Everyone the office let in, also those whom it took off again."""
        self._desk.require("oficina")
        codes = {a.clinic: a.code for a in self._book.acceptances()}
        found = []
        for person, body in self._bodies():
            clinics = tuple(sorted(codes.get(s, s[:8]) for s in body.get("stores", ())))
            found.append(
                Listed(person, str(body["name"]), str(body["role"]), clinics, str(body.get("until", "")))
            )
        return found

    def add(
        self,
        name: str,
        role: str,
        passphrase: str,
        clinics: Sequence[str],
        *,
        until: date | None = None,
        profile: KdfProfile = STANDARD,
    ) -> PersonInfo:
        """Let someone into clinics (code, name or id); they type the passphrase themselves, here, once.

        BadInput for another role, a visitor without a last day, a weak passphrase or no clinic; NotFound for an
        unknown one.
        """
        self._desk.require("oficina")
        if role not in ROLES:
            raise BadInput("La oficina da acceso a supervisión o a visitantes.", field="role")
        if role == "visitante" and until is None:
            raise BadInput("Escriba hasta qué día estará de visita.", field="until")
        if until is not None and until < self._desk.today():
            raise BadInput("Ese día ya pasó.", field="until")
        stores = sorted({self._book.clinic(wanted).clinic for wanted in clinics})
        if not stores:
            raise BadInput("Diga a qué clínicas entra.", field="clinics")
        info = new_person(name, role, checked_passphrase(passphrase), profile)
        more: dict[str, Any] = {"roster": True}
        if until:
            more["until"] = until.isoformat()
        with self._vault.transaction() as tx:
            tx.put("person", info.id, person_body(info, stores, **more), new=True)
        return info

    def end(self, person: str, clinics: Sequence[str] = ()) -> Listed:
        """Take someone off the roster of these clinics (of all when none is named)."""
        self._desk.require("oficina")
        near = [(i, b) for i, b in self._bodies() if i.startswith(person) or b.get("name") == person]
        if len(near) != 1:
            raise NotFound("No hay una sola persona así en la lista de la oficina.")
        person_id, body = near[0]
        gone = {self._book.clinic(wanted).clinic for wanted in clinics} or set(body.get("stores", ()))
        left = [s for s in body.get("stores", ()) if s not in gone]
        ended = {"ended": self._desk.today().isoformat(), "left": sorted({*body.get("left", ()), *gone})}
        with self._vault.transaction() as tx:
            tx.put("person", person_id, {**body, "stores": left, **ended})
        return next(p for p in self.listed() if p.id == person_id)

    def _bodies(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for person in self._vault.doc_ids("person"):
            body = self._vault.doc_body("person", person)
            if body is not None and body.get("roster"):
                found.append((person, dict(body)))
        return found


def roster_rows(vault: Vault, clinic: str, basis: Mapping[str, int]) -> list[int]:
    """Log rows of this office's entries after `basis` that let someone into the clinic or take them off again."""
    rows = []
    for person in vault.doc_ids("person"):
        body = vault.doc_body("person", person)
        held = vault.held("hot/person", person)
        if body is None or held is None or not body.get("roster"):
            continue
        if clinic not in body.get("stores", ()) and clinic not in body.get("left", ()):
            continue
        for n in {h.log for h in held.heads}:
            header = vault.entry_at(n).header
            reached = basis.get(log_name(header.dev, header.inc), 0)
            if header.dev == vault.device_id and header.seq > reached:
                rows.append(n)
    return rows


def roster_version(vault: Vault) -> int:
    """A number that grows with every change of the roster: the log row of its last one."""
    rows = [0]
    for person in vault.doc_ids("person"):
        held = vault.held("hot/person", person)
        body = vault.doc_body("person", person)
        if held is not None and body is not None and body.get("roster"):
            rows += [h.log for h in held.heads]
    return max(rows)
