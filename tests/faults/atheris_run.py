"""`packaging/run.py fuzz [--seconds=60] [--write] [decoder…]`: atheris looks for bytes that a decoder does not bear.

Each decoder of the quick fuzz set runs in a process of its own, for so many seconds and in at most 2 GB; a crash is
anything but the one error tree in a plain sentence, a leak, or one input that takes ten seconds. The corpus begins
with the frozen fixture, fresh files of each kind and the nasty pieces; everything lies in a temporary folder, which
stays only when something was found. `--write` puts the figures into docs/reliability.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.faults import figures
from tests.faults.mutation_modules import say
from tests.faults.test_fuzz_decoders import DECODERS

BEGIN, END = "<!-- atheris: written by packaging/run.py fuzz --write -->", "<!-- end of atheris -->"
_MOST_MB = 2048
_MOST_BYTES = 16_384
_SLOWEST = 10


@dataclass(frozen=True)
class Result:
    """What one decoder bore: inputs tried, branches seen in the program, and what broke it (empty when nothing did)."""

    what: str
    executions: int
    edges: int
    finding: str


def main(args: list[str]) -> int:
    options = {a.partition("=")[0]: a.partition("=")[2] for a in args if a.startswith("--")}
    asked = [a for a in args if not a.startswith("--")]
    names = [n for n in DECODERS if not asked or n in asked]
    if options.keys() - {"--seconds", "--write"} or not names or (asked and len(names) != len(set(asked))):
        say(__doc__.splitlines()[0] if __doc__ else "")
        say(f"decoders: {', '.join(DECODERS)}")
        return 2
    seconds = int(options.get("--seconds") or 60)
    root = Path(tempfile.mkdtemp(prefix="ces-atheris-"))
    results = []
    for name in names:
        result = fuzz(name, seconds, root / name.replace(" ", "-"))
        results.append(result)
        say(f"{name}: {result.executions:,} executions, {result.edges:,} edges. {result.finding}")
    found = [r for r in results if r.finding]
    if found:
        say(f"inputs and traces: {root}")
    else:
        shutil.rmtree(root)
    if "--write" in options and not found and len(names) == len(DECODERS):
        write(results, seconds)
    return 1 if found else 0


def fuzz(name: str, seconds: int, folder: Path) -> Result:
    """Run one decoder in a child; its folder holds corpus, crash inputs and the log."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "tmp").mkdir()
    limits = [
        f"-max_total_time={seconds}",
        f"-rss_limit_mb={_MOST_MB}",
        f"-max_len={_MOST_BYTES}",
        f"-timeout={_SLOWEST}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    command = [sys.executable, "-m", "tests.faults.atheris_target", name, str(folder), *limits]
    env = {
        **os.environ,
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        command, cwd=figures.ROOT, env=env, capture_output=True, text=True, errors="replace", check=False
    )
    log = done.stdout + done.stderr
    (folder / "log").write_text(log, encoding="utf-8")
    shutil.rmtree(folder / "tmp", ignore_errors=True)
    executions = re.search(r"stat::number_of_executed_units:\s*(\d+)", log)
    edges = re.findall(r"\bcov: (\d+)", log)
    finding = "" if done.returncode == 0 and executions else (_what_broke(log) or f"exit {done.returncode}")
    return Result(
        name, int(executions.group(1)) if executions else 0, int(edges[-1]) if edges else 0, finding
    )


def _what_broke(log: str) -> str:
    """The exception's type and libFuzzer's summary; never its text, which may hold the input."""
    raised = re.search(r"Uncaught Python exception: ===\s*\n(\w[\w.]*)", log)
    summary = re.search(r"SUMMARY: (.*)", log)
    return ". ".join(m.group(1) for m in (raised, summary) if m)


def write(results: list[Result], seconds: int) -> None:
    """Put the figures between the marks of docs/reliability.md."""
    page = figures.PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit("docs/reliability.md has lost the marks of atheris")
    head = ["| atheris: decoder | executions | edges | findings |", "|---|---:|---:|---:|"]
    rows = [f"| {r.what} | {r.executions:,} | {r.edges:,} | 0 |" for r in results]
    text = "\n".join([f"{figures.machine()}, {figures.commit()}; {seconds} s a decoder.", "", *head, *rows])
    figures.PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
