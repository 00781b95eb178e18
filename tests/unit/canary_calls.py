"""Which public methods of which services a run went through, and which were left out for what reason."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ces_tui.base.errors import CesError
from tests.unit.canary import SAID
from tests.unit.canary_life import Life, plan
from tests.unit.office.support import Pair
from tests.unit.people.roles_table import INNER, TABLE, rows

CLEAR = {"Papers.write_clear", "Papers.write_unsealed"}
"""What writes a clear file, because someone asked for exactly that, and says so."""


@contextmanager
def counted_calls() -> Iterator[set[str]]:
    """While this lasts, every method of the table of roles that comes to its end is put into the set: 'Agenda.set'."""
    from tests.unit.people.test_roles import _classes

    done: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for service, kind in _classes().items():
            if service in INNER:
                continue
            for entry in TABLE[service].split(", "):
                name = entry.split()[0]
                noted = _noting(getattr(kind, name), f"{service}.{name}", done)
                still = isinstance(inspect.getattr_static(kind, name), staticmethod)
                patch.setattr(kind, name, staticmethod(noted) if still else noted)
        yield done


def look_at_the_rest(pair: Pair, life: Life, done: set[str]) -> None:
    """Call what was not needed so far (nearly all of it only reads), with what its parameters are called."""
    from tests.unit.people.test_roles import World, _arguments, _values

    clinic, her = pair.clinic, life.her
    values = _values(clinic, pair.root, her, clinic.consults.drafts.open(her).id) | {
        "month": "2026-11", "number": clinic.registry.get(her).record.clinic_number, "cause": SAID, "used": {},
        "name": "weight_kg", "review": clinic.reviews.of(her)[0], "lab": clinic.labs.all(her)[0].record, "plan": plan(),
        "record": clinic.screenings.history(her)[0].record, "line": clinic.alerts.lines()[0],
    }  # fmt: skip
    world = World(clinic, pair.office_clinic, {}, her, values)
    for name in sorted(set(rows()) - done - CLEAR):
        service, verb = name.split(".")
        try:
            method = getattr(world.service(service), verb)
            method(**_arguments(method, world.values))
        except CesError:  # what it lacks then is told by the caller, who compares `done` with the table
            continue


def _noting(method: Callable[..., Any], name: str, done: set[str]) -> Callable[..., Any]:
    @functools.wraps(method)
    def noted(*args: Any, **more: Any) -> Any:
        result = method(*args, **more)
        done.add(name)
        return result

    return noted
