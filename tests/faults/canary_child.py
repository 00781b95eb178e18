"""A whole life with the canary in it, as a process of its own that can be traced: `canary_child.py FOLDER [leak]`.

With `leak` it writes one word of hers to a file and takes the file away again: a search of folders would not see that.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ces_tui.base.clock import FixedClock
from tests.unit.canary import WORDS
from tests.unit.canary_away import go_away, two_machines
from tests.unit.canary_life import live_through
from tests.unit.office.support import make_pair


def main(root: Path, *, leak: bool) -> None:
    """Everything of `test_leaks_canary.py`, in one process."""
    become = two_machines()
    pair = make_pair(root, FixedClock.at(2026, 11, 20))
    life = live_through(pair.clinic)
    if not leak:
        go_away(pair, life, become)
    pair.close()
    if leak:
        gone = Path(os.environ["TMPDIR"]) / "tmpzz"
        gone.write_text(f"de paso: {WORDS[1]}", encoding="utf-8")
        gone.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), leak=sys.argv[2:] == ["leak"])
