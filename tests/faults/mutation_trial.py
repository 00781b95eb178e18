"""Run the quick tests against one mutant after another, each in a forked child with everything imported already.

A mistake inside a function is put into the function objects of the child (its code is replaced, so that every name
bound to it has it), and of the tests only those run that reached its line in an undisturbed run: the module's own ones first, the quickest first.
A mistake in what a name of the module is set to is put in by setting the name anew, wherever it was imported to, and
the tests that reach the module run. Any other mistake in a line that runs at import (a default) needs
a child in which nothing of the program is imported yet.
"""

from __future__ import annotations

import functools
import gc
import importlib.abc
import importlib.util
import os
import pickle
import re
import resource
import shutil
import signal
import struct
import sys
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest

from tests.faults.mutation_modules import TESTS, dotted, own_tests, path_of
from tests.faults.mutation_operators import Mutant

KILLED, SURVIVED, TIMEOUT, UNREACHED = "killed", "survived", "timeout", "no test reaches it"
Told = Callable[[Mutant, str], None]
_MOST_SECONDS = 4.0
"""Of tests against one mutant, in the processor's time that they take undisturbed."""
_MOST_MEMORY = 6 << 30
_OPTIONS = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=no"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # hypothesis is imported before
)
Line = tuple[str, int]


# -- a child -----------------------------------------------------------------------------------------------


def in_child(act: Callable[[], int], limit: float, scratch: Path) -> int | None:
    """What `act` returns in a fork of this process; None when it took too long. Nothing it prints is seen."""
    child = os.fork()
    if child == 0:
        code = 9
        try:
            scratch.mkdir()
            quiet = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(quiet, stream)
            resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, limit)
            code = act()
        except BaseException:
            code = 9
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    shutil.rmtree(scratch, ignore_errors=True)
    if os.WIFSIGNALED(status):
        return None if os.WTERMSIG(status) == signal.SIGALRM else 9
    return os.waitstatus_to_exitcode(status)


def _verdict(code: int | None) -> str:
    return TIMEOUT if code is None else SURVIVED if code == 0 else KILLED


# -- mistakes in lines that run at import ------------------------------------------------------------------


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another text."""

    def __init__(self, module: str, text: str) -> None:
        self._name, self._path, self._text = dotted(module), str(path_of(module)), text

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType | None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self._text, self._path, "exec"), module.__dict__)


def at_import(mutants: Sequence[Mutant], told: Told) -> bool:
    """Try mistakes in module-level lines; False when the tests fail without any.

    Nothing of the program may be imported in this process yet.
    """
    assert not any(name.startswith("ces_tui") for name in sys.modules)
    if not mutants:
        return True
    for name in ("hypothesis", "msgspec", "tinydb", "yaml", "sqlite3", "rapidfuzz", "psutil", "click"):
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="ces-mutants-") as folder:
        sys.dont_write_bytecode, sys.pycache_prefix = False, f"{folder}/pyc"
        calm_hypothesis()
        modules, control = sorted({m.module for m in mutants}), Path(folder, "control")
        whole = in_child(lambda: _imported(modules, None, control), 1200, control) == 0
        for number, mutant in enumerate(mutants if whole else ()):
            scratch = Path(folder, str(number))
            trial = functools.partial(_imported, [mutant.module], mutant, scratch)
            told(mutant, _verdict(in_child(trial, 600, scratch)))
        sys.dont_write_bytecode, sys.pycache_prefix = True, None
    return whole


def _imported(modules: Sequence[str], mutant: Mutant | None, scratch: Path) -> int:
    """The modules' own tests: bringing in all the others takes longer than they run."""
    if mutant is not None:
        sys.meta_path.insert(0, _Mutated(mutant.module, mutant.source()))
    names = [name for module in modules for name in own_tests(module)]
    own = [str(p) for f in TESTS[:2] for p in sorted(Path(f).glob("*.py")) if any(n in str(p) for n in names)]
    return int(pytest.main([*_OPTIONS, "-x", f"--basetemp={scratch}/t", *own]))


# -- mistakes in functions ---------------------------------------------------------------------------------


class Trials:
    """A pytest plugin: collects once, looks which test reaches which line, and tries each mutant in a child."""

    def __init__(self, mutants: Sequence[Mutant], told: Told) -> None:
        self._mutants = mutants
        self._told = told
        self._files = {str(path_of(m.module)): m.module for m in mutants}
        self._failed = False
        self._lines: dict[str, set[Line]] = {}
        self._seconds: dict[str, float] = {}
        self.broken: list[str] = []
        """Tests that fail without any mutant: they say nothing, and are left out."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests: the trials."""
        with tempfile.TemporaryDirectory(prefix="ces-mutants-") as folder:
            root = Path(folder)
            in_child(lambda: self._look(session, root / "0", root / "seen"), 1200, root / "0")
            self._lines, self._seconds, self.broken = pickle.loads((root / "seen").read_bytes())
            gc.collect()
            gc.freeze()  # so that a child writes to few of the pages it shares
            items = {item.nodeid: item for item in session.items if item.nodeid not in self.broken}
            for number, mutant in enumerate(self._mutants, 1):
                self._told(mutant, self._try(mutant, items, root / str(number)))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def _look(self, session: pytest.Session, scratch: Path, result: Path) -> int:
        """In a child: every test once without a mutant, for its time and its lines."""
        _own_folder(session, scratch)
        broken = []
        for item in session.items:
            self._failed = False
            lines = self._lines[item.nodeid] = set()
            tracer = self._tracer(lines)
            begun = time.process_time()
            threading.settrace(tracer)
            sys.settrace(tracer)
            _run(item)
            sys.settrace(None)
            threading.settrace(None)
            self._seconds[item.nodeid] = time.process_time() - begun
            if self._failed:
                broken.append(item.nodeid)
        result.write_bytes(pickle.dumps((self._lines, self._seconds, broken)))
        return 0

    def _tracer(self, lines: set[Line]) -> Any:
        files = self._files

        def inside(frame: types.FrameType, event: str, arg: object) -> Any:
            lines.add((files[frame.f_code.co_filename], frame.f_lineno))
            return inside

        def tracer(frame: types.FrameType, event: str, arg: object) -> Any:
            return inside(frame, event, arg) if frame.f_code.co_filename in files else None

        return tracer

    def _try(self, mutant: Mutant, items: dict[str, pytest.Item], scratch: Path) -> str:
        wanted = {(mutant.module, line) for line in range(mutant.line, mutant.last_line + 1)}
        if mutant.constant:
            wanted = {line for lines in self._lines.values() for line in lines if line[0] == mutant.module}
        own = {nodeid for nodeid in items if any(name in nodeid for name in own_tests(mutant.module))}
        reached = [n for n in items if self._lines[n] & wanted or (mutant.constant and n in own)]
        reached.sort(key=lambda nodeid: (nodeid not in own, self._seconds[nodeid]))
        if not reached:
            return UNREACHED
        total: float = 0.0
        some: list[pytest.Item] = []
        for nodeid in reached:
            total += self._seconds[nodeid]
            if some and total > _MOST_SECONDS:
                break
            some.append(items[nodeid])
        return _verdict(in_child(lambda: self._swapped(mutant, some, scratch), 30 + 10 * total, scratch))

    def _swapped(self, mutant: Mutant, items: list[pytest.Item], scratch: Path) -> int:
        _own_folder(items[0].session, scratch)
        (replace_values if mutant.constant else replace_code)(mutant)
        self._failed = False
        for item in items:
            _run(item)
            if self._failed:
                return 1
        return 0


def in_functions(mutants: Sequence[Mutant], told: Told) -> list[str]:
    """Try mistakes inside functions; the tests that fail without any, if there are such, are left out and returned."""
    calm_hypothesis()
    if not mutants:
        return []
    trials = Trials(mutants, told)
    pytest.main([*_OPTIONS, *TESTS], plugins=[trials])
    return trials.broken


def _run(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _own_folder(session: pytest.Session, scratch: Path) -> None:
    session.config._tmp_path_factory._basetemp = scratch  # type: ignore[attr-defined]


def calm_hypothesis() -> None:
    """The same examples each time, none remembered on the disk, and no clock that a loaded machine could miss."""
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "mutants", derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    settings.load_profile("mutants")


# -- putting the mistake in --------------------------------------------------------------------------------


def replace_code(mutant: Mutant) -> None:
    """Give the mutant's function its new code, wherever it is bound."""
    code = compile(mutant.source(), str(path_of(mutant.module)), "exec")
    new = {c.co_qualname: c for c in _codes(code)}[mutant.function]
    module = importlib.import_module(dotted(mutant.module))
    holder: Any = module
    *classes, name = mutant.function.split(".")
    for part in classes:
        holder = getattr(holder, part)
    functions = list(_functions(vars(holder)[name]))
    assert functions, mutant.function
    for function in functions:
        function.__code__ = new


_PLAIN = (bool, int, str, bytes, tuple, dict, frozenset, re.Pattern, struct.Struct)


def replace_values(mutant: Mutant) -> None:
    """Set the module's names anew as the mutant has them, also where other modules hold them."""
    module = importlib.import_module(dotted(mutant.module))
    stand_in = types.ModuleType(f"{module.__name__}_mutant")
    sys.modules[stand_in.__name__] = stand_in
    exec(compile(mutant.source(), str(path_of(mutant.module)), "exec"), vars(stand_in))
    for name, new in vars(stand_in).items():
        old = vars(module).get(name)
        if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
            old.__kwdefaults__ = new.__kwdefaults__  # a default is the value that the name had at import
        if not isinstance(old, _PLAIN) or name.startswith("__") or _same(old, new):
            continue
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, new)


def _same(old: object, new: object) -> bool:
    if isinstance(old, struct.Struct) and isinstance(new, struct.Struct):
        return old.format == new.format
    return old == new and type(old) is type(new)


def _functions(bound: Any) -> Iterator[types.FunctionType]:
    """The plain function below decorators."""
    if isinstance(bound, property):
        yield from (f for f in (bound.fget, bound.fset) if isinstance(f, types.FunctionType))
    elif isinstance(bound, staticmethod | classmethod):
        yield from _functions(bound.__func__)
    elif hasattr(bound, "__wrapped__"):
        yield from _functions(bound.__wrapped__)
    elif isinstance(bound, types.FunctionType):
        yield bound


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _codes(const)
