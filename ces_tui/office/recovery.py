"""The office's side of a forgotten passphrase: compare four words, open the office's own slot, answer."""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from ces_tui.base.errors import BadInput, NotFound
from ces_tui.base.words import same_words
from ces_tui.office.setup import office_keys
from ces_tui.people.desk import Desk
from ces_tui.sync import age
from ces_tui.sync.recovery import Answer, Request, write_answer
from ces_tui.vault.credentials import key_id, unwrap_key, wrap_key


class Recovery:
    """Answers to requests of clinics whose people forgot their passphrase."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._keys = office_keys(desk.vault)

    def answer(self, request: Request, words: str, to: Path, escrow: str | None = None) -> Path:
        """Write the answer to `to`; BadInput when the words read aloud are not the request's.

        `escrow` is the paper key (AGE-SECRET-KEY-1…), for an office that lost its own store.
        """
        self._desk.require("oficina")
        if not same_words(words, request.words):
            raise BadInput(
                "Las palabras no son las de esa solicitud. No la conteste: llame a la clínica y compare otra vez.",
                field="words",
            )
        data_key = self._data_key(request, escrow)
        unsigned = Answer(
            v=1,
            store=request.store,
            epoch=request.epoch,
            person=request.person,
            replaces=request.replaces,
            box=wrap_key(
                data_key,
                bytes.fromhex(request.store),
                request.epoch,
                request.person,
                bytes.fromhex(request.x),
            ),
        )
        answer = msgspec.structs.replace(unsigned, signature=self._keys.sign(unsigned.signed_part()).hex())
        self._note(request)
        return write_answer(answer, to, request.code)

    def _data_key(self, request: Request, escrow: str | None) -> bytes:
        if escrow is not None:
            private = X25519PrivateKey.from_private_bytes(age.identity_bytes(escrow))
            recipient = key_id(private.public_key().public_bytes_raw())
        else:
            private, recipient = self._keys.x, self._keys.id
        for slot in request.slots:
            if slot.to == recipient:
                return unwrap_key(slot.box, private, bytes.fromhex(request.store), request.epoch, recipient)
        raise NotFound("Esa solicitud es de una clínica de otra oficina.")

    def _note(self, request: Request) -> None:
        """Who let whom in stays in the office's log."""
        body = {
            "kind": "recuperacion",
            "store": request.store,
            "clinic": request.clinic,
            "person": request.person,
            "name": request.name,
            "replaces": request.replaces,
            "at": self._desk.now(),
            "author": self._desk.me.id,
        }
        with self._desk.vault.transaction() as tx:
            tx.put("roster", self._desk.vault.new_id(), body, new=True)
