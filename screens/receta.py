"""The prescription editor that the consult opens: lines, warnings, repeat the last receta with one key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from ces_tui.clinic import Clinic
from ces_tui.pharmacy.findings import LEVEL_WORDS, Finding
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.pharmacy.rules import describe_short
from ces_tui.pharmacy.writing import Writer
from screens.receta_linea import INKS, MARKS, LineEditor
from screens.widgets.bars import Flash, FlashKind, Hint
from screens.widgets.ink import Stripe
from screens.widgets.lines import Column, Heading, Lines, Row
from screens.widgets.modals import Confirm, ReasonPrompt
from screens.widgets.paper import Paper, Para

Changed = Callable[[Sequence[PrescriptionLine], str], None]


class RecetaEditor(ModalScreen[list[PrescriptionLine] | None]):
    """Edits the lines of a receta; the result is the new lines, or None when it was left without changes.

    Example: `self.app.push_screen(RecetaEditor(self.clinic, pid, draft.prescription, previous), self.prescribed)`
    where `previous` is `clinic.dispensing.last_prescription(pid)`. `changed(lines, typing)` is called at each change,
    so that the page around it can keep a draft; `typing` (what it was given last) resumes a line half written.
    """

    CSS_PATH = "receta.tcss"
    HELP_TEXT = (
        "Con «a» agrega un medicamento y con «r» repite la receta anterior. Lo CONTRAINDICADO no se puede recetar; "
        "lo GRAVE pide un motivo. Con Ctrl+S la receta pasa a la nota; nada sale del estante hasta firmar."
    )
    BINDINGS = [
        Binding("a,ctrl+n", "add", "agregar", id="receta.agregar", tooltip="Agrega un medicamento."),
        Binding("r,ctrl+r", "repeat", "repetir anterior", id="receta.repetir", tooltip="Pone los renglones de la última receta."),
        Binding("ctrl+s", "accept", "listo", id="receta.listo", tooltip="Pasa la receta a la nota.", priority=True),
        Binding("delete,backspace", "remove", "quitar", id="receta.quitar", tooltip="Quita el renglón."),
        Binding("x", "stop", "suspender", id="receta.suspender", tooltip="Indica suspender este medicamento."),
        Binding("m", "reason", "motivo", id="receta.motivo", tooltip="Escribe el motivo de un aviso grave."),
        Binding("escape,ctrl+o", "leave", "volver", id="receta.volver", tooltip="Deja la receta como estaba.", priority=True),
    ]  # fmt: skip

    def __init__(
        self,
        clinic: Clinic,
        patient_id: str,
        lines: Sequence[PrescriptionLine] = (),
        previous_lines: Sequence[PrescriptionLine] = (),
        *,
        changed: Changed | None = None,
        typing: str = "",
    ) -> None:
        super().__init__()
        self._clinic, self._patient = clinic, patient_id
        self._before, self._lines = list(lines), list(lines)
        self._previous = list(previous_lines)
        self._tell = changed
        self._typing = typing
        self._findings: list[Finding] = []
        self._editing: LineEditor | None = None

    def compose(self) -> ComposeResult:
        yield Stripe(ink="bar", id="title")
        yield Stripe(ink="bar", id="patient")
        with Vertical(id="body"):
            yield Lines(
                [
                    Column("Medicamento"),
                    Column("mañ-med-tar-noc", 22),
                    Column("surtir", 6, right=True),
                    Column("hay", 9),
                    Column("por fuente", 16, wide=True),
                ],
                header=True,
                empty="Todavía no hay medicamentos: «a» agrega, «r» repite la receta anterior.",
                id="lines",
            )
            yield Paper(id="findings")
        yield Flash(id="flash")
        yield Hint(id="hint")

    def on_mount(self) -> None:
        from screens.room import gestation, patient_line

        self._writer = Writer(self._clinic.desk, self._patient)
        stored = self._clinic.registry.get(self._patient)
        self._who = patient_line(
            stored.record,
            self._clinic,
            pregnancy=gestation(self._clinic, stored, short=self.app.size.width < 100),
        )
        self.query_one("#patient", Stripe).show(self._who)
        self.query_one(Lines).focus()
        self._show()
        if self._typing:
            self._open(None, typing=self._typing)
        elif not self._lines and not self._previous:
            self.action_add()

    # -- lines -------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[PrescriptionLine]:
        """The lines as they stand."""
        return list(self._lines)

    def _show(self) -> None:
        self._findings = self._writer.findings(self._lines)
        self._say("")
        rows: list[Row | Heading] = [
            Row(str(n), [self._short(line), describe_short(line), *self._stock(line)], self._ink(line), line)
            for n, line in enumerate(self._lines)
        ]
        taking = [
            m.line for m in self._writer.facts.current if m.line.item not in {x.item for x in self._lines}
        ]
        if taking:
            rows.append(Heading("Toma ahora", "x suspende"))
            rows += [
                Row(f"now:{x.item}", [self._short(x), describe_short(x), "", "", ""], "dim", x)
                for x in taking
            ]
        self.query_one(Lines).show(rows)
        count = len(self._lines)
        says = f" Receta  {count} {'medicamento' if count == 1 else 'medicamentos'}"
        self.query_one("#title", Stripe).show([(says, "bar")])
        self._show_findings()
        if self._tell is not None:
            self._tell(self.lines, "")

    def _short(self, line: PrescriptionLine) -> str:
        entry = self._writer.get(line.item)
        wide = self.app.size.width
        return entry.short(wide - (64 if wide >= 100 else 46)) if entry else line.name

    def _stock(self, line: PrescriptionLine) -> tuple[str, str, str]:
        """What is asked for, whether it is there, and by source."""
        entry = self._writer.get(line.item)
        if entry is None or line.stopped:
            return "", "", ""
        offer = self._writer.offer(entry)
        there = offer.ces + offer.ssa
        wanted = line.quantity if line.give is None else line.give
        says = f"FALTAN {wanted - there}" if wanted > there else f"hay {there}"
        return str(line.quantity or "no"), says, offer.stock

    def _ink(self, line: PrescriptionLine) -> str:
        levels = {f.level for f in self._findings if f.item == line.item}
        return "bad" if "contraindicada" in levels else "warn" if "mayor" in levels else "text"

    def _show_findings(self) -> None:
        open_keys = {f.key for f in self._writer.unanswered(self._lines)}
        reasons = {o.warning: o.reason for line in self._lines for o in line.overrides}
        found = []
        for f in self._findings:
            if f.level == "mayor" and f.key not in open_keys:
                found.append(Para(f"{f.text} Motivo: {reasons[f.key]}", "dim", indent=2, mark="· "))
            else:
                ask = " (m: motivo)" if f.level == "mayor" else ""
                text = f"{LEVEL_WORDS[f.level]}: {f.text} [{f.source}]{ask}"
                found.append(Para(text, INKS[f.level], indent=2, mark=MARKS[f.level]))
        if self._lines and not self._writer.facts.allergies_asked:
            found.insert(0, Para("Nadie ha preguntado por alergias: pregunte y anótelo.", "warn", mark="! "))
        self.query_one("#findings", Paper).show(found)

    def on_lines_chosen(self, message: Lines.Chosen) -> None:
        if message.row.key.startswith("now:"):
            self._lines.append(message.row.data)
            self._show()
        else:
            self._open(int(message.row.key))

    def _open(self, at: int | None, *, typing: str = "") -> None:
        """Edit line `at`, or write a new one."""
        line = None if at is None else self._lines[at]
        others = [x for n, x in enumerate(self._lines) if n != at]
        self._editing = LineEditor(
            self._writer, others, line, patient=self._who, typing=typing, typed=self._typed
        )
        self.app.push_screen(self._editing, partial(self._written, at))

    def _typed(self, typing: str) -> None:
        if self._tell is not None:
            self._tell(self.lines, typing)

    def _written(self, at: int | None, line: PrescriptionLine | None) -> None:
        self._editing = None
        if line is not None:
            if at is None:
                self._lines.append(line)
            else:
                self._lines[at] = line
        self._show()
        if line is not None:
            self.query_one(Lines).select(str(len(self._lines) - 1 if at is None else at))

    # -- keys --------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "repeat":
            return bool(self._previous)
        return True

    def action_add(self) -> None:
        self._open(None)

    def action_repeat(self) -> None:
        have = {line.item for line in self._lines}
        new = [line for line in self._previous if line.item not in have]
        self._lines += new
        self._show()
        self._say(f"Se repitieron {len(new)} renglones de la última receta." if new else "Ya están todos.")

    def action_remove(self) -> None:
        row = self.query_one(Lines).current
        if row is not None and not row.key.startswith("now:"):
            del self._lines[int(row.key)]
            self._show()

    def action_stop(self) -> None:
        row = self.query_one(Lines).current
        if row is None:
            return
        stopped = self._writer.stop(row.data)
        if row.key.startswith("now:"):
            self._lines.append(stopped)
        else:
            self._lines[int(row.key)] = stopped
        self._show()

    def action_reason(self) -> None:
        waiting = [f for f in self._writer.unanswered(self._lines) if f.level == "mayor"]
        if not waiting:
            self._say("Ningún aviso pide motivo.")
            return
        prompt = ReasonPrompt("Motivo para seguir", "Motivo", says=[waiting[0].text])
        self.app.push_screen(prompt, partial(self._answered, waiting[0].key))

    def _answered(self, key: str, reason: str | None, *, then_accept: bool = False) -> None:
        if reason is None:
            return
        self._lines = self._writer.answer(self._lines, {key: reason})
        self._show()
        if then_accept:
            self.action_accept()

    def action_accept(self) -> None:
        waiting = self._writer.unanswered(self._lines)
        stops = [f for f in waiting if f.level == "contraindicada"]
        if stops:
            self._say(f"{stops[0].text} Quite o cambie ese renglón.", "error")
        elif waiting:
            prompt = ReasonPrompt("Motivo para seguir", "Motivo", says=[waiting[0].text])
            self.app.push_screen(prompt, partial(self._answered, waiting[0].key, then_accept=True))
        else:
            self.dismiss(self.lines)

    def action_leave(self) -> None:
        if self._lines == self._before:
            self.dismiss(None)
        else:
            question = Confirm(
                "Salir sin pasar los cambios a la nota", ["La receta queda como estaba."], yes="Salir"
            )
            self.app.push_screen(question, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)

    def _say(self, text: str, kind: FlashKind = "ok") -> None:
        self.query_one("#flash", Flash).say(text, kind)
