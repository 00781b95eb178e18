"""Who works here: adding, changing a passphrase, removing with a change of key, and the yearly handover's proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ces_tui.base.errors import BadInput, CesError
from ces_tui.base.words import five_words
from ces_tui.people.desk import Desk
from ces_tui.people.passphrases import checked_passphrase
from ces_tui.people.roles import ROLES
from ces_tui.vault.copies import copy_here, drop_copies, stale_copies
from ces_tui.vault.header import PersonInfo
from ces_tui.vault.membership import add_person, apply_documents, change_passphrase, end_person, people_of
from ces_tui.vault.profiles import STANDARD, KdfProfile
from ces_tui.vault.reseal import reseal

Progress = Callable[[str, int, int], None]
OUTSIDE = "copias_fuera"
"""Setting: where copies outside this laptop lie, [{"name", "at", "epoch"}]."""
_EPOCH = "epoca"
OFFICE_ROLES = ("coordinacion", "supervision")
LOCAL_ROLES = ("pasante", "enfermeria", "supervision", "visitante")


@dataclass(frozen=True)
class Member:
    """Someone who opens this store."""

    id: str
    name: str
    role: str
    until: date | None
    me: bool

    @property
    def role_word(self) -> str:
        return ROLES.get(self.role, self.role)


@dataclass(frozen=True)
class Removal:
    """What removing someone did, and what it could not: sticks that still hold a copy which they can open."""

    name: str
    epoch: int
    copies_replaced: int
    sticks: tuple[str, ...]
    copy_problem: str = ""
    """Why no new copy was made here; the old ones went all the same."""

    @property
    def sentences(self) -> list[str]:
        """What was done, and what this machine could not do."""
        told = [
            f"{self.name} ya no tiene acceso. Todo se selló con una llave nueva y se revisó sello por sello."
        ]
        if self.copies_replaced and not self.copy_problem:
            told.append(f"Copias de esta computadora cambiadas por una nueva: {self.copies_replaced}.")
        elif self.copies_replaced:
            told.append(
                f"Copias de esta computadora borradas: {self.copies_replaced}. Falta hacer una nueva. {self.copy_problem}"
            )
        if self.sticks:
            told.append(
                f"Guardan todavía una copia que {self.name} puede abrir: {', '.join(self.sticks)}. "
                "Haga en cada memoria una copia nueva; la anterior se borra sola."
            )
        return told


class Team:
    """The people of this store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault

    def members(self) -> list[Member]:
        """Everyone with access, as their documents say."""
        me = self._vault.author_id
        found = []
        for info in people_of(self._vault):
            body: dict[str, object] = dict(self._vault.doc_body("person", info.id) or {})
            until = body.get("until")
            last = date.fromisoformat(until) if isinstance(until, str) else None
            found.append(Member(info.id, info.name, info.role, last, info.id == me))
        return found

    def roles(self) -> tuple[str, ...]:
        """The roles that someone can be given here: a clinic's, or the office's."""
        office = self._vault.header.clinic.kind == "office"
        return OFFICE_ROLES if office else LOCAL_ROLES

    @staticmethod
    def propose() -> str:
        """Five words for a passphrase."""
        return five_words()

    def add(
        self,
        name: str,
        role: str,
        passphrase: str,
        *,
        until: date | None = None,
        profile: KdfProfile = STANDARD,
    ) -> PersonInfo:
        """Give someone access; BadInput for a weak passphrase, an unknown role or a name already in use.

        A visitor needs a last day, and has access until it ends.
        """
        self._desk.require("personas")
        if role not in self.roles():
            words = [ROLES[r] for r in self.roles()]
            raise BadInput(f"Elija la función: {', '.join(words[:-1])} o {words[-1]}.", field="role")
        if role == "visitante" and until is None:
            raise BadInput("Escriba hasta qué día estará de visita.", field="until")
        if until is not None and until < self._desk.today():
            raise BadInput("Ese día ya pasó.", field="until")
        if any(m.name.casefold() == name.strip().casefold() for m in self.members()):
            raise BadInput("Ya hay alguien con ese nombre. Agregue el segundo apellido.", field="name")
        phrase = checked_passphrase(passphrase)
        return add_person(self._vault, name, role, phrase, until=until, profile=profile)

    def change_my_passphrase(self, old: str, new: str, *, profile: KdfProfile = STANDARD) -> None:
        """Change one's own passphrase; WrongPassphrase when the old one is not right."""
        self._desk.require("cambiar_frase")  # the envelope's is on paper and stays as it is there
        phrase = checked_passphrase(new)
        if phrase == old.strip():
            raise BadInput("La frase nueva es igual a la anterior.", field="new")
        change_passphrase(self._vault, self._desk.me.id, old, phrase, profile=profile)

    def remove(self, person_id: str, progress: Progress | None = None) -> Removal:
        """End someone's access: new data key, everything sealed anew and verified, every copy here replaced.

        StoreDamaged leaves the old key in force; the person's document already says that they left, and the change
        of key can be repeated with `change_key`.
        """
        self._desk.require("personas")
        name = next((m.name for m in self.members() if m.id == person_id), "")
        end_person(self._vault, person_id, self._desk.today())
        apply_documents(self._vault)  # their slot goes at once, whatever becomes of the change of key
        self._vault.log_out(person_id)
        return self.change_key(name, progress)

    def change_key(self, name: str = "", progress: Progress | None = None) -> Removal:
        """A new epoch for the people who have access now."""
        self._desk.require("personas")
        vault = self._vault
        before = vault.header.epoch
        reseal(vault, progress)
        vault.set_setting(
            _EPOCH,
            {"epoch": vault.header.epoch, "n": vault.state.n, "day": self._desk.today().isoformat()},
        )
        gone = stale_copies(vault.folder, vault.header.epoch)
        problem = self._copy_anew(progress) if gone else ""
        drop_copies(vault.folder, before_epoch=vault.header.epoch)
        return Removal(name, vault.header.epoch, gone, self._sticks(before), problem)

    def _copy_anew(self, progress: Progress | None) -> str:
        """A copy under the new key in place of the old ones; the reason when there is none."""
        try:
            copy_here(self._vault, progress)
        except CesError as error:  # cancelled, or no room: the key is changed all the same
            return str(error)
        return ""

    def owed(self) -> list[str]:
        """Names of those who lost access while the present key was in use: with an old slot they could still open it.

        A change of key that was cut short, a visitor whose last day passed, a removal that came from the office.
        """
        told = self._vault.setting(_EPOCH)
        known = isinstance(told, dict) and told.get("epoch") == self._vault.header.epoch
        since, day = (int(told["n"]), str(told["day"])) if known and isinstance(told, dict) else (0, "")
        bodies = {i: dict(self._vault.doc_body("person", i) or {}) for i in self._vault.doc_ids("person")}
        recovered = {str(b.get("recovered", "")) for b in bodies.values()}
        here = {p.id for p in people_of(self._vault)}
        return [
            str(body.get("name", ""))
            for person, body in bodies.items()
            if person not in here
            and person not in recovered  # a forgotten passphrase opens nothing
            and (self._ended_after(person, body, since) or str(body.get("until", "")) >= (day or "0"))
        ]

    def _ended_after(self, person: str, body: dict[str, object], row: int) -> bool:
        held = self._vault.held("hot/person", person)
        return "ended" in body and held is not None and any(h.log > row for h in held.heads)

    def _sticks(self, before: int) -> tuple[str, ...]:
        told = self._vault.setting(OUTSIDE)
        rows = told if isinstance(told, list) else []
        names = [str(r["name"]) for r in rows if isinstance(r, dict) and int(r.get("epoch", 0)) <= before]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class HandoverProof:
    """The end of a yearly handover, each line shown as done or not."""

    leaver_slots: int
    pending_at_office: int
    """Entries that the office has not confirmed."""
    successor: str | None

    @property
    def complete(self) -> bool:
        return self.leaver_slots == 0 and self.pending_at_office == 0 and self.successor is not None


def handover_proof(desk: Desk, leaver: str, successor: str | None, pending: int) -> HandoverProof:
    """What the handover screen shows last: slots of the leaver, entries not yet at the office, who came."""
    slots = sum(1 for s in desk.vault.header.slots if s.to == leaver)
    here = {p.id: p.name for p in desk.vault.header.people}
    return HandoverProof(slots, pending, here.get(successor or ""))
