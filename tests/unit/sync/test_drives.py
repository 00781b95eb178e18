"""Which drives can be taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from ces_tui.sync import drives
from ces_tui.sync.drives import Mount, Stick

MOUNTS = r"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 8:17 / /media/ana/MI\040USB rw,nosuid shared:2 master:1 - vfat /dev/sdb1 rw,fmask=0022
41 22 0:5 / /proc rw - proc proc rw
nonsense
42 22 8:99
"""


def test_mountinfo_is_read_with_its_escapes_and_other_lines_are_passed_over() -> None:
    assert drives.parse_mounts(MOUNTS) == [
        Mount(Path("/"), "/dev/sda1", "8:1"),
        Mount(Path("/media/ana/MI USB"), "/dev/sdb1", "8:17"),
        Mount(Path("/proc"), "proc", "0:5"),
    ]


def test_a_partition_is_removable_when_its_disk_says_so_or_hangs_on_usb(tmp_path: Path) -> None:
    for path, flag in (("pci/ata1/sda/sda1", "0"), ("pci/mmc/sdb/sdb1", "1"), ("pci/usb3/sdc/sdc1", "0")):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path).parent.joinpath("removable").write_text(flag + "\n")
    block = tmp_path / "block"
    block.mkdir()
    for numbers, target in (
        ("8:1", "pci/ata1/sda/sda1"),
        ("8:17", "pci/mmc/sdb/sdb1"),
        ("8:33", "pci/usb3/sdc/sdc1"),
    ):
        (block / numbers).symlink_to(tmp_path / target)
    assert [drives.removable(n, block) for n in ("8:1", "8:17", "8:33", "8:49", "../8:17")] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_a_folder_belongs_to_the_innermost_stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = Stick(tmp_path, "/dev/sdb1", 1), Stick(tmp_path / "in", "/dev/sdc1", 1)
    monkeypatch.setattr(drives, "_linux", lambda: [inner, outer])
    monkeypatch.setattr(drives.sys, "platform", "linux")  # type: ignore[attr-defined]
    assert drives.stick_of(tmp_path / "in" / "x") == inner
    assert drives.stick_of(tmp_path / "index") == outer
    assert drives.stick_of(tmp_path.parent) is None


def test_letting_go_says_no_when_the_system_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], good: bool) -> bool:
        asked.append(command)
        return good

    monkeypatch.setattr(drives.shutil, "which", lambda _: None)  # type: ignore[attr-defined]
    stick = Stick(Path("/media/x"), "/dev/sdb1", 1)
    assert not drives.let_go(stick)
    monkeypatch.setattr(drives.shutil, "which", lambda _: "/usr/bin/udisksctl")  # type: ignore[attr-defined]
    monkeypatch.setattr(drives, "_run", lambda c: run(c, "power-off" in c))
    assert not drives.let_go(stick)
    monkeypatch.setattr(drives, "_run", lambda c: run(c, "unmount" in c))
    assert drives.let_go(stick)
    assert [c[1] for c in asked] == ["unmount", "unmount", "power-off"]
