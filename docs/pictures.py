"""Make the pictures of the README and the manual from the invented clinic: `python docs/pictures.py [FOLDER]`.

Each picture is a real screen of the real program in a pseudo-terminal. The stages below say which keys lead there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.terminal.harness import Terminal  # noqa: E402
from tests.terminal.picture import svg  # noqa: E402

SIZE = (100, 30)


def unlock(t: Terminal, phrase: str) -> None:
    t.wait_for("¿Quién es usted?")
    t.press("enter")
    t.wait_for("Frase de acceso")
    t.type(phrase)
    t.press("enter")
    t.wait_for("PIN de hoy")
    t.press(*"314159")
    t.wait_for("Hoy · ")


def today(_t: Terminal) -> None:
    """The first room is the picture."""


def find(t: Terminal) -> None:
    t.press("/")
    t.wait_for("Buscar paciente · ")
    t.type("hernandes")


def menu(t: Terminal) -> None:
    t.press("ctrl+p")
    t.wait_for("Qué quiere hacer")


STAGES: dict[str, tuple[str, Callable[[Terminal], None]]] = {
    "hoy": ("Hoy: la pantalla con que empieza el día en la clínica", today),
    "buscar": ("Buscar: el nombre mal escrito encuentra a la persona", find),
    "menu": ("Menú: todo lo que se puede hacer, con su tecla", menu),
}
"""Name of the picture -> its description and the keys from Hoy that lead to it."""


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        store = Path(place) / "demo"
        env = {"XDG_STATE_HOME": str(Path(place) / "state"), "HOME": place}
        build = [sys.executable, "-m", "ces_tui.cli", "demo", "--build", str(store), "--patients", "120"]
        subprocess.run(build, check=True, cwd=ROOT, env={**_path(), **env})
        phrase = (store / "passphrase.txt").read_text(encoding="utf-8").strip()
        for name, (title, lead) in STAGES.items():
            with Terminal(["--dir", str(store)], size=SIZE, env={**env, "COLORTERM": "truecolor"}) as t:
                unlock(t, phrase)
                lead(t)
                t.settle(0.5)
                (out / f"{name}.svg").write_text(svg(t.display, title), encoding="utf-8")
                print(f"{out / name}.svg")  # noqa: T201
    return 0


def _path() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}


if __name__ == "__main__":
    sys.exit(main())
