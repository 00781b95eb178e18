"""The two long tasks that several rooms start: a removal with its change of key, and a copy onto a stick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ces_tui.base.errors import CesError
from ces_tui.people.team import Removal
from ces_tui.sync.records import Step
from screens.widgets.modals import Cancelled, Progress, Told
from screens.widgets.paper import Para

if TYPE_CHECKING:
    from ces_tui.sync.backup import CopiedOut
    from screens.room import Room

VaultProgress = Callable[[str, int, int], None]
_WORDS = {
    "cambio de llave": "Sellando con la llave nueva",
    "registros": "Revisando cada sello",
    "copia": "Copiando en esta computadora",
}
_STOPPED = (
    "Se detuvo antes de cambiar la llave. La persona ya no figura, pero la llave es la misma: "
    "elija «Cambiar la llave» para terminar."
)


def long_task(
    room: Room,
    title: str,
    work: Callable[[VaultProgress], Any],
    then: Callable[[Any], object],
    failed: Callable[[CesError], object],
) -> None:
    """Run `work` with a progress window over the room; Esc there raises Cancelled inside `work`."""
    progress = Progress(title)
    room.app.push_screen(progress)

    def tell(what: str, done: int, total: int) -> None:
        progress.report(done, total, _WORDS.get(what, what))

    def end(result: Any) -> None:
        progress.finish()
        then(result)

    def fail(error: CesError) -> None:
        progress.finish()
        failed(error)

    room.service(lambda: work(tell), end, failed=fail, name="largo")


def remove_with_new_key(
    room: Room, work: Callable[[VaultProgress], Removal], after: Callable[[], object]
) -> None:
    """Remove someone (or finish a change of key); the result is told in a window of its own."""

    def done(gone: Removal) -> None:
        after()
        room.flash(gone.sentences[0])
        room.app.push_screen(Told("Llave nueva", [Para(s) for s in gone.sentences]))

    def failed(error: CesError) -> None:
        room.flash(_STOPPED if isinstance(error, Cancelled) else str(error), "error")
        after()

    long_task(room, "Cambio de llave (Esc lo detiene sin daño)", work, done, failed)


def copy_to_stick(room: Room, folder: Path, after: Callable[[], object]) -> None:
    """Copy the store onto a stick with its progress."""

    def work(tell: VaultProgress) -> CopiedOut:
        def show(step: Step) -> None:
            tell(step.what, step.done, step.total)

        return room.clinic.backups.copy_to(folder, show)

    def done(made: CopiedOut) -> None:
        room.flash(made.sentence)
        after()

    def failed(error: CesError) -> None:
        room.show_error(error)
        after()

    long_task(room, "Copiando el expediente", work, done, failed)
