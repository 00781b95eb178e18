"""The comparison as a table for docs/figures.md, as rows for programs, and as a picture of how it grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import median
from tests.benchmarks.peers.cold import Cold
from tests.benchmarks.peers.damage import RECOVER
from tests.benchmarks.peers.drawing import chart
from tests.benchmarks.peers.measure import Measured
from tests.benchmarks.peers.ours import NAME
from tests.benchmarks.peers.slow_sync import DELAY_MS
from tests.benchmarks.peers.stores import PEERS
from tests.benchmarks.report import shown

STORES = (NAME, *(kind.name for kind in reversed(PEERS)))
RIVAL = "SQLCipher"
PICTURE = Path(__file__).resolve().parents[3] / "docs" / "pictures" / "crecimiento.svg"
_COLD = {
    "unlock": "desbloquear",
    "chart": "abrir expediente",
    "past": "informe de un mes de hace medio año",
    "month": "informe del mes pasado, leído ya en parte al desbloquear",
}
_NO_GOAL = {"month"}
"""What the peers have read while they unlocked is in that time, and missing in this one."""


@dataclass(frozen=True)
class Row:
    """One question: the answer of each store, and the most that ours may be of SQLCipher's, where the issue says so."""

    name: str
    unit: str
    values: Mapping[str, float]
    most: float | None = None

    @property
    def ratio(self) -> float | None:
        ours, rival = self.values.get(NAME), self.values.get(RIVAL)
        return ours / rival if ours is not None and rival else None

    @property
    def met(self) -> bool | None:
        return None if self.most is None or self.ratio is None else self.ratio <= self.most


def rows(m: Measured) -> list[Row]:
    """Everything but the variants."""
    save, unlock, charts, month = (m.found[name] for name in ("save", "unlock", "chart", "month"))
    found = [
        Row("guardar nota, surtido y cita: p50", "ms", {n: t.p50() for n, t in save.items()}, 1.25),
        Row("guardar: p95", "ms", {n: t.p95() for n, t in save.items()}),
        Row("guardar: CPU", "ms", {n: t.busy() for n, t in save.items()}),
        Row(f"guardar, si cada sync tarda {DELAY_MS} ms: p50", "ms", m.slow, 1.25),
        Row("páginas escritas al guardar", "de 4 KB", m.pages),
        Row("desbloquear y primera lectura", "ms", {n: t.p50() for n, t in unlock.items()}, 2),
        Row("abrir expediente: p50", "ms", {n: t.p50() for n, t in charts.items()}),
        Row("abrir expediente: p95", "ms", {n: t.p95() for n, t in charts.items()}),
        Row("informe del mes", "ms", {n: t.p50() for n, t in month.items()}),
        Row("tamaño", "MB", m.sizes),
    ]
    for question, name in _COLD.items():
        found += _cold(name, m.cold.get(question, {}), None if question in _NO_GOAL else 1)
    if m.rescued:
        middle = {n: median(shares) * 100 for n, shares in m.rescued.items()}
        worst = {n: min(shares) * 100 for n, shares in m.rescued.items()}
        found.append(Row("10 % de las páginas destruidas: vuelve (mediana)", "%", middle))
        found.append(Row("10 % de las páginas destruidas: vuelve (lo peor)", "%", worst))
    return [row for row in found if row.values]


def _cold(name: str, found: Mapping[str, Cold], most: float | None) -> list[Row]:
    slow = {n: c.slow_ms / 1000 for n, c in found.items()}
    return [
        Row(f"disco frío, {name}: páginas leídas", "", {n: c.size / 4096 for n, c in found.items()}),
        Row(f"disco frío y lento, {name}", "s", slow, most),
        Row(f"disco frío de esta máquina, {name}", "ms", {n: c.here_ms for n, c in found.items()}),
    ]


def table(found: Sequence[Row]) -> str:
    """One line a question, one column a store."""
    lines = [
        f"| | {' | '.join(STORES)} | ces-tui / {RIVAL} | goal | |",
        "|---|" + "---:|" * len(STORES) + "---:|---|---|",
    ]
    for row in found:
        values = " | ".join(shown(row.values[n]) if n in row.values else "" for n in STORES)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        goal = "" if row.most is None else f"≤ {row.most:g}"
        verdict = "" if row.met is None else "yes" if row.met else "NO"
        unit = f", {row.unit}" if row.unit else ""
        lines.append(f"| {row.name}{unit} | {values} | {ratio} | {goal} | {verdict} |")
    return "\n".join(lines)


def price(m: Measured) -> str:
    """What each promise costs a save: ours, ours without it."""
    whole = m.variants.get(NAME)
    if whole is None:
        return ""
    lines = ["| save | p50, ms | CPU, ms | CPU less, ms | pages |", "|---|---:|---:|---:|---:|"]
    for name, times in m.variants.items():
        less = "" if name in {NAME, RIVAL} else shown(max(0.0, whole.busy() - times.busy()))
        pages = shown(m.variant_pages[name]) if name in m.variant_pages else ""
        lines.append(f"| {name} | {shown(times.p50())} | {shown(times.busy())} | {less} | {pages} |")
    return "\n".join(lines)


def section(m: Measured, grown: Sequence[Measured], about: Mapping[str, object]) -> str:
    """The part of docs/figures.md."""
    recover = m.rescued.get(RECOVER)
    tables = ", ".join(f"{name} {shown(size)}" for name, size in m.tables.items())
    parts = [
        "## Beside other stores",
        _ABOUT,
        ", ".join(f"{key} {value}" for key, value in about.items()),
        table(rows(m)),
        f"Of ours, MB of sealed rows: {tables}. The log is the history with its signatures: the peers keep none.",
    ]
    if recover:
        parts.append(f"SQLite's own `.recover`, without any key: {shown(median(recover) * 100)} %.")
    elif m.rescued:
        parts.append(
            "The shell of this machine recovers not even a whole database with `.recover`: no figure of it."
        )
    if m.later:
        parts.append(
            f"A save of ours ends with its log row on the disk. What follows from it costs {shown(m.later.worked_out)} ms of"
            f" CPU when a document or a list is next read, and {shown(m.later.written)} ms when it is written in a quiet"
            f" moment, here with {m.later.together} saves in one commit; the pages above count that writing."
        )
    if m.variants:
        parts += ["What each promise costs a save:", price(m)]
    if len(grown) > 1:
        parts += ["As the clinic grows:", f"![Lo que cuesta a medida que crece](pictures/{PICTURE.name})"]
        parts.append(growth(grown))
    return "\n\n".join(parts) + "\n"


_ABOUT = """\
Written by `python3 packaging/run.py peers --write`. The same documents in each store, rounds that take turns, the same
durability (WAL, `synchronous=EXTRA`, every PRAGMA read back, no checkpoint while it saves). The peers hold a table of
people, one of documents with three indexes and one of stock, no history and no signatures. Keys are raw: no derivation
is in any figure. A slow disk is 10 ms for each read that does not follow the one before, 100 MB/s, worked out from the
reads that `strace` saw after the system's cache was dropped; what the program reads ahead while a passphrase is typed is
not used here. To list the last months' dispenses the peers read whole documents while they unlock, and the last month's
notes lie beside them: that report is cheap afterwards and has no goal; one of half a year ago shows what a report costs.
After damage each document of a peer is asked for by its number; ours is what `ces-tui rescue` reads. The goal is the most
that ours may be of SQLCipher's. What takes times of a few milliseconds depends on what else the machine
does: the load stands below, CPU time and ratios suffer least."""


def growth(grown: Sequence[Measured]) -> str:
    """The picture's numbers."""
    lines = [
        f"| documents | store | {' | '.join(_panels(grown))} |",
        "|---:|---|" + "---:|" * len(_panels(grown)),
    ]
    for n, measured in enumerate(grown):
        for store in STORES:
            values = " | ".join(shown(panel[store][n][1]) for panel in _panels(grown).values())
            lines.append(f"| {measured.documents} | {store} | {values} |")
    return "\n".join(lines)


def picture(grown: Sequence[Measured]) -> str:
    """The SVG."""
    return chart("Lo que cuesta a medida que crece el expediente (documentos)", _panels(grown), STORES)


def _panels(grown: Sequence[Measured]) -> dict[str, dict[str, list[tuple[float, float]]]]:
    questions = {"guardar: CPU, ms": "save", "desbloquear, ms": "unlock", "abrir expediente, ms": "chart"}
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for name, question in questions.items():
        found[name] = {
            store: [
                (m.documents, m.found[question][store].busy() if question == "save" else m.found[question][store].p50())
                for m in grown
            ]
            for store in STORES
        }  # fmt: skip
    found["tamaño, MB"] = {store: [(m.documents, m.sizes[store]) for m in grown] for store in STORES}
    return found


def as_json(m: Measured, grown: Sequence[Measured], about: Mapping[str, object]) -> dict[str, Any]:
    """Everything for programs."""
    return {
        "about": dict(about),
        "rows": [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in rows(m)],
        "variants": {n: {"p50": t.p50(), "cpu": t.busy()} for n, t in m.variants.items()},
        "later": asdict(m.later) if m.later else None,
        "rescued": m.rescued,
        "tables": m.tables,
        "growth": [
            {"documents": g.documents, **{p: {s: line[s][n][1] for s in line} for p, line in _panels(grown).items()}}
            for n, g in enumerate(grown)
        ],
    }  # fmt: skip
