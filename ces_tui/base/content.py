"""Clinical content from `protocols/`: authored in YAML and CSV, read at run time as cached JSON.

Parsing YAML costs more than everything else at start, so a parsed file is kept as JSON in the user's cache,
named by the source's path, size and time; a missing or unreadable cache only costs time.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ces_tui.base.errors import CesError
from ces_tui.base.files import replace_unsynced
from ces_tui.base.paths import cache_dir, content_dir, private_dir


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
    """Parse one YAML or CSV content file, without cache."""
    text = source.read_text(encoding="utf-8")
    if source.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(text)))
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader in both cases


def names(folder: str, suffix: str = ".yaml") -> list[str]:
    """The content files below `folder`, as names for `load`, sorted."""
    return sorted(f"{folder}/{p.name}" for p in (content_dir() / folder).glob(f"*{suffix}"))
