"""The words of a PDF, page by page, read by poppler's pdftotext where the machine has it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils)")


def pages_of(pdf: bytes, order: str = "-layout") -> list[str]:
    """One text a page; `-raw` gives the order of the paper's own parts, column after column."""
    done = subprocess.run(["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def words_of(pdf: bytes) -> str:
    """All of it without blanks, soft breaks or page ends: for asking whether something stands there."""
    return squeezed("".join(pages_of(pdf, "-raw")))


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "\u200b\u00ad")
