"""Whom the office believes: the person whose id is the fingerprint of the key, introduced by someone known."""

from __future__ import annotations

import shutil
from itertools import permutations

from ces_tui.clinic import Clinic
from ces_tui.office.office import Office
from ces_tui.sync.exchange import Exchange
from ces_tui.vault.authors import Author
from ces_tui.vault.credentials import KeyPair
from tests.support import PASSPHRASE, open_clinic
from tests.unit.office.support import Pair


def test_nobody_can_name_a_key_for_another_person(pair: Pair) -> None:
    """A clinic writes a person document that gives a colleague's id another key: the colleague's own key stays."""
    pair.write(1)
    pair.introduce()
    vault = pair.clinic.vault
    nurse = next(p for p in pair.clinic.people() if p.role == "enfermeria")
    with vault.transaction() as tx:
        tx.put("person", nurse.id, {"name": "Otra", "role": "pasante", "ed": KeyPair.make().ed_public.hex()})
        tx.put("device", vault.new_id(), {"ed": "no es una clave"}, new=True)
    assert pair.office.import_file(pair.export()).state == "new"
    pair.clinic.login(nurse.id, PASSPHRASE)
    pair.write(1)
    assert pair.office.import_file(pair.export()).new == 1 + 1  # and who exported


def test_a_person_whom_a_known_one_adds_is_known_from_then_on(pair: Pair) -> None:
    pair.write(1)
    pair.introduce()
    vault, keys = pair.clinic.vault, KeyPair.make()
    with vault.transaction() as tx:
        tx.put(
            "person",
            keys.id,
            {"name": "Nueva Persona", "role": "pasante", "ed": keys.ed_public.hex()},
            new=True,
        )
    vault.author = Author(keys.id, "Nueva Persona", "pasante", keys)
    pair.write(2)
    assert pair.office.import_file(pair.export()).new == 3 + 1


def _documents(clinic: Clinic) -> dict[str, object]:
    vault = clinic.vault
    return {i: vault.doc_body("patient", i) for i in sorted(vault.doc_ids("patient"))} | {
        f"months {r['i']} {r['m']}": r["n"] for r in vault.projection("devices") if r["d"] != vault.device_id
    }


def test_bundles_in_any_order_end_in_the_same_documents(pair: Pair) -> None:
    pair.write(1)
    first = pair.office.import_file(pair.export())
    pair.office.accept(first.device, first.words)
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    (patient,) = pair.clinic.vault.doc_ids("patient")
    for n in range(3):
        with pair.clinic.vault.transaction(day=pair.clinic.desk.today()) as tx:
            tx.put("patient", patient, {"names": f"Versión {n}"})
        pair.clock.advance(days=10)
    paths = Exchange(pair.clinic.desk, limit=1).export(pair.stick).paths
    assert len(paths) == 4  # the three and the export's own line
    pair.office_clinic.close()
    seen = []
    for i, order in enumerate(permutations(paths)):
        shutil.copytree(pair.root / "office", pair.root / f"office-{i}")
        clinic = open_clinic(pair.root / f"office-{i}", pair.clock, "coordinacion")
        for path in order:
            assert Office(clinic.desk).import_file(path).new == 1
        seen.append((_documents(clinic), Office(clinic.desk).status()[0].devices))
        clinic.close()
    assert len(seen) == 24 and all(s == seen[0] for s in seen)
    assert seen[0][0][patient] == {"names": "Versión 2"} and seen[0][1][0].gaps == ()
