"""Who may do what is decided in the services: one table, every role, every public method."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ces_tui
from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed
from ces_tui.care.records import Vitals
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Draft
from ces_tui.office.office import Office
from ces_tui.office.recovery import Recovery
from ces_tui.people.access import NotOpenedToday
from ces_tui.people.envelope import ROLE
from ces_tui.people.records import Patient
from ces_tui.people.roles import ROLES, may
from ces_tui.pharmacy.writing import Writer
from ces_tui.screening.fhir_sheets import Sheets
from ces_tui.screening.instruments import Instruments
from tests.support import CHEAP, PASSPHRASE, make_store, open_clinic
from tests.unit.consult.visits import LOSARTAN, TODAY, someone
from tests.unit.office.support import make_office
from tests.unit.people.roles_table import INNER, TABLE, rows

ROWS = rows()


@dataclass
class World:
    """One clinic with everybody logged in, one office, and a chart that the pasante opened today."""

    clinic: Clinic
    office: Clinic
    people: dict[str, str]
    seen: str
    values: dict[str, Any]

    def sit(self, clinic: Clinic, role: str) -> None:
        """Put this role at the desk, nothing opened against a reason; the coordination has nobody in a clinic's store and
        is played there.
        """
        vault = clinic.vault
        clinic.desk.glass.forget()
        if role in self.people and clinic is self.clinic:
            vault.switch(self.people[role])
        else:
            author = vault.author
            assert author is not None
            vault.author = dataclasses.replace(author, role=role)

    def unopened(self) -> str:
        """A chart that nobody has opened."""
        self.sit(self.clinic, "pasante")
        return someone(self.clinic, given="Celia")

    def charts(self) -> dict[str, tuple[bool, bool]]:
        """New charts: id -> whether it is restricted, whether a pasante has opened it today."""
        seen, closed = self.unopened(), self.unopened()
        self.clinic.access.restrict(closed, "personal", "Trabaja en la clínica")
        for patient in (seen, closed):
            self.clinic.chart.summary(patient)
        return {seen: (False, True), closed: (True, True), self.unopened(): (False, False)}

    def service(self, name: str) -> Any:
        if name in {"Office", "Recovery"}:
            return (Office if name == "Office" else Recovery)(self.office.desk)
        if name == "Drafts":
            return self.clinic.consults.drafts
        if name == "Courses":
            return self.clinic.today.courses
        if name == "PaperSettings":
            return self.clinic.paper.settings
        if name == "Sheets":
            return Sheets(self.clinic.desk)
        if name == "Writer":
            self.sit(self.clinic, "pasante")
            return Writer(self.clinic.desk, self.seen)
        found = {type(s).__name__: s for s in (getattr(self.clinic, n) for n in _NAMES)}
        if name not in found:  # made with a desk and other services, wherever it is handed out
            kind = _classes()[name]
            more = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty]
            others = {n: getattr(self.clinic, n) for n in more if n != "desk"}
            return kind(self.clinic.desk, **others)
        return found[name]


_NAMES = [
    "team",
    "access",
    "audit",
    "envelope",
    "registry",
    "vitals",
    "problems",
    "allergies",
    "programmes",
    "agenda",
    "alerts",
    "waiting",
    "safety",
    "today",
    "formulary",
    "stock",
    "dispensing",
    "screenings",
    "protocols",
    "consults",
    "chart",
    "backups",
    "handover",
    "exchange",
    "mental_health",
    "mental_indicators",
    "reviews",
    "paper",
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once: what is refused changes nothing, which each test asserts."""
    root = tmp_path_factory.mktemp("roles")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        clock = FixedClock.at(2026, 11, 20)
        make_store(root / "store", clock)
        clinic = open_clinic(root / "store", clock)
        office, _ = make_office(root, clock)
        seen = someone(clinic, given="Amalia")
        clinic.chart.summary(seen)
        sealed = clinic.envelope.make(CHEAP)
        people = {p.role: p.id for p in clinic.people()}
        for person in people.values():
            phrase = sealed.passphrase if person == people[ROLE] else PASSPHRASE
            clinic.login(person, phrase)
        clinic.switch(people["pasante"])
        draft = clinic.consults.drafts.open(seen)
        yield World(clinic, office, people, seen, _values(clinic, root, seen, draft.id))
        clinic.close()
        office.close()


def _values(clinic: Clinic, root: Path, patient: str, draft: str) -> dict[str, Any]:
    """What each parameter gets, by its name; what is not named gets a word."""
    today = TODAY
    line = SimpleNamespace(patient=patient, reserved=False, id="x", owner="")
    return {
        "patient": patient,
        "patient_id": patient,
        "due": today + timedelta(days=9),
        "starts": today + timedelta(days=9),
        "first": today,
        "day": today,
        "last": today,
        "gravity": 2,
        "vitals": Vitals(day=today, systolic=120, diastolic=80),
        "draft": Draft(),
        "draft_id": draft,
        "line": line,
        "lines": (),
        "answers": [0] * 9,
        "given": {},
        "found": {},
        "returned": {},
        "reasons": {},
        "typed": {},
        "instrument": Instruments().get("phq9"),
        "item": LOSARTAN,
        "quantity": 1,
        "minimum": 3,
        "folder": root,
        "path": root / "nothing.age",
        "candidate": Patient(given="X", surname1="Y", sex="F", birth=date(1990, 1, 1), day=today),
        "stored": clinic.vault.shelf("patient", Patient).get(patient),
        "pathway": clinic.protocols.all()[0],
        "protocol": clinic.protocols.all()[0].id,
        "what": "bmi",
        "why": "personal",
        "reason": "Un motivo suficiente",
        "person": "nadie",
        "profile": CHEAP,
        "target": patient,
        "target_type": "consult",
        "text": "texto",
    }


def _arguments(function: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Values for the parameters that must be given."""
    return {
        name: values.get(name, "x")
        for name, p in inspect.signature(function).parameters.items()
        if p.default is p.empty or name == "profile"
    }


def _allowed(role: str, rule: str, *, restricted: bool = False, opened: bool = True) -> bool:
    """What the table says of a role and a chart."""
    if "|" in rule:
        return any(_allowed(role, r, restricted=restricted, opened=opened) for r in rule.split("|"))
    if "+" in rule:
        return all(_allowed(role, r, restricted=restricted, opened=opened) for r in rule.split("+"))
    if rule == "open":
        return True
    if rule not in {"part", "chart", "known"}:
        return may(role, rule)
    sees = may(role, "ver_expediente") and (opened or role != "visitante")
    if rule == "known" or (rule == "chart" and restricted):
        return sees and may(role, "ver_reservado")
    return sees


def _services() -> dict[str, set[str]]:
    """Every service and its public methods."""
    return {
        name: {n for n, _ in inspect.getmembers(kind, callable) if not n.startswith("_")}
        for name, kind in _classes().items()
    }


@functools.cache
def _classes() -> dict[str, Any]:
    """Every class of the core that is made with a desk."""
    found: dict[str, Any] = {}
    for info in pkgutil.walk_packages(ces_tui.__path__, "ces_tui."):
        if info.name.startswith(("ces_tui.cli", "ces_tui.demo")) or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, kind in vars(module).items():
            own = inspect.isclass(kind) and kind.__module__ == info.name and not name.startswith("_")
            if own and "desk" in inspect.signature(kind.__init__).parameters:
                found[name] = kind
    return found


def test_every_public_method_of_every_service_stands_in_the_table() -> None:
    """Whoever adds a verb says in the table who may do it."""
    found = _services()
    assert set(found) == set(TABLE) | set(INNER)
    for service, methods in found.items():
        if service not in INNER:
            listed = {name.split(".")[1] for name in ROWS if name.startswith(f"{service}.")}
            assert methods == listed, service


@pytest.mark.parametrize("method", sorted(ROWS))
def test_each_role_may_do_what_the_table_says_and_a_refusal_changes_nothing(
    world: World, method: str
) -> None:
    """Also in a restricted chart, and in one that no pasante opened today."""
    service, name = method.split(".")
    rule = ROWS[method]
    verb = getattr(world.service(service), name)
    clinic = world.office if service in {"Office", "Recovery"} else world.clinic
    about_a_chart = {"patient", "patient_id"} & set(inspect.signature(verb).parameters)
    charts = world.charts() if about_a_chart else {world.seen: (False, True)}
    for permitted in (False, True):  # refusals first: what is allowed may change the store
        for role in ROLES:
            for patient, (restricted, opened) in charts.items():
                if _allowed(role, rule, restricted=restricted, opened=opened) is not permitted:
                    continue
                world.sit(clinic, role)
                before = clinic.vault.state.n
                values = _arguments(verb, world.values | {"patient": patient, "patient_id": patient})
                refused = _refused(verb, values)
                assert refused is not permitted, f"{role} {method} {restricted=} {opened=}"
                if refused:
                    assert clinic.vault.state.n == before


def _refused(verb: Any, values: dict[str, Any]) -> bool:
    try:
        verb(**values)
    except NotAllowed:
        return True
    except Exception:  # whatever else is wrong with invented arguments is not about roles
        return False
    return False


def test_a_receta_is_begun_only_where_the_chart_may_be_seen(world: World) -> None:
    other = world.unopened()
    world.sit(world.clinic, "visitante")
    with pytest.raises(NotOpenedToday):
        Writer(world.clinic.desk, other)


def test_nobody_at_the_desk_may_do_nothing(store: Path, clock: FixedClock) -> None:
    """A vault that only its device has open hands nothing out."""
    clinic = open_clinic(store, clock)
    patient = someone(clinic)
    clinic.vault.author = None
    for verb in (clinic.chart.summary, clinic.registry.get, clinic.consults.of, clinic.allergies.state):
        with pytest.raises(NotAllowed):
            verb(patient)
    clinic.vault.author = None
    clinic.close()
