"""Keeping memory off the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ces_tui.base.platform.harden import SWAP_ADVICE, swap_advice
from ces_tui.base.platform.suspend import slept_seconds

HEAD = "Filename\tType\tSize\tUsed\tPriority\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says so in /proc and getrlimit")
def test_after_hardening_there_is_no_core_dump_and_the_process_is_not_dumpable() -> None:
    program = (
        "import ctypes, resource\n"
        "from ces_tui.base.platform.harden import harden\n"
        "harden()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
        "open('/proc/self/mountinfo').read()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(0, 0) 0"


def test_clear_swap_is_advised_against_and_sealed_swap_and_zram_are_not(tmp_path: Path) -> None:
    swaps, blocks = tmp_path / "swaps", tmp_path / "block"
    swaps.write_text(HEAD + "/dev/sda2 partition 1 0 -2\n")
    assert swap_advice(swaps, blocks) == SWAP_ADVICE
    swaps.write_text(HEAD + "/dev/zram0 partition 1 0 100\n")
    assert swap_advice(swaps, blocks) == ""
    (blocks / "dm-1" / "dm").mkdir(parents=True)
    (blocks / "dm-1" / "dm" / "uuid").write_text("CRYPT-PLAIN-swap\n")
    swaps.write_text(HEAD + "/dev/dm-1 partition 1 0 -2\n")
    assert swap_advice(swaps, blocks) == ""
    (blocks / "dm-1" / "dm" / "uuid").write_text("LVM-abc\n")
    assert swap_advice(swaps, blocks) == SWAP_ADVICE


def test_no_swap_and_no_such_file_need_no_advice(tmp_path: Path) -> None:
    assert swap_advice(tmp_path / "nothing") == ""
    (tmp_path / "swaps").write_text(HEAD)
    assert swap_advice(tmp_path / "swaps") == ""


def test_time_asleep_never_goes_back() -> None:
    first = slept_seconds()
    assert 0 <= first <= slept_seconds() + 0.1
