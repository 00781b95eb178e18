"""On paper, in its preview and in what leaves for the office, a hostile record is text and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput
from ces_tui.base.text import is_control
from ces_tui.clinic import Clinic
from ces_tui.paper.papers import FORMS
from ces_tui.paper.preview import as_text
from ces_tui.paper.records import LAYOUTS, Ready, Referral
from ces_tui.paper.typeset import pdf
from ces_tui.screening.fhir import ndjson
from ces_tui.screening.fhir_sheets import Sheets
from screens.keys import key_name, read_keymap
from screens.widgets.ink import fit
from tests.support import open_clinic
from tests.unit.canary import WORDS
from tests.unit.canary_life import ALIAS, live_through
from tests.unit.hostile import MARK, Poison, families, foreign, poisoned, sequences
from tests.unit.office.support import make_pair
from tests.unit.paper.pdf_text import pages_of

NAMES = ("Irene Balcázar", "Clínica de prueba")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|URI|OpenAction|AA|EmbeddedFile|SubmitForm)\b(?!\+)")
_STREAMS = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.S)


def _papers(clinic: Clinic, her: str, text: str) -> list[Ready]:
    letter = Referral(to=text, service=text, reason=text, urgency=text, companion=text)
    paper = clinic.paper
    return [
        paper.receta(her), *(paper.nota(her, layout=layout) for layout in LAYOUTS), paper.hoja_frontal(her),
        paper.historia(her), paper.referencia(her, letter), paper.lista(), *(paper.formato(kind) for kind in FORMS),
    ]  # fmt: skip


def test_every_paper_of_a_hostile_record_is_printable_text(clinic: Clinic) -> None:
    """Preview and PDF of every sheet; nothing in the PDF acts, and the marks show that hostile text came there."""
    her = live_through(clinic).her
    folder, clock = clinic.vault.folder, clinic.clock
    clinic.close()
    shown = ""
    with poisoned(Poison((*WORDS, *NAMES, ALIAS), each=3)) as poison:
        for number in range(2):
            again = open_clinic(folder, clock)  # type: ignore[arg-type]
            for ready in _papers(again, her, sequences()[number]):
                preview = as_text(ready.sheet)
                assert foreign(preview) == []
                paper = pdf(ready.sheet)
                words = "".join(pages_of(paper))
                assert not [c for c in words if is_control(c) and c not in "\n\t"]
                assert not _ACTIVE.search(_STREAMS.sub(b"", paper))
                shown += preview
            again.close()
    assert shown.count(MARK) > 100 and len(poison.given) == 200


def test_sheets_for_the_office_hold_no_raw_escape(clinic: Clinic) -> None:
    """Whoever looks at the NDJSON in a terminal sees escapes of JSON, not of the terminal."""
    live_through(clinic)
    folder, clock = clinic.vault.folder, clinic.clock
    clinic.close()
    with poisoned(Poison((*WORDS, *NAMES, ALIAS))):
        again = open_clinic(folder, clock)  # type: ignore[arg-type]
        told = ndjson(Sheets(again.desk, again.instruments).resources()).decode()
        again.close()
    assert told and "\x1b" not in told and "\x07" not in told


def test_a_bundle_of_a_faulty_writer_is_kept_and_told_without_its_sequences(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was signed is not refused for its letters; every sentence and every line about it is clean."""
    pair = make_pair(tmp_path, clock)
    pair.introduce()
    monkeypatch.setattr("ces_tui.vault.transaction.encoded_clean", msgspec.json.encode)
    for text in families()[::6]:
        with pair.clinic.vault.transaction(day=pair.clinic.desk.today()) as tx:
            tx.put("item", pair.clinic.vault.new_id(), {"name": f"a{text}", "unit": text}, new=True)
    monkeypatch.undo()
    monkeypatch.setattr("ces_tui.clinic.SystemClock", lambda: pair.clock)
    taken = pair.office.import_file(pair.export())
    assert taken.state == "new" and foreign(taken.sentence) == []
    pair.clinic.exchange.read_answer(pair.office.answer(None, pair.stick).path)
    for entry in pair.clinic.formulary.all():  # what draws it filters it
        assert foreign(fit(entry.name, 30)) == []
    pair.close()


def test_own_keys_in_a_file_name_no_sequence(tmp_path: Path) -> None:
    """teclas.json is read from the disk: what is no key is drawn as text, what is no file of keys is refused."""
    for text in families():
        path = tmp_path / "teclas.json"
        path.write_bytes(msgspec.json.encode({f"app.{text}": f"ctrl+{text}x"}))
        try:
            found = read_keymap(path)
        except BadInput as refused:
            assert foreign(str(refused)) == []
            continue
        assert all(foreign(fit(key_name(keys), 40)) == [] for keys in found.values())
