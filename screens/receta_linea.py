"""One line of a receta: medicine, dose by parts of the day, days; quantity, stock and warnings shown while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.base.errors import CesError
from ces_tui.pharmacy.findings import LEVEL_WORDS
from ces_tui.pharmacy.formulary import Entry, about
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import DAY_PARTS, WEEKDAY_WORDS, plural, show_amount
from ces_tui.pharmacy.writing import ChildDose, Typed, Writer, typed_of
from screens.widgets.bars import Flash, Hint
from screens.widgets.fields import (
    CheckField,
    ChoiceField,
    LookupField,
    Option,
    PartsField,
    Suggestion,
    TextField,
)
from screens.widgets.form import Field, Form
from screens.widgets.ink import Span, Stripe
from screens.widgets.paper import Paper, Para

INKS = {"contraindicada": "bad", "mayor": "warn", "moderada": "dim"}
MARKS = {"contraindicada": "× ", "mayor": "! ", "moderada": "· "}


class LineEditor(ModalScreen[PrescriptionLine | None]):
    """Writes one line; the result is the line, or None when it was left."""

    CSS_PATH = "receta.tcss"
    BINDINGS = [
        Binding("ctrl+s", "accept", "agregar", id="linea.agregar", tooltip="Pone el renglón en la receta.", priority=True),
        Binding("escape,ctrl+o", "leave", "volver", id="linea.volver", tooltip="Deja el renglón como estaba."),
    ]  # fmt: skip

    def __init__(
        self,
        writer: Writer,
        others: list[PrescriptionLine],
        line: PrescriptionLine | None = None,
        *,
        patient: Sequence[Span] = (),
        typing: str = "",
        typed: Callable[[str], None] | None = None,
    ) -> None:
        """`others` are the other lines of the receta; `typed(text)` is told at each change what `typing` resumes."""
        super().__init__()
        self._writer, self._others, self._line, self._who = writer, others, line, patient
        self._typing, self._tell = typing, typed
        self._entry: Entry | None = None
        self._children: list[ChildDose] = []

    def compose(self) -> ComposeResult:
        yield Stripe(ink="bar", id="title")
        yield Stripe(ink="bar", id="patient")
        with Vertical(id="body"):
            yield Form(self._fields(), id="form", classes="auto")
            yield Paper(id="about")
        yield Flash(id="flash")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        self.query_one("#title", Stripe).show([(" Receta: un medicamento", "bar")])
        self.query_one("#patient", Stripe).show(self._who)
        form = self.form
        if self._typing:
            self._restore(msgspec.json.decode(self._typing))
        elif self._line is not None:
            self._load(self._line)
        form.focus()
        if self._entry is not None and not self._typing:
            form.go_to("dose")
        self._show_about()
        if self._typing and self._tell is not None:
            self._tell(self._typing)

    @property
    def form(self) -> Form:
        return self.query_one("#form", Form)

    def snapshot(self) -> str:
        """What stands in the form, for a draft."""
        return msgspec.json.encode(self.form.dump()).decode()

    # -- the form ----------------------------------------------------------------------------------------------

    def _fields(self) -> list[Field]:
        return [
            LookupField("item", "Medicamento", suggest=self._suggest, width=44, required=True),
            PartsField("dose", "Dosis"),
            TextField("days", "Días", width=5, limit=3, hint="en blanco = dosis única"),
            TextField("quantity", "Cantidad", width=6, limit=6),
            TextField("give", "Se entrega", width=6, limit=6, hint="en blanco = todo lo que haya"),
            TextField("give_reason", "Motivo", width=40, hint="por qué se entrega menos"),
            ChoiceField("source", "Tomar de", options=[Option("", "lo que caduque antes", "l"), Option("CES", "CES", "c"), Option("SSA", "SSA", "s")]),
            CheckField("prn", "Solo si lo necesita"),
            TextField("instructions", "Indicaciones", width=56, limit=200),
        ]  # fmt: skip

    def _with_choices(self) -> None:
        """Fields that only some medicines need: the indication of a child's dose, the day of a weekly one."""
        fields = [f for f in self.form.fields if f.name not in {"indication", "weekday"}]
        if usable := [c for c in self._children if c.dose is not None]:
            options = [
                Option(str(self._children.index(c)), f"{n} {c.row.indication}", str(n))
                for n, c in enumerate(usable, 1)
            ]
            fields.insert(
                1, ChoiceField("indication", "Dosis por peso", options=options, help="Un dígito la elige.")
            )
        if self._entry is not None and "UNA VEZ POR SEMANA" in self._entry.alert:
            days = [Option(str(n), word, word[:2]) for n, word in enumerate(WEEKDAY_WORDS)]
            fields.insert(2, ChoiceField("weekday", "Día de la semana", options=days))
        self.form.set_items(fields)

    def _suggest(self, text: str) -> list[Suggestion]:
        return [Suggestion(o.entry.id, o.entry.name, o.stock) for o in self._writer.suggest(text, 6)]

    def on_form_picked(self, message: Form.Picked) -> None:
        if message.field == "item":
            self._choose(message.suggestion.key)
            following = "indication" if "indication" in self.form else "dose"
            self.form.go_to(following)

    def on_form_changed(self, message: Form.Changed) -> None:
        if message.field == "indication" and isinstance(message.value, str) and message.value:
            self.form.set_value("dose", self._children[int(message.value)].parts())
        self._show_about()
        if self._tell is not None:
            self._tell(self.snapshot())

    def on_form_moved(self, _message: Form.Moved) -> None:
        self._show_about()

    def on_form_submitted(self, _message: Form.Submitted) -> None:
        self.action_accept()

    def _choose(self, item: str) -> None:
        self._entry = self._writer.get(item)
        self._children = self._writer.child_doses(self._entry) if self._entry else []
        self._with_choices()

    def _load(self, line: PrescriptionLine) -> None:
        typed = typed_of(line)
        self._choose(line.item)
        values = {
            "item": {"key": line.item, "text": line.name},
            "dose": list(typed.parts),
            "days": typed.days,
            "give": typed.give,
            "give_reason": typed.give_reason,
            "source": typed.source,
            "prn": typed.prn,
            "instructions": typed.instructions,
            "weekday": typed.weekday,
        }
        self.form.restore(values)
        if self._writer.quantity(self._typed()) != line.quantity:
            self.form.set_value("quantity", typed.quantity)

    def _restore(self, data: dict[str, object]) -> None:
        chosen = data.get("item")
        if isinstance(chosen, dict) and chosen.get("key"):
            self._choose(str(chosen["key"]))
        self.form.restore(data)

    def _typed(self) -> Typed:
        form = self.form
        parts = form.field("dose").value
        weekday = form.text("weekday") if "weekday" in form else ""
        return Typed(
            item=form.text("item"),
            parts=tuple(parts) if isinstance(parts, list) else (),
            weekday=weekday,
            prn=form.flag("prn"),
            **{
                name: form.text(name)
                for name in ("days", "quantity", "give", "give_reason", "instructions", "source")
            },
        )

    # -- what is shown below -----------------------------------------------------------------------------------

    def _show_about(self) -> None:
        if not self.is_mounted:
            return
        entry, typed = self._entry, self._typed()
        if entry is None or typed.item != entry.id:
            self.query_one("#about", Paper).show([])
            return
        computed = self._writer.quantity(typed)
        says = plural(entry.unit, 2)
        if computed:
            says += f" · calculado: {computed}"
        elif entry.pack is None:
            says += " · no se sabe cuánto trae: escríbala"
        self.form.set_last("quantity", says)
        self.query_one("#about", Paper).show(
            [*self._facts(entry), *self._warnings(typed), Para(f"{about()}.", "dim")]
        )

    def _facts(self, entry: Entry) -> list[Para]:
        offer = self._writer.offer(entry)
        dosed = f"Dosis en {plural(entry.dose_unit, 2)}"
        if entry.mg_per_ml is not None:
            dosed += f" · {show_amount(entry.mg_per_ml)} mg por mL"
        found = [Para(f"{offer.stock} · {dosed} · {entry.route}", "strong")]
        found += self._by_weight()
        if entry.alert:
            found.append(Para(entry.alert, "dim"))
        return found

    def _by_weight(self) -> list[Para]:
        """Each dose by weight with its source, numbered as the choice above; below them what can't be computed."""
        usable = [c for c in self._children if c.dose is not None]
        others = [c for c in self._children if c.dose is None]
        chosen = self.form.text("indication") if "indication" in self.form else ""
        found = []
        for n, c in enumerate(usable, 1):
            on = chosen == str(self._children.index(c))
            found.append(
                Para(f"{c.text}  ({c.row.source}, {c.row.certainty})", "strong" if on else "dim", 3, f"{n}. ")
            )
        return found + [Para(c.text, "dim", 3, "-  ") for c in others]

    def _warnings(self, typed: Typed) -> list[Para]:
        try:
            line = self._writer.line(typed)
        except CesError:
            line = PrescriptionLine(item=typed.item, name="", unit="", days=1)
        mine = [
            f
            for f in self._writer.findings([*self._others, line])
            if typed.item in (f.item, *f.key.replace("+", ":").split(":"))
        ]
        shown = [f for f in mine if not f.key.startswith("alto_riesgo")]
        return [
            Para(
                f"{LEVEL_WORDS[f.level]}: {f.text} [{f.source}]", INKS[f.level], indent=2, mark=MARKS[f.level]
            )
            for f in shown
        ]

    # -- ending ------------------------------------------------------------------------------------------------

    def action_accept(self) -> None:
        try:
            line = self._writer.line(self._typed(), self._line.overrides if self._line else ())
        except CesError as error:
            field = "dose" if error.field in DAY_PARTS else error.field
            self.query_one("#flash", Flash).say(str(error), "error")
            if field and field in self.form:
                self.form.set_errors({field: str(error)})
            return
        self.dismiss(line)

    def action_leave(self) -> None:
        self.dismiss(None)
