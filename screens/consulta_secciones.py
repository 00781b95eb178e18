"""The programmes' sections in the note: one form, a heading for each, the last value with its date beside each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual import events

from ces_tui.base.dates import show_date
from ces_tui.base.errors import BadInput
from ces_tui.consult import programmes
from ces_tui.consult.questions import Question, SectionPlan
from ces_tui.consult.sections import Last
from screens.widgets.field import Field
from screens.widgets.fields import ChoiceField, NumberField, Option, TextField
from screens.widgets.form import Form
from screens.widgets.form_rows import Section

_SHORT = "Enter y flechas pasan de un campo a otro; Tab sale de las secciones."


class SectionForm(Form):
    """Enter and the arrows go from question to question; Tab leaves, so that a page with many of them stays short."""

    def __init__(self) -> None:
        super().__init__([], submits=False, id="sections", classes="auto")
        self.display = False
        self._plans: tuple[SectionPlan, ...] = ()
        self._fields: dict[str, Field] = {}
        self._told: dict[str, str] = {}
        self._typed: dict[str, str] = {}

    def open(
        self,
        plans: Sequence[SectionPlan],
        lasts: Mapping[str, Last],
        typed: Mapping[str, str],
        told: Mapping[str, str],
    ) -> None:
        """Show these sections; what was typed stays, also in one that is not shown now. `told` is said at their headings."""
        self._told = dict(told)
        self._typed = {**typed, **self.typed()}
        self._plans = tuple(plans)
        fields = {q.id: self._field(q, lasts.get(q.id)) for plan in plans for q in plan.questions}
        self._fields = fields
        self._lay()
        self.display = bool(fields)

    def typed(self) -> dict[str, str]:
        """Every answer by question, also of sections that are closed now."""
        return {**self._typed, **{name: str(field.value) for name, field in self._fields.items()}}

    @property
    def titles(self) -> str:
        """'Diabetes · Lípidos'."""
        return " · ".join(plan.title for plan in self._plans)

    def _lay(self) -> None:
        said = self._told | programmes.conclusions(self._values())
        items: list[Field | Section] = []
        for plan in self._plans:
            items.append(Section(plan.title, said.get(plan.id, "")))
            typed = {q.id: str(self._fields[q.id].value) for q in plan.questions}
            items += [self._fields[q.id] for q in plan.questions if q.asked_with(typed)]
        self.set_items(items)

    def _values(self) -> dict[str, float | str]:
        """The answers that can be read; one that can't is left out until it is corrected."""
        found: dict[str, float | str] = {}
        for plan in self._plans:
            typed = {q.id: str(self._fields[q.id].value) for q in plan.questions}
            for q in plan.questions:
                one = SectionPlan(plan.id, plan.title, (), (q,))
                try:
                    found |= {f.name: f.value for f in programmes.answered(typed, (one,))}
                except BadInput:
                    continue
        return found

    def _field(self, asked: Question, last: Last | None) -> Field:
        text = asked.ask or asked.label
        made: Field
        if asked.kind == "number":
            made = NumberField(asked.id, asked.label, unit=asked.unit, help=f"{text}. {_SHORT}")
        elif asked.kind == "gestation":
            made = TextField(asked.id, asked.label, width=8, limit=6, hint="11+2", help=f"{text}. {_SHORT}")
        elif asked.kind == "text":
            made = TextField(
                asked.id, asked.label, width=44, limit=asked.limit, hint=asked.ask, help=f"{text}. {_SHORT}"
            )
        else:
            options = [Option(key, words) for key, words in asked.choices.items()]
            made = ChoiceField(
                asked.id, asked.label, options=options, hint=asked.ask, help=f"{text}. {_SHORT}"
            )
        if last is not None:
            made.last, made.last_on = asked.words(last.value), show_date(last.day)
        value = self._typed.get(asked.id, "")
        if not value and asked.once and last is not None:
            value = asked.typed(last.value)
        made.load(value)
        return made

    def _tab(self, by: int, item: Field) -> bool:
        item.error = item.leave()
        self.repaint()
        return False

    def on_form_changed(self, _message: Form.Changed) -> None:
        self._lay()

    def on_click(self, event: events.Click) -> None:
        super().on_click(event)
        self.focus()
