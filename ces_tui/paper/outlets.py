"""Where a paper goes: to the printer through CUPS, from memory, or as an .age file. Never as a clear file by itself.

The job carries no title of ours beyond "ces-tui"; what CUPS itself keeps is said in the manual.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ces_tui.base.errors import BadInput, BundleRefused, CesError, DiskProblem
from ces_tui.sync import age
from ces_tui.sync.stick import new_name, write_verified

TITLE = "ces-tui"
_SECONDS = 60
_PRINTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}\Z")
_MOST_BYTES = 32 << 20
_PDF = b"%PDF-"


class PrinterProblem(CesError):
    """The printer did not take the paper; nothing was printed."""

    exit_code = 6
    sentence = (
        "La impresora no recibió la hoja. Revise que esté encendida y conectada, y repita; nada se perdió. "
        "También puede guardarla cifrada en una memoria."
    )


NO_LP = "Esta computadora no tiene el sistema de impresión (CUPS). Guarde la hoja cifrada en una memoria e imprímala en otra."


def can_print() -> bool:
    """Whether this machine has CUPS' `lp`."""
    return shutil.which("lp") is not None


def printers() -> list[str]:
    """Names of the printers that CUPS knows, the default one first; none when it has none or does not answer."""
    if shutil.which("lpstat") is None:
        return []
    default = _answer("lpstat", "-d").rpartition(":")[2].strip()
    names = [line.split()[0] for line in _answer("lpstat", "-e").splitlines() if line.strip()]
    return sorted({name for name in names if _PRINTER.match(name)}, key=lambda n: (n != default, n))


def send(pdf: bytes, *, printer: str = "", copies: int = 1) -> None:
    """Give the PDF to CUPS through its standard input; PrinterProblem when it is not taken."""
    if not 1 <= copies <= 20:
        raise BadInput("Imprima de 1 a 20 copias.", field="copies")
    if printer and not _PRINTER.match(printer):
        raise BadInput("Ese nombre de impresora no se puede usar.", field="printer")
    lp = shutil.which("lp")
    if lp is None:
        raise PrinterProblem(NO_LP)
    to = ["-d", printer] if printer else []
    try:
        done = subprocess.run(
            [lp, *to, "-n", str(copies), "-t", TITLE, "-o", "media=Letter", "-"],
            input=pdf, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise PrinterProblem from None
    if done.returncode != 0:
        raise PrinterProblem


def seal_to(folder: Path, stem: str, pdf: bytes, recipients: Iterable[bytes]) -> Path:
    """The PDF as a new .age file in `folder`, on the medium and read back; DiskProblem otherwise."""
    sealed = age.encrypt(pdf, recipients)
    return write_verified(folder, new_name(folder, stem), sealed)


def unseal(path: Path, identities: list[bytes]) -> bytes:
    """The PDF of such a file; BundleRefused when it is not for this laptop, damaged, or no PDF."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BundleRefused("El archivo es demasiado grande para ser una hoja. No se cambió nada.")
        data = path.read_bytes()
    except OSError:
        raise DiskProblem("No se pudo leer ese archivo. Revise el nombre y la memoria.") from None
    found = age.decrypt(data, identities)
    if not found.startswith(_PDF):
        raise BundleRefused("Ese archivo no es una hoja para imprimir. No se cambió nada.")
    return found


def _answer(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False, text=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
