"""The comparison with other stores: what it asks is the same everywhere, and what it writes keeps what others wrote."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from tests.benchmarks import report
from tests.benchmarks.peers import rounds
from tests.benchmarks.peers.damage import PAGE, SHARE, destroy
from tests.benchmarks.peers.documents import clinic_of
from tests.benchmarks.peers.drawing import chart
from tests.benchmarks.peers.ours import NAME, VARIANTS, Ours, Variant
from tests.benchmarks.peers.stores import Plain, Store, months_back
from tests.benchmarks.peers.writing import Row
from tests.support import PASSPHRASE
from tests.unit.consult.visits import AMLODIPINE, LOSARTAN, page, pressure, someone, stock


def fill(clinic: Clinic, people: int) -> None:
    """People who came today, with two medicines on the shelf."""
    for item in (LOSARTAN, AMLODIPINE):
        stock(clinic, item, 1000)
    for n in range(people):
        patient = someone(clinic, given=("Rosa", "Elvia", "Tomás")[n], surname1=("Gómez", "Ruiz", "Pérez")[n])
        pressure(clinic, patient)
        clinic.consults.sign(page(), patient)


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(0, 40))
def test_months_back_counts_months_over_years(year: int, month: int, count: int) -> None:
    found = months_back(f"{year:04d}-{month:02d}-15", count)
    assert (year * 12 + month) - (int(found[:4]) * 12 + int(found[5:])) == count
    assert 1 <= int(found[5:]) <= 12


def test_every_store_answers_alike_and_a_save_changes_all_of_them_alike(
    clinic: Clinic, store: Path, tmp_path: Path, clock: FixedClock
) -> None:
    fill(clinic, 3)
    held = clinic_of(clinic.vault)
    clinic.close()
    plain = Plain(tmp_path / "plain.db", b"")
    plain.fill(held)
    stores: list[Store] = [Ours(store, PASSPHRASE), plain]
    rounds.unlock(stores, held.last_day, 1)
    for one in stores:
        one.open()
    people = rounds.people(held, "x", 3)
    assert len(people) == 3
    before = [one.chart(people[0]) for one in stores]
    rounds.saves(stores, rounds.visits(held, "x", 3, clock.now_ms()))
    after = [one.chart(people[0]) for one in stores]
    assert after == [count + 3 for count in before]
    rounds.months(stores, held.last_day)
    rounds.charts(stores, people)
    for one in stores:
        one.close()


@pytest.mark.parametrize("name", [name for name, *_ in VARIANTS])
def test_a_variant_saves_and_leaves_the_program_as_it_was(clinic: Clinic, store: Path, name: str) -> None:
    fill(clinic, 1)
    held = clinic_of(clinic.vault)
    clinic.close()
    patches, reads = next((p, r) for n, p, r in VARIANTS if n == name)
    variant = Variant(store, PASSPHRASE, name, patches, reads=reads)
    variant.open()
    n = variant.vault.state.n
    with variant.ready():
        variant.save(rounds.visits(held, "x", 1, 1_800_000_000_000)[0])
    assert variant.vault.state.n == n + 1
    with variant.vault.transaction() as tx:
        tx.touch()
        tx.put("clinic", "0" * 32, {"x": 1}, new=True)
    assert variant.vault.entry_at(n + 2).signature != bytes(64)
    variant.close()


def test_damage_hits_a_tenth_of_the_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages"
    path.write_bytes(bytes(200 * PAGE))
    destroy(path, 1)
    raw = path.read_bytes()
    hit = sum(1 for at in range(0, len(raw), PAGE) if any(raw[at : at + PAGE]))
    assert (hit, len(raw)) == (int(200 * SHARE), 200 * PAGE)


def test_a_picture_is_whole_and_shows_every_line() -> None:
    lines = {"a <b>": [(3e4, 0.5), (3e5, 0.9)], NAME: [(3e4, 1.0), (3e5, 2.0)]}
    root = ElementTree.fromstring(chart("Título", {"uno": lines, "dos": lines}, list(lines)))
    circles = [e for e in root.iter() if e.tag.endswith("circle")]
    assert len(circles) == 8
    box = [float(v) for v in root.attrib["viewBox"].split()]
    assert all(0 < float(c.attrib["cx"]) < box[2] and 0 < float(c.attrib["cy"]) < box[3] for c in circles)


def test_the_goal_compares_ours_with_the_rival() -> None:
    row = Row("x", "ms", {NAME: 1.3, "SQLCipher": 1.0}, 1.25)
    assert row.met is False
    assert Row("x", "ms", {NAME: 1.2, "SQLCipher": 1.0}, 1.25).met
    assert Row("x", "ms", {NAME: 1.2}, 1.25).met is None


def test_bench_and_peers_leave_each_others_part_of_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "TARGET", tmp_path / "figures.md")
    report.write({}, {"a": 1})
    report.write_peers("## Beside\nfirst")
    report.write({}, {"a": 2})
    report.write_peers("## Beside\nsecond")
    text = report.TARGET.read_text()
    assert text.count("# Figures") == 1
    assert "a 2" in text
    assert "second" in text
    assert "first" not in text
    report.write({}, {"a": 3})
    assert "second" in report.TARGET.read_text()
