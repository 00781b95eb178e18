"""The doors that test_leaks_escapes.py does not knock at: what came with later rooms. A sequence is refused, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from ces_tui.base.errors import CesError
from ces_tui.care.labs import Lab
from ces_tui.care.pregnancies import Pregnancy
from ces_tui.care.records import Vitals
from ces_tui.care.safety_records import Contact, Handover
from ces_tui.clinic import Clinic
from ces_tui.consult.records import ProtocolResult
from ces_tui.consult.snippets import Snippets
from ces_tui.maternal.records import FetalScan, PrenatalCheck
from ces_tui.paper.records import Licence, Unit
from ces_tui.pharmacy.formulary import entries
from ces_tui.pharmacy.records import Item
from ces_tui.pharmacy.stock import Received
from tests.support import CHEAP
from tests.unit.canary_life import HISTORY, Life, live_through, plan
from tests.unit.consult.visits import LOSARTAN, TODAY, line, page
from tests.unit.hostile import families

Door = Callable[[str], object]


def _care(clinic: Clinic, life: Life) -> dict[str, Door]:
    her, woman = life.her, life.woman
    pregnancy = clinic.pregnancies.current(woman)
    due = clinic.agenda.pending(her)[0]
    assert pregnancy is not None

    def planned(**fields: Any) -> object:
        return clinic.safety.fill(woman, msgspec.structs.replace(plan(), **fields))

    given = Handover(day=TODAY, person="Ana Ruiz", role="guardia", how="traslado", reason="Plan y medios.")
    scan = FetalScan(gestation_days=90)
    return {
        "call.to": lambda s: clinic.agenda.call(her, due, f"Ana{s}", "recado"),
        "call.said": lambda s: clinic.agenda.call(her, due, "Ana", "recado", f"x{s}x"),
        "cancel": lambda s: clinic.agenda.cancel(her, due, f"x{s}x"),
        "vitals": lambda s: clinic.vitals.take(her, Vitals(day=TODAY, complaint=f"x{s}x")),
        "lab.note": lambda s: clinic.labs.add(her, [Lab(day=TODAY, kind="hdl", value=40, note=f"x{s}x")]),
        "lab.method": lambda s: clinic.labs.add(
            her, [Lab(day=TODAY, kind="riesgo_cv", value=10, method=f"x{s}x")]
        ),
        "allergy.reaction": lambda s: clinic.allergies.add(her, "penicilina", reaction=f"x{s}x"),
        "pregnancy.risks": lambda s: clinic.pregnancies.change(
            woman, pregnancy, msgspec.structs.replace(pregnancy.record, risks=f"x{s}x")
        ),
        "pregnancy.place": lambda s: clinic.pregnancies.change(
            woman, pregnancy, msgspec.structs.replace(pregnancy.record, birth_place=f"x{s}x")
        ),
        "pregnancy.new": lambda s: clinic.pregnancies.begin(
            her, Pregnancy(day=TODAY, lmp=TODAY - timedelta(days=60), risks=f"x{s}x")
        ),
        "prenatal.note": lambda s: clinic.pregnancies.check(woman, PrenatalCheck(day=TODAY, note=f"x{s}x")),
        "prenatal.scan": lambda s: clinic.pregnancies.check(
            woman, PrenatalCheck(day=TODAY, scan=msgspec.structs.replace(scan, report=f"x{s}x"))
        ),
        "pregnancy.end": lambda s: clinic.pregnancies.end(woman, pregnancy, "aborto", TODAY, note=f"x{s}x"),
        "plan.signs": lambda s: planned(warning_signs=f"x{s}x"),
        "plan.means": lambda s: planned(means=f"x{s}x"),
        "plan.people": lambda s: planned(people=[Contact(name=f"x{s}x", phone="9671234567")]),
        "plan.phone": lambda s: planned(people=[Contact(name="Ana", phone=f"9{s}9")]),
        "handover.person": lambda s: clinic.safety.hand_over(
            woman, msgspec.structs.replace(given, person=f"Ana{s}")
        ),
        "handover.reason": lambda s: clinic.safety.hand_over(
            woman, msgspec.structs.replace(given, reason=f"x{s}x")
        ),
        "risk.text": lambda s: clinic.safety.raise_risk(woman, text=f"x{s}x"),
        "risk.close": lambda s: clinic.safety.close(woman, f"x{s}x"),
        "death": lambda s: clinic.deaths.note(woman, TODAY, f"xxx{s}x"),
        "link": lambda s: clinic.links.link(her, woman, f"xxx{s}x"),
        "session": lambda s: clinic.mental_health.add_session(her, 2, f"x{s}x"),
        "movements": lambda s: clinic.mental_health.add_movements(her, found=True, text=f"x{s}x"),
        "ask": lambda s: clinic.reviews.ask(her, f"xxx{s}x"),
    }


def _rooms(clinic: Clinic, life: Life) -> dict[str, Door]:
    her = life.her
    history = clinic.histories.get(her)
    assert history is not None
    told = dict(history.record.answers)
    lot = clinic.stock.lots(LOSARTAN)[0]
    expiry = date(2027, 12, 31)
    settings = clinic.paper.settings
    entry = entries()[LOSARTAN]
    own = Snippets(clinic.desk)
    return {
        **{f"history.{key}": _answered(clinic, her, told, key) for key in HISTORY},
        "snippet.key": lambda s: own.save(f"ab{s}", "texto"),
        "snippet.text": lambda s: own.save("abc", f"x{s}x"),
        "unit": lambda s: settings.set_unit(Unit(unit=f"x{s}x")),
        "unit.address": lambda s: settings.set_unit(Unit(unit="x", address=f"x{s}x")),
        "licence": lambda s: settings.set_my_licence(Licence(kind="constancia", number=f"1{s}2")),
        "licence.school": lambda s: settings.set_my_licence(
            Licence(kind="constancia", number="1", school=f"x{s}x")
        ),
        "licence.supervisor": lambda s: settings.set_my_licence(
            Licence(kind="constancia", number="1", supervisor=f"x{s}x")
        ),
        "item.form": lambda s: clinic.formulary.add_own(Item(name="Jarabe otro", unit="frasco", form=f"x{s}x")),
        "item.unit": lambda s: clinic.formulary.add_own(Item(name="Jarabe otro", unit=f"x{s}x")),
        "lot": lambda s: clinic.stock.receive([Received(LOSARTAN, f"L{s}9", expiry, 1, "CES")]),
        "origin": lambda s: clinic.stock.receive(
            [Received(LOSARTAN, "L9", expiry, 1, "CES")], origin=f"x{s}x"
        ),
        "loss": lambda s: clinic.stock.loss(LOSARTAN, lot.id, 1, reason=f"xxx{s}x"),
        "adjust": lambda s: clinic.stock.adjust(LOSARTAN, lot.id, 1, reason=f"xxx{s}x"),
        "count": lambda s: clinic.stock.count(LOSARTAN, {lot.id: 3}, reason=f"xxx{s}x"),
        "transfer": lambda s: clinic.stock.transfer(LOSARTAN, lot.id, 1, to=f"xxx{s}x"),
        "dispense.name": lambda s: clinic.dispensing.dispense(
            her, [msgspec.structs.replace(line(), name=f"{entry.name}{s}x")]
        ),
        "consult.reason": lambda s: clinic.consults.sign(page(reason=f"x{s}x"), her),
        "consult.plan": lambda s: clinic.consults.sign(page(plan=f"x{s}x"), her),
        "consult.next": lambda s: clinic.consults.sign(page(next_reason=f"x{s}x"), her),
        "consult.section": lambda s: clinic.consults.sign(page(sections={"dm_hba1c": f"8{s}"}), her),
        "consult.protocol": lambda s: clinic.consults.sign(
            page(protocols=(ProtocolResult(protocol="x", version="1", classification=f"x{s}x"),)), her
        ),
        "struck": lambda s: clinic.consults.mark_error(her, life.note, f"xxx{s}x", {}),
        "visitor": lambda s: clinic.team.add(
            f"Eva{s} Sol", "visitante", "otra frase muy distinta 77", until=TODAY + timedelta(days=9), profile=CHEAP
        ),
    }  # fmt: skip


def _answered(clinic: Clinic, her: str, told: dict[str, str], key: str) -> Door:
    stored = clinic.histories.get(her)
    return lambda s: clinic.histories.sign(her, told | {key: f"x{s}x"}, stored)


@pytest.mark.parametrize("rooms", [_care, _rooms])
def test_every_family_of_sequences_is_refused_at_every_door(
    clinic: Clinic, rooms: Callable[[Clinic, Life], dict[str, Door]]
) -> None:
    """And log and settings are what they were. NEL alone is a blank to a field of one line, and becomes one."""
    life = live_through(clinic)
    before, index = clinic.vault.state.n, clinic.vault.container.kv("settings")
    for number, (name, door) in enumerate(rooms(clinic, life).items()):
        for text in [f for f in families() if f != "\x85"][number % 4 :: 4]:
            try:
                door(text)
            except CesError:
                pass
            else:
                pytest.fail(f"{name} took {text!r}")
            assert clinic.vault.state.n == before, name
    assert clinic.vault.container.kv("settings") == index
