"""After closing, neither the data key nor anyone's private key is left in the process: looked for in its own memory."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MethodType
from typing import IO, Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import NotAllowed
from ces_tui.clinic import Clinic
from ces_tui.vault.credentials import KeyPair, open_credential, unwrap_key
from ces_tui.vault.header import Header
from ces_tui.vault.seal import derive
from ces_tui.vault.vault import Vault
from tests.support import PASSPHRASE
from tests.unit.consult.visits import page, pressure, someone

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import gc, sys
from datetime import date
from pathlib import Path
from ces_tui.base.clock import FixedClock
from ces_tui.clinic import Clinic
from ces_tui.vault.vault import Vault
from tests.unit.consult.visits import page, pressure, someone
folder, clock = Path(sys.argv[1]), FixedClock.at(2026, 11, 20)
people = {p.role: p.id for p in Vault.peek(folder).people}
phrase = sys.stdin.readline().strip()
clinic = Clinic.open(folder, people["pasante"], phrase, clock)
patient = someone(clinic, given="Guadalupe")
pressure(clinic, patient)
clinic.consults.sign(page(), patient)
clinic.login(people["enfermeria"], phrase)
clinic.chart.summary(patient)
clinic.registry.find("guadalupe")
print("open", flush=True)
sys.stdin.readline()
clinic.close()
del clinic
gc.collect()
print("closed", flush=True)
sys.stdin.readline()
"""


def _secrets(header: Header) -> dict[str, bytes]:
    """What must not be found, worked out here and not in the process that is searched."""
    found: dict[str, bytes] = {}
    for role in ("pasante", "enfermeria"):
        person = next(p for p in header.people if p.role == role)
        assert person.credential is not None
        keys = open_credential(
            person.credential, bytes.fromhex(person.ed), bytes.fromhex(person.x), PASSPHRASE
        )
        found |= {
            f"{role}: firma": keys.ed.private_bytes_raw(),
            f"{role}: ranura": keys.x.private_bytes_raw(),
        }
        found["llave de datos"] = unwrap_key(
            header.slot(person.id).box, keys.x, header.store_bytes, header.epoch, person.id
        )
    found["llave de renglones"] = derive(found["llave de datos"], header.store_bytes, "body")
    return found


def _count(pid: int, secrets: dict[str, bytes]) -> dict[str, int]:
    """How often each secret stands in the memory of a process."""
    found = dict.fromkeys(secrets, 0)
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if "r" not in rights or "[v" in line:
                continue
            low, high = (int(x, 16) for x in span.split("-"))
            for name, secret in secrets.items():
                found[name] += _read(memory, low, high).count(secret)
    return found


def _read(memory: IO[bytes], low: int, high: int) -> bytes:
    try:
        memory.seek(low)
        return memory.read(high - low) or b""
    except (OSError, ValueError, OverflowError):
        return b""


@pytest.fixture
def child(store: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read through /proc")
def test_a_search_of_the_process_finds_the_keys_while_open_and_none_after_close(
    child: subprocess.Popen[str], store: Path
) -> None:
    """The figures of docs/threat-model.md: each count after close is 0."""
    assert child.stdin is not None and child.stdout is not None
    secrets = _secrets(Vault.peek(store))
    _say(child, PASSPHRASE, "open")
    before = _count(child.pid, secrets)
    _say(child, "", "closed")
    after = _count(child.pid, secrets)
    assert before["llave de datos"] and before["llave de renglones"], (
        "the search finds nothing: it proves nothing"
    )
    assert not any(after.values()), after


def _say(child: subprocess.Popen[str], text: str, answer: str) -> None:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(text + "\n")
    child.stdin.flush()
    assert child.stdout.readline().strip() == answer


def test_after_close_no_key_and_nothing_decrypted_can_be_reached(clinic: Clinic) -> None:
    """Also from someone who still holds the clinic: keys, documents, drafts, reads and the index of names are gone."""
    patient = someone(clinic, given="Guadalupe")
    pressure(clinic, patient)
    clinic.consults.drafts.save(clinic.vault.new_id(), patient, page())
    clinic.consults.sign(page(), patient)
    clinic.chart.timeline(patient)
    assert clinic.registry.find("guadalupe")
    vault = clinic.vault
    assert vault.author is not None
    mine = {id(vault.author.keys), id(vault.device)}
    others = [o for o in gc.get_objects() if isinstance(o, KeyPair) and id(o) not in mine]  # of earlier tests
    kept: list[Any] = [
        vault.author.keys,
        vault.device,
        vault.sealer,
        vault.drawers.drawer(f"chart/{patient}"),
    ]
    ids = {id(o) for o in kept}
    kinds = {type(o) for o in kept}
    kept.clear()
    clinic.close()
    gc.collect()
    assert not [o for o in gc.get_objects() if type(o) in kinds and id(o) in ids]
    assert not [o for o in gc.get_objects() if isinstance(o, KeyPair) and not any(o is x for x in others)]
    held = _strings(clinic)
    assert not [text for text in held if "uadalupe" in text or "cefalea" in text]
    for name in ("data_key", "sealer", "device", "drawers"):
        with pytest.raises(NotAllowed):
            getattr(vault, name)
    with pytest.raises(NotAllowed):
        clinic.chart.summary(patient)


_CONTAINERS = (dict, list, tuple, set, frozenset, MethodType)


def _strings(root: object) -> list[str]:
    """Every text that can be reached from an object, through containers, bound methods and our own instances."""
    seen: set[int] = set()
    todo: list[Any] = [root]
    found: list[str] = []
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type) or type(one).__name__ == "module":
            continue
        seen.add(id(one))
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, bytes):
            found.append(one.decode("utf-8", "replace"))
        elif isinstance(one, _CONTAINERS) or type(one).__module__.startswith("ces_tui"):
            todo += gc.get_referents(one)  # not into functions: their globals are the whole program
    return found


def test_closing_twice_is_harmless(clinic: Clinic, clock: FixedClock) -> None:
    clinic.close()
    clinic.close()
    clinic.vault.close()
    assert clinic.closed and clinic.desk.glass.left("nadie", "nada") == 0
