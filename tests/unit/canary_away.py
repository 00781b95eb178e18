"""What leaves the clinic with the canary in it: papers, bundles, answers, copies, and the machines where stores come back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ces_tui.base.errors import CesError
from ces_tui.cli.screening_clinic import write_sealed
from ces_tui.clinic import Clinic, projector
from ces_tui.office.recovery import Recovery
from ces_tui.office.roster import Roster
from ces_tui.paper.papers import FORMS
from ces_tui.paper.preview import as_text
from ces_tui.paper.records import LAYOUTS, Referral
from ces_tui.screening.fhir_sheets import Sheets
from ces_tui.sync.backup_files import restore
from ces_tui.sync.recovery import apply_answer, make_request, read_request
from ces_tui.vault import create, identity, state
from ces_tui.vault.salvage import salvage
from ces_tui.vault.verify import verify_store
from tests.support import CHEAP, PASSPHRASE, open_clinic
from tests.unit.canary import MOTHER, PLACE, SAID, within
from tests.unit.canary_life import ALIAS, Life
from tests.unit.office.support import Pair
from tests.unit.screening.test_loading import wording

PHRASE = "otra frase muy distinta 77"


def two_machines() -> Callable[[Path], None]:
    """What makes a process of its own another machine with that state folder (in pytest a fixture does it)."""
    machine = ["0" * 16]
    for module in (state, identity, create):
        setattr(module, "machine_id", lambda: machine[0])  # noqa: B010 - not exported by all of them

    def become(folder: Path) -> None:
        machine[0] = "f" * 16 if "otra" in folder.name else "0" * 16
        os.environ["XDG_STATE_HOME"] = str(folder)

    return become


def go_away(pair: Pair, life: Life, machine: Callable[[Path], None]) -> None:
    """Everything that leaves a laptop; `machine(state)` makes this process another machine with that state folder."""
    papers(life, pair.stick)
    exchange(pair, life)
    copies(pair, machine)
    people(pair, life)
    recover(pair)
    hand_over(pair)


def papers(life: Life, stick: Path) -> None:
    """Every sheet looked at, printed (`lp` is the test's own), sealed to a stick, opened and printed from there."""
    service, her = life.clinic.paper, life.her
    letter = Referral(to=PLACE, service=ALIAS, reason=SAID, urgency=ALIAS, companion=MOTHER)
    ready = [
        service.receta(her), *(service.nota(her, layout=layout) for layout in LAYOUTS), service.hoja_frontal(her),
        service.historia(her), service.referencia(her, letter), service.lista(), *(service.formato(k) for k in FORMS),
    ]  # fmt: skip
    for one in ready:
        as_text(one.sheet)
        sealed = service.seal_to(one, stick)
        service.print(one)
    service.unseal(sealed)
    service.print_sealed(sealed)


def exchange(pair: Pair, life: Life) -> None:
    """A bundle that waits, one that is taken, one that is damaged; sheets as FHIR; the answer, once and twice."""
    pair.introduce()
    pair.clinic.exchange.pending()
    pair.clinic.exchange.state()
    life.clinic.agenda.set(life.her, date(2026, 12, 24), reason=SAID)
    path = pair.export()
    raw = path.read_bytes()
    bad = pair.stick / "torcido.age"
    bad.write_bytes(raw[: len(raw) // 2])
    _refused(lambda: pair.office.import_file(bad))
    bad.unlink()
    pair.office.import_file(path)
    pair.office.import_file(path)
    pair.office.status()
    answer = pair.office.answer(None, pair.stick)
    pair.clinic.exchange.read_answer(answer.path)
    pair.clinic.exchange.read_answer(answer.path)
    _refused(lambda: pair.clinic.exchange.read_answer(path))
    write_sealed(pair.clinic, pair.stick)
    list(Sheets(pair.clinic.desk, pair.clinic.instruments).resources())
    pair.clinic.audit.copied(PLACE)
    text = pair.root / "texto.yaml"
    text.write_text(wording(), encoding="utf-8")
    life.sit("supervision")
    pair.clinic.texts.load(text)
    pair.clinic.texts.withdraw("PHQ-9", "es-prueba")
    life.sit("pasante")


def copies(pair: Pair, machine: Callable[[Path], None]) -> None:
    """The copy of the day, one on a stick; put back elsewhere, opened, looked at row by row; a damaged one rescued."""
    clinic, root = pair.clinic, pair.root
    clinic.backups.copy_today()
    made = clinic.backups.copy_to(pair.stick)
    clinic.backups.state()
    me = clinic.me.id
    home = Path(os.environ["XDG_STATE_HOME"])
    machine(root / "otra-maquina")
    restore(made.path, root / "repuesto", me, PASSPHRASE, projector())
    again = open_clinic(root / "repuesto", pair.clock)
    again.chart.timeline(again.vault.doc_ids("patient")[0])
    again.close()
    found = verify_store(root / "repuesto", me, PASSPHRASE, projector=projector(), signatures=True)
    assert found.ok
    broken = root / "roto"
    shutil.copytree(root / "repuesto", broken)
    database = next(broken.glob("*.db"))
    data = bytearray(database.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
    database.write_bytes(data)
    _refused(lambda: verify_store(broken, me, PASSPHRASE, projector=projector(), signatures=True))
    _refused(lambda: open_clinic(broken, pair.clock).close())
    salvage(broken, me, PASSPHRASE, root / "rescatado", clock=pair.clock, projector=projector())
    machine(home)


def people(pair: Pair, life: Life) -> None:
    """One let in and taken off at the office, one let in and removed here (another key, another file), a new passphrase."""
    roster = Roster(pair.office_clinic.desk)
    roster.add("Berta Solís", "supervision", PHRASE, ["PRU"], profile=CHEAP)
    _answered(pair)
    roster.end("Berta Solís")
    _answered(pair)
    roster.listed()
    team = pair.clinic.team
    team.change_key()
    visitor = team.add("Visita Una", "visitante", PHRASE, until=date(2026, 12, 1), profile=CHEAP)
    team.remove(visitor.id)
    team.members()
    life.sit("enfermeria")
    team.change_my_passphrase(PASSPHRASE, PHRASE, profile=CHEAP)
    team.change_my_passphrase(PHRASE, PASSPHRASE, profile=CHEAP)
    life.sit("pasante")


def recover(pair: Pair) -> None:
    """The nurse forgot her passphrase: a request and its answer on the stick."""
    folder = pair.clinic.vault.folder
    nurse = next(p for p in pair.clinic.people() if p.role == "enfermeria")
    pair.clinic.close()
    path, words = make_request(folder, nurse.id, PHRASE, pair.stick, CHEAP)
    answer = Recovery(pair.office_clinic.desk).answer(read_request(path), words, pair.stick)
    apply_answer(folder, answer, PHRASE, clock=pair.clock, projector=projector())
    pair.clinic = open_clinic(folder, pair.clock)


def hand_over(pair: Pair) -> None:
    """The pasante leaves, the next one comes."""
    clinic = pair.clinic
    state = clinic.handover
    state.begin(clinic.me.id)
    state.forget()
    state.begin(clinic.me.id)
    new = clinic.team.add("Nadia Robles", "pasante", PHRASE, profile=CHEAP)
    state.choose_successor(new.id)
    clinic.login(new.id, PHRASE)
    _answered(pair)
    state.remove_leaver()
    state.finish()
    clinic.close()
    pair.clinic = Clinic.open(clinic.vault.folder, new.id, PHRASE, pair.clock)


def _answered(pair: Pair) -> None:
    pair.office.import_file(pair.export())
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)


def _refused(act: Callable[[], object]) -> None:
    """What fails here must leave nothing of the canary either: neither on a disk nor in its sentence."""
    try:
        act()
    except CesError as error:
        assert within(str(error).encode()) == []
