"""The pathways that are installed: found, read, searched. A broken file is left out and said, never half used."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ces_tui.base import content
from ces_tui.base.errors import NotFound
from ces_tui.base.text import fold
from ces_tui.guidance.pathway import Input, Pathway
from ces_tui.guidance.reading import read_pathway
from ces_tui.guidance.scope import PathwayBroken

FOLDER = "pathways"


@cache
def installed() -> tuple[Pathway, ...]:
    """Every pathway that can be trusted to be whole, by title."""
    found = []
    for name in content.names(FOLDER):
        try:
            found.append(read_pathway(content.load(name), Path(name).stem))
        except PathwayBroken:
            continue
    return tuple(sorted(found, key=lambda p: fold(p.title)))


@cache
def broken() -> tuple[PathwayBroken, ...]:
    """Why some files are not among `installed`."""
    found = []
    for name in content.names(FOLDER):
        try:
            read_pathway(content.load(name), Path(name).stem)
        except PathwayBroken as error:
            found.append(error)
    return tuple(found)


def get(protocol: str) -> Pathway:
    """The pathway called `protocol`; PathwayBroken when its file is, NotFound when there is none."""
    for pathway in installed():
        if pathway.id == protocol:
            return pathway
    for error in broken():
        if error.protocol == protocol:
            raise error
    known = ", ".join(sorted(p.id for p in installed()))
    raise NotFound(f"No hay un protocolo «{protocol[:40]}». Hay: {known}.")


def search(text: str) -> tuple[Pathway, ...]:
    """The pathways that have every word of `text` (accents forgiven) in title, words or whom they are for."""
    words = fold(text).split()
    return tuple(p for p in installed() if all(word in _haystack(p) for word in words))


def describe(pathway: Pathway) -> dict[str, Any]:
    """What `protocol list --json` says of a pathway: enough to write its input file."""
    return {
        "protocol": pathway.id,
        "id": pathway.id,
        "title": pathway.title,
        "version": pathway.version,
        "date": pathway.date,
        "who": pathway.who,
        "reviewed": pathway.reviewed_by is not None,
        "sources": [f"{s.text}, {s.year} ({s.certainty})" for s in pathway.sources.values()],
        "inputs": [describe_input(spec) for spec in pathway.inputs.values()],
    }


def describe_input(spec: Input) -> dict[str, Any]:
    """One input: its name in the file, what it means, which values it takes, and what leaving it out means."""
    numeric = spec.kind == "number"
    allowed: list[bool | str] | None = None
    if spec.kind == "yes_no":
        allowed = [True, False]
    elif spec.kind == "choice":
        allowed = [o.value for o in spec.options]
    return {
        "name": spec.name,
        "label": spec.label,
        "type": spec.kind,
        "unit": spec.unit or None,
        "min": spec.low if numeric else None,
        "max": spec.high if numeric else None,
        "integer": spec.integer,
        "allowed": allowed,
        "meanings": {o.value: o.label for o in spec.options} or None,
        "required": spec.required,
        "default": spec.default,
        "when_missing": spec.missing or None,
        "help": spec.help or None,
    }


def _haystack(pathway: Pathway) -> str:
    return fold(" ".join((pathway.id, pathway.title, pathway.who, *pathway.words)))
