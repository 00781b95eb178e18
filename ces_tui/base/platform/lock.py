"""One process a store: an exclusive lock on a small file, dropped by the system when the process dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType

from ces_tui.base.errors import DiskProblem, StoreBusy


class LockFile:
    """An exclusive lock: `acquire()` raises StoreBusy while another holder lives, in this process or another.

    The file stays behind on release: removing it would let two processes lock two files of one name.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock; StoreBusy when it is taken (also by this object), DiskProblem when the file can't be opened."""
        if self._descriptor is not None:
            raise StoreBusy
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            raise DiskProblem(
                "No se puede escribir en la carpeta del expediente. No se cambió nada."
            ) from None
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            raise StoreBusy from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        with contextlib.suppress(OSError):
            _unlock(descriptor)
        os.close(descriptor)

    def __enter__(self) -> LockFile:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        import fcntl

        # flock, not lockf: it belongs to the open file, so a second opening in this very process is refused too
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
