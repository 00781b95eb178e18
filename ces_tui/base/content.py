"""Clinical content from `protocols/`: authored in YAML and CSV, read at run time as cached JSON.

Parsing YAML costs more than everything else at start, so a parsed file is kept as JSON in the user's cache,
named by the source's path, size and time; a missing or unreadable cache only costs time.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ces_tui.base.errors import CesError
from ces_tui.base.files import replace_unsynced
from ces_tui.base.paths import cache_dir, content_dir, private_dir

_MOST_DEPTH = 200
_BLOCKS = re.compile(rf"(?:[-?:]?[ \t]){{{_MOST_DEPTH}}}")
"""That many blocks opened on one line, or indented by as many."""


@cache
def load(name: str) -> Any:
    """The content file `name` (path below `protocols/`, .yaml or .csv); a CSV becomes a list of dicts of strings.

    The result is shared: treat it as read-only.
    """
    source = content_dir() / name
    try:
        stat = source.stat()
    except OSError:
        raise CesError(f"Falta el archivo de contenido {name}.") from None
    key = hashlib.sha256(f"1|{source}|{stat.st_size}|{stat.st_mtime_ns}".encode()).hexdigest()[:32]
    cached = cache_dir() / "content" / f"{key}.json"
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(cached.read_bytes())
    value = parse(source)
    with contextlib.suppress(OSError, TypeError):
        private_dir(cached.parent)
        replace_unsynced(cached, msgspec.json.encode(value))
    return msgspec.json.decode(msgspec.json.encode(value))


def parse(source: Path) -> Any:
    """Parse one YAML or CSV content file, without cache; CesError when it is not one."""
    import yaml

    try:
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".csv":
            return list(csv.DictReader(io.StringIO(text)))
        if too_deep(text):
            raise ValueError("nesting")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader in both cases
    except (yaml.YAMLError, csv.Error, ValueError, OverflowError, RecursionError):
        raise CesError(
            f"El archivo de contenido {source.name} no se puede leer; vuelva a instalar el programa."
        ) from None


def too_deep(text: str) -> bool:
    """Whether the text nests deeper than any content does: the parser in C has no bound and would crash."""
    depth = 0
    for mark in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if mark in "[{" else max(0, depth - 1)
        if depth > _MOST_DEPTH:
            return True
    lines = text.split("\n")
    return any(len(line) > _MOST_DEPTH and _BLOCKS.match(line) is not None for line in lines)


def names(folder: str, suffix: str = ".yaml") -> list[str]:
    """The content files below `folder`, as names for `load`, sorted."""
    return sorted(f"{folder}/{p.name}" for p in (content_dir() / folder).glob(f"*{suffix}"))
