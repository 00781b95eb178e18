"""The handover is worked out from the store each time: nothing reads as done that is not."""

from __future__ import annotations

import pytest

from ces_tui.base.errors import BadInput, NotAllowed, NotFound, Refused
from ces_tui.sync.handover import proof_lines
from tests.support import CHEAP, PASSPHRASE
from tests.unit.office.support import Pair

NEW = "otra frase muy distinta 77"


def done(pair: Pair) -> dict[str, bool]:
    state = pair.clinic.handover.state()
    assert state is not None
    return {s.id: s.done for s in state.steps}


def test_from_the_last_export_to_the_proof(pair: Pair) -> None:
    clinic = pair.clinic
    leaver = clinic.me.id
    pair.write(3)
    handover = clinic.handover
    assert handover.state() is None
    assert handover.begin(leaver).leaver_name == "Irene Balcázar"
    assert done(pair) == {
        "export": False,
        "receipt": False,
        "successor": False,
        "remove": False,
        "key": False,
    }
    pair.introduce()
    assert done(pair)["export"] and not done(pair)["receipt"]
    answer = pair.office.answer(None, pair.stick)
    clinic.exchange.read_answer(answer.path)
    assert done(pair)["receipt"]

    with pytest.raises(Refused, match="quien sigue"):
        handover.remove_leaver()
    new = clinic.team.add("Nadia Robles", "pasante", NEW, profile=CHEAP)
    with pytest.raises(BadInput):
        handover.choose_successor(leaver)
    handover.choose_successor(new.id)
    with pytest.raises(Refused, match="sí mismo"):
        handover.remove_leaver()
    clinic.login(new.id, NEW)
    pair.write(1)
    assert done(pair)["export"] and done(pair)["receipt"], "the successor's own work is not the handover's"
    handover.remove_leaver()
    assert all(done(pair).values())
    state = handover.state()
    assert state is not None and state.next is None and state.proof.complete
    assert [line for line, _ in proof_lines(state.proof)] == [
        "Ranuras de quien se va: 0",
        "Registros en la oficina: todos",
        "Persona nueva: Nadia Robles",
    ]
    assert handover.finish().complete and handover.state() is None


def test_it_can_be_taken_up_again_and_is_honest_about_what_is_missing(pair: Pair) -> None:
    clinic = pair.clinic
    leaver = clinic.me.id
    clinic.handover.begin(leaver)
    new = clinic.team.add("Nadia Robles", "pasante", NEW, profile=CHEAP)
    clinic.handover.choose_successor(new.id)
    pair.write(2)
    clinic.login(new.id, NEW)

    def cut(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clinic.handover.remove_leaver(cut)
    assert done(pair) == {"export": False, "receipt": False, "successor": True, "remove": True, "key": False}
    with pytest.raises(Refused, match="no está completo"):
        clinic.handover.finish()
    clinic.handover.remove_leaver()
    assert done(pair)["key"]
    state = clinic.handover.state()
    assert state is not None and not state.proof.complete and state.next is not None
    assert state.next.id == "export"
    assert "sin acuse" in proof_lines(state.proof)[1][0]


def test_only_who_may_let_people_in_hands_over(pair: Pair) -> None:
    clinic = pair.clinic
    nurse = next(m.id for m in clinic.team.members() if m.role == "enfermeria")
    leaver = clinic.me.id
    with pytest.raises(NotFound):
        clinic.handover.begin("0" * 32)
    with pytest.raises(NotFound):
        clinic.handover.choose_successor(nurse)
    clinic.login(nurse, PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.handover.begin(leaver)
