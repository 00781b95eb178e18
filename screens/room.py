"""The base of every room: title, patient bar, body, flash line, hint line, and work that runs beside the screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from ces_tui.base.dates import show_age, show_date
from ces_tui.base.errors import CesError
from ces_tui.people.records import SEX_WORDS, Patient
from screens.widgets.bars import Flash, FlashKind, Hint
from screens.widgets.form import Form
from screens.widgets.ink import Canvas, Span, Stripe, fit

if TYPE_CHECKING:
    from ces_tui.clinic import Clinic
    from ces_tui.vault.shelf import Stored
    from screens.app import CesApp

T = TypeVar("T")


@dataclass(frozen=True)
class Command:
    """One line of the palette: `área: verbo`, its key (or nothing) and what it does."""

    title: str
    key: str
    run: Callable[[], object]


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    then: Callable[[Any], object] | None
    failed: Callable[[CesError], object] | None
    name: str


class Room(Screen[Any]):
    """A screen of the clinic. A subclass sets `room`, yields its widgets in `body()` and fills them in `on_ready()`.

    Example:
        class Signos(Room):
            room = "signos"
            BINDINGS = [Binding("ctrl+s", "save", "guardar", id="signos.guardar", tooltip="Guarda los signos.")]

            def body(self) -> ComposeResult:
                yield Form([NumberField("systolic", "Sistólica", unit="mmHg")])

            def action_save(self) -> None:
                form = self.query_one(Form)
                self.service(lambda: self.clinic.vitals.record(...), self.saved, busy="Guardando…")

    """

    room: ClassVar[str] = ""
    """Id in the table of rooms: gives the title and the palette's area."""
    HELP_TEXT: ClassVar[str] = ""
    """What F1 says about the whole room: what it is for, what is saved when."""
    AUTO_FOCUS = "*"

    def __init__(self, patient: Stored[Patient] | None = None) -> None:
        super().__init__()
        self._patient = patient
        self._jobs: deque[_Job] = deque()
        self._current_job: _Job | None = None
        self._app: CesApp | None = None

    # -- what a subclass fills in ------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The room's own widgets."""
        return iter(())

    def on_ready(self) -> None:
        """Called once the widgets exist; read the record here."""

    def commands(self) -> Iterable[Command]:
        """More lines for the palette, besides the bindings."""
        return ()

    def keep(self) -> None:
        """Seal what was typed: called at once before cover, close and any error page."""

    # -- what a subclass uses ----------------------------------------------------------------------------------

    @property
    def clinic(self) -> Clinic:
        """The open clinic and its services."""
        return self.ces_app.open_clinic

    @property
    def ces_app(self) -> CesApp:
        """The application; also for work that goes on in its thread after the room was left."""
        from screens.app import CesApp

        if self._app is None:
            assert isinstance(self.app, CesApp)
            self._app = self.app
        return self._app

    @property
    def patient(self) -> Stored[Patient]:
        """The patient of this room; an error of ours where there is none."""
        assert self._patient is not None
        return self._patient

    @property
    def left(self) -> bool:
        """Whether the person has gone from here: whatever comes later may find no widgets, and nobody sees it."""
        return not self.is_attached or self not in self.ces_app.screen_stack

    @property
    def has_patient(self) -> bool:
        return self._patient is not None

    def set_patient(self, patient: Stored[Patient] | None) -> None:
        """Show (or take away) the patient bar."""
        self._patient = patient
        if self.is_mounted:
            self.show_bars()

    def flash(self, text: str, kind: FlashKind = "ok") -> None:
        """Say one sentence above the hint line; it stays until the next one or the next key of substance."""
        self.query_one("#flash", Flash).say(text, kind)

    def service(
        self,
        work: Callable[[], T],
        then: Callable[[T], object] | None = None,
        *,
        failed: Callable[[CesError], object] | None = None,
        busy: str = "",
        name: str = "",
    ) -> bool:
        """Run `work` in a thread, one at a time and in order; `then(result)` follows on the screen's own thread.

        A CesError becomes a flash sentence and takes the cursor to `error.field` (unless `failed` is given). With a
        `name`, a second call while the first still runs is ignored and False returned: a key pressed twice signs once.
        """
        job = _Job(work, then, failed, name)
        if name and any(
            j.name == name for j in (*self._jobs, *([self._current_job] if self._current_job else []))
        ):
            return False
        if busy:
            self.flash(busy)
        self._jobs.append(job)
        self._next_job()
        return True

    def show_error(self, error: CesError) -> None:
        """The sentence in the flash line, the cursor in the field that caused it."""
        self.flash(str(error), "error")
        if error.field:
            for form in self.query(Form):
                if error.field in form:
                    form.set_errors({error.field: str(error)})
                    return
            for widget in self.query(f"#{error.field}"):
                widget.focus()
                return

    # -- the frame ---------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield Stripe(ink="bar", id="title")
        yield Stripe(ink="bar", id="patient")
        with Vertical(id="body"):
            yield from self.body()
        yield Flash(id="flash")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.show_bars()
        self.on_ready()

    @on(Resize)
    def _fit_bars(self) -> None:
        if self.ces_app.clinic is not None:
            self.show_bars()

    def on_screen_resume(self) -> None:
        if self.ces_app.clinic is not None:
            self.show_bars()

    @property
    def heading(self) -> str:
        """The room's name on the title line."""
        from screens.rooms import ROOMS

        return ROOMS[self.room].title if self.room in ROOMS else self.title or ""

    def show_bars(self) -> None:
        """Draw title and patient; over a chart that was opened against a reason, the minutes left."""
        app = self.ces_app
        self.query_one("#title", Stripe).show(app.title_line(self.heading))
        bar = self.query_one("#patient", Stripe)
        bar.display = self._patient is not None
        if self._patient is not None:
            told = gestation(app.open_clinic, self._patient, short=app.size.width < 100)
            lines = [patient_line(self._patient.record, app.open_clinic, app.size.width, told)]
            if banner := app.open_clinic.access.banner(self._patient.id):
                lines.append([(f" {banner}", "warn")])
            bar.styles.height = len(lines)
            bar.show(*lines)

    def scroll_to_center(self, widget: Widget, animate: bool = True, **options: Any) -> None:
        """What Textual does when the focus comes to a widget that is not whole in sight: for ours the line with the
        cursor counts, not the middle of a long form.
        """
        if isinstance(widget, Canvas):
            widget.show_cursor()
        else:
            super().scroll_to_center(widget, animate, **options)

    async def _dispatch_message(self, message: Message) -> None:
        """A refusal raised in a handler is a sentence in this room, not the end of the program.

        Nor is a room that was left before it was whole: Escape comes fast after the key that opened it.
        """
        try:
            await super()._dispatch_message(message)
        except CesError as error:
            if not self.left:
                self.show_error(error)
        except NoMatches:
            if not self.left:
                raise

    # -- jobs --------------------------------------------------------------------------------------------------

    def _next_job(self) -> None:
        if self._current_job is None and self._jobs:
            self._current_job = self._jobs.popleft()
            # the application's own worker: leaving the room must not cut a save short
            self.ces_app.run_worker(
                partial(self._work, self._current_job), thread=True, exit_on_error=False, group="service"
            )

    def _work(self, job: _Job) -> None:
        result: Any = None
        error: CesError | None = None
        try:
            result = job.work()
        except CesError as known:
            error = known
        except Exception as unknown:  # noqa: BLE001 - a sentence and a code, never a traceback with locals
            error = self.ces_app.own_fault(unknown)
        self.ces_app.call_from_thread(self._done, job, result, error)

    def _done(self, job: _Job, result: Any, error: CesError | None) -> None:
        self._current_job = None
        try:
            if self.left or self.ces_app.clinic is None:
                return
            if error is not None:
                (job.failed or self.show_error)(error)
            elif job.then is not None:
                job.then(result)
        except CesError as known:
            self.show_error(known)
        except Exception as unknown:  # noqa: BLE001 - the work is done and stored; only what follows failed
            self.show_error(self.ces_app.own_fault(unknown))
        finally:
            self._next_job()


def gestation(clinic: Clinic, patient: Stored[Patient], *, short: bool = False) -> str:
    """'emb. 24+3, FPP 12/03/2027' of a pregnant patient (`short`: without the year), else ''; '' too where the role
    may not read it.
    """
    if not clinic.pregnancies.fits(patient.record):
        return ""
    try:
        state = clinic.pregnancies.state(patient.id)
    except CesError:
        return ""
    return state.brief[:-5] if short and state.due is not None else state.brief


def patient_line(patient: Patient, clinic: Clinic, width: int = 80, pregnancy: str = "") -> list[Span]:
    """Name, age, sex (or the weeks of a pregnancy), birth date and clinic number: always visible while a record is open.

    In a narrow window a long name gives way, never the number; under 80 columns the birth date goes first.
    """
    age = show_age(patient.birth, clinic.desk.today())
    about = "aprox. " if patient.birth_estimated else ""
    who = pregnancy or SEX_WORDS[patient.sex]
    born = f"  nac. {show_date(patient.birth)}" if width >= 80 else ""
    rest = f"  {about}{age}  {who}{born}  {patient.clinic_number} "
    room = max(width - len(rest) - 1, 10)
    name = patient.name if len(patient.name) <= room else fit(patient.name, room)
    return [(f" {name}", "bar"), (rest, "bar")]
