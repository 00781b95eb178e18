"""A month from the clinic to its office: written, verified, imported, imported again."""

from __future__ import annotations

import time
from pathlib import Path

from ces_tui.base.clock import SystemClock
from ces_tui.clinic import Clinic, projector
from ces_tui.demo.build import build
from ces_tui.office.card import CARD_NAME, read_card
from ces_tui.office.office import Office
from ces_tui.vault.vault import Vault
from tests.benchmarks.figures import Figure, median
from tests.benchmarks.stage import OFFICE_PASSPHRASE, Stage, open_store

_MONTH = 1 / 12
_PEOPLE = 420
"""People seen in one month of a clinic of 5,000: about 2,500 documents."""


def month(stage: Stage) -> list[Figure]:
    """Export and import of a month's documents, between this run's own clinic and office."""
    card = read_card(stage.office / CARD_NAME)
    writes, reads, again, sizes, count = [], [], [], [], 0
    for n in range(max(2, stage.rounds // 4)):
        folder, stick = stage.home / f"month-{n}", stage.home / f"stick-{n}"
        stick.mkdir()
        made = build(
            folder, seed=n + 1, patients=_PEOPLE, years=_MONTH, office=card.office, escrow=card.escrow
        )
        clinic = open_store(folder, made.passphrase)
        count = clinic.vault.container.db.execute("SELECT count(*) FROM doc").fetchone()[0]
        words = clinic.exchange.device_words()
        began = time.perf_counter()
        done = clinic.exchange.export(stick)
        writes.append((time.perf_counter() - began) * 1000)
        clinic.close()
        office = open_office(stage.office)
        service = Office(office.desk)
        for file in sorted(stick.glob("*.age")):
            service.import_file(file)
        waiting = service.waiting()
        began = time.perf_counter()
        service.accept(waiting[0].device, words)
        reads.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        for file in sorted(stick.glob("*.age")):
            service.import_file(file)
        again.append((time.perf_counter() - began) * 1000)
        office.close()
        sizes.append(sum(f.stat().st_size for f in stick.glob("*.age")) / 1e6)
        assert done
    note = f"{count} documentos"
    return [
        Figure("exportar un mes, verificado", median(writes), "ms", note=note),
        Figure("importar un mes en la oficina", median(reads), "ms", note=note),
        Figure("importarlo otra vez («ya estaba»)", median(again), "ms"),
        Figure("paquete de un mes", median(sizes), "MB"),
    ]


def open_office(folder: Path) -> Clinic:
    """The run's office, open as its coordinator."""
    clock = SystemClock()
    person = Vault.peek(folder).people[0].id
    return Clinic(Vault.open(folder, person, OFFICE_PASSPHRASE, clock, projector()), clock)
