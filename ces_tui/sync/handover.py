"""`clinic.handover`: the yearly change of pasante, step by step. What is done is read from the store, never remembered as done.

begun ── last export ── receipt ── successor enrolled ── leaver removed under a new key ── proof

Only who leaves, who comes and when it began are kept (a sealed setting), so that it can be taken up again any day.
"""

from __future__ import annotations

from dataclasses import dataclass

from ces_tui.base.errors import BadInput, NotFound, Refused
from ces_tui.base.record import Record, read
from ces_tui.people.desk import Desk
from ces_tui.people.team import HandoverProof, Member, Progress, Removal, Team, handover_proof
from ces_tui.sync.export import unconfirmed
from ces_tui.sync.ledger import Ledger
from ces_tui.sync.ranges import log_name
from ces_tui.sync.records import many

_SETTING = "traspaso"
MAY_FOLLOW = frozenset({"pasante", "supervision", "enfermeria"})
_NOT_CARE = frozenset({"person", "lecturas"})


class _Kept(Record, frozen=True, kw_only=True, omit_defaults=True):
    leaver: str
    name: str
    at: int
    epoch: int
    """Of the key that the leaver had."""
    successor: str = ""


@dataclass(frozen=True)
class Step:
    """One step: its words, whether it is done, and what is missing or was done."""

    id: str
    title: str
    done: bool
    told: str


@dataclass(frozen=True)
class HandoverState:
    """Where the handover stands."""

    leaver: str
    leaver_name: str
    successor: str
    steps: tuple[Step, ...]
    proof: HandoverProof

    @property
    def next(self) -> Step | None:
        """The first step that is not done; None at the end."""
        return next((s for s in self.steps if not s.done), None)


class Handover:
    """The handover of this clinic's laptop from one pasante to the next."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._vault = desk.vault
        self._team = Team(desk)
        self._ledger = Ledger(desk.vault)

    def state(self) -> HandoverState | None:
        """Where it stands, worked out anew; None when none was begun."""
        kept = self._kept()
        if kept is None:
            return None
        members = {m.id: m for m in self._team.members()}
        fresh, pending = self._behind(kept)
        proof = handover_proof(self._desk, kept.leaver, kept.successor or None, pending)
        gone = kept.leaver not in members
        new_key = self._vault.header.epoch > kept.epoch
        steps = (
            Step("export", "Último paquete para la oficina", fresh == 0, self._export_words(fresh)),
            Step("receipt", "Acuse de la oficina", pending == 0, _receipt_words(pending)),
            self._successor_step(kept, members),
            Step(
                "remove",
                f"Quitar a {kept.name}",
                gone,
                "ya no tiene acceso" if gone else "todavía entra con su frase",
            ),
            Step(
                "key",
                "Llave nueva",
                gone and new_key,
                "todo se selló con una llave nueva" if gone and new_key else "falta el cambio de llave",
            ),
        )
        return HandoverState(kept.leaver, kept.name, kept.successor, steps, proof)

    def begin(self, leaver: str) -> HandoverState:
        """Begin for the person who leaves; what was begun for somebody else is replaced."""
        self._desk.require("personas")
        member = next((m for m in self._team.members() if m.id == leaver), None)
        if member is None:
            raise NotFound("Esa persona no tiene acceso a este expediente.")
        self._keep(
            _Kept(leaver=leaver, name=member.name, at=self._desk.now(), epoch=self._vault.header.epoch)
        )
        return self._now()

    def choose_successor(self, person: str) -> HandoverState:
        """Name the person who comes: someone with access here, not the one who leaves."""
        self._desk.require("personas")
        kept = self._begun()
        if person == kept.leaver:
            raise BadInput("Quien sigue no puede ser quien se va.")
        if person not in {m.id for m in self._team.members()}:
            raise NotFound("Esa persona no tiene acceso a este expediente.")
        self._keep(_Kept(leaver=kept.leaver, name=kept.name, at=kept.at, epoch=kept.epoch, successor=person))
        return self._now()

    def remove_leaver(self, progress: Progress | None = None) -> Removal:
        """Remove the leaver, or finish a change of key that was cut short; Refused before someone follows."""
        self._desk.require("personas")
        kept = self._begun()
        members = {m.id for m in self._team.members()}
        if kept.successor not in members:
            raise Refused("Primero agregue a quien sigue y compruebe que entra con su frase.")
        if kept.leaver in members:
            return self._team.remove(kept.leaver, progress)
        return self._team.change_key(kept.name, progress)

    def finish(self) -> HandoverProof:
        """Close the handover; Refused while its proof is not complete."""
        self._desk.require("personas")
        state = self._now()
        if not state.proof.complete or state.next is not None:
            raise Refused("El traspaso todavía no está completo; puede retomarlo otro día.")
        self._vault.set_setting(_SETTING, {})
        return state.proof

    def forget(self) -> None:
        """Stop guiding; nothing that was done is undone."""
        self._desk.require("personas")
        self._vault.set_setting(_SETTING, {})

    # -- what is missing -----------------------------------------------------------------------------------

    def _behind(self, kept: _Kept) -> tuple[int, int]:
        """Entries of care that no bundle carries yet, and those that no receipt confirms.

        Counted are all until the last export that was made since the handover began, and everything of the leaver's.
        """
        last = self._ledger.export()
        closed = last.at is not None and last.at >= kept.at
        fresh = pending = 0
        for entry in unconfirmed(self._vault, self._ledger.basis(), self._ledger.covered_row()):
            head = entry.header
            if all(change.t in _NOT_CARE for change in head.ch):
                continue
            beyond = head.seq > last.upto.get(log_name(head.dev, head.inc), 0)
            if closed and beyond and head.by != kept.leaver:
                continue  # the successor's own work has begun
            fresh += beyond
            pending += 1
        return fresh, pending

    def _export_words(self, fresh: int) -> str:
        if self._vault.header.office is None:
            return "no hay oficina: haga una copia"
        return f"sin llevar: {many(fresh, 'registro', 'registros')}" if fresh else "todo va en un paquete"

    def _successor_step(self, kept: _Kept, members: dict[str, Member]) -> Step:
        member = members.get(kept.successor)
        told = f"{member.name}, {member.role_word}" if member else "falta agregar a quien sigue"
        return Step("successor", "Quien sigue", member is not None, told)

    # -- what is kept --------------------------------------------------------------------------------------

    def _kept(self) -> _Kept | None:
        body = self._vault.setting(_SETTING)
        return read(_Kept, body) if body else None

    def _begun(self) -> _Kept:
        kept = self._kept()
        if kept is None:
            raise NotFound("No hay un traspaso empezado.")
        return kept

    def _now(self) -> HandoverState:
        state = self.state()
        if state is None:
            raise NotFound("No hay un traspaso empezado.")
        return state

    def _keep(self, kept: _Kept) -> None:
        self._vault.set_setting(_SETTING, kept.body())


def _receipt_words(pending: int) -> str:
    if pending:
        return f"sin confirmar: {many(pending, 'registro', 'registros')}"
    return "la oficina confirmó todo"


def proof_lines(proof: HandoverProof) -> list[tuple[str, bool]]:
    """The proof, line by line, and whether each is as it must be."""
    pending = proof.pending_at_office
    return [
        (f"Ranuras de quien se va: {proof.leaver_slots}", proof.leaver_slots == 0),
        (
            "Registros en la oficina: todos"
            if not pending
            else f"Registros sin acuse de la oficina: {pending}",
            pending == 0,
        ),
        (f"Persona nueva: {proof.successor or 'nadie todavía'}", proof.successor is not None),
    ]
