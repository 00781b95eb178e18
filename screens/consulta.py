"""Consulta: one SOAP page. It writes a sealed draft while one types; Ctrl+T signs, which is one save over all rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec
from textual.binding import Binding

from ces_tui.base.clock import clinic_time
from ces_tui.base.errors import CesError
from ces_tui.care.records import PROGRAMME_WORDS
from ces_tui.consult.proposals import Proposed, propose
from ces_tui.consult.records import Consult, Draft, ProgrammeChange, ProtocolResult
from ces_tui.consult.rules import Missing
from ces_tui.consult.snippets import Snippets
from ces_tui.guidance.records import Outcome
from ces_tui.pharmacy.records import PrescriptionLine
from ces_tui.vault.shelf import Stored
from screens import consulta_view as view
from screens.consulta_frases import Frases
from screens.consulta_page import ConsultPage
from screens.consulta_parts import DiagnosisLines, RecetaLines, ReturnField
from screens.consulta_programas import Chosen, Programas
from screens.consulta_propuestas import Propuestas
from screens.expediente_defuncion import Death, Defuncion
from screens.room import Command
from screens.widgets.form import Form
from screens.widgets.modals import Confirm
from screens.widgets.note import NoteArea


class Consulta(ConsultPage):
    """The consult of one patient. It is dismissed with the signed note, or None when the draft stays."""

    room = "consulta"
    CSS_PATH = "consulta.tcss"
    HELP_TEXT = (
        "Una sola página: subjetivo, objetivo, diagnósticos, análisis, receta y plan. Tab pasa a lo siguiente. "
        "Lo que escribe se guarda solo, cifrado, como borrador. Ctrl+R llena lo vacío con lo de la última vez: "
        "diagnósticos crónicos, receta, pronóstico y cita a cuatro semanas. Ctrl+T firma, después de mostrar "
        "de quién es la nota; lo firmado ya no cambia."
    )
    BINDINGS = [
        Binding("ctrl+t,f10", "sign", "firmar", id="consulta.firmar", tooltip="Revisa la nota y la firma.", priority=True),
        Binding("ctrl+r,f4", "repeat", "repetir", id="consulta.repetir", tooltip="Llena lo vacío con lo de la última consulta.", priority=True),
        Binding("f3,ctrl+n", "receta", "receta", id="consulta.receta", tooltip="Abre la receta.", priority=True),
        Binding("f2,ctrl+b", "vitals", "signos", id="consulta.signos", tooltip="Toma o corrige los signos de hoy.", priority=True),
        Binding("f5", "protocol", "protocolo", id="consulta.protocolo", tooltip="Corre un protocolo con este paciente.", priority=True),
        Binding("f6", "screening", "tamizaje", id="consulta.tamizaje", show=False, tooltip="Aplica un tamizaje.", priority=True),
        Binding("f7", "programmes", "programas", id="consulta.programas", show=False, tooltip="Entra o sale de un programa.", priority=True),
        Binding("ctrl+e", "enrol", "inscribir", id="consulta.inscribir", tooltip="Inscribe en los programas que piden los diagnósticos.", priority=True),
        Binding("f8", "plan", "plan de seguridad", id="consulta.plan", show=False, tooltip="Abre el plan de seguridad.", priority=True),
        Binding("ctrl+d", "zen", "despejar", id="consulta.despejar", show=False, tooltip="Deja solo el texto de la nota, a toda la pantalla; la misma tecla regresa.", priority=True),
        Binding("ctrl+s", "save", "guardar", id="consulta.guardar", tooltip="Guarda el borrador ahora.", priority=True),
        Binding("f9", "discard", "descartar", id="consulta.descartar", show=False, tooltip="Tira este borrador; no queda nada de él.", priority=True),
    ]  # fmt: skip

    # -- keys --------------------------------------------------------------------------------------------------

    def action_save(self) -> None:
        if self._keeper is not None:
            self._keeper.touch()
            ok = self._keeper.keep()
            now = clinic_time(self.clinic.desk.now())
            self.flash(
                f"Borrador guardado {now:%H:%M}." if ok else "El disco no contesta; siga escribiendo.",
                "ok" if ok else "error",
            )

    def action_repeat(self) -> None:
        """Fill what is empty with what was there last time; the person looks it over."""
        dx, receta, end = (
            self.query_one(DiagnosisLines),
            self.query_one(RecetaLines),
            self.query_one("#end", Form),
        )
        clinic, patient, said = self.clinic, self.patient.id, []
        if not dx.diagnoses and (same := clinic.consults.same_as_last(patient)):
            dx.put(same)
            said.append("diagnósticos")
        if not receta.receta and (lines := clinic.dispensing.last_prescription(patient)):
            receta.put(lines)
            said.append(f"receta de {len(lines)}")
        last = clinic.consults.last(patient)
        if last is not None and last.record.prognosis and not end.text("prognosis"):
            end.set_value("prognosis", last.record.prognosis)
            said.append("pronóstico")
        returns = end.field("next_text")
        if isinstance(returns, ReturnField) and not end.text("next_text"):
            returns.propose()
            end.repaint()
            said.append(f"cita {end.text('next_text')}")
        self.touch()
        self.flash(
            f"Se repitió: {', '.join(said)}. Revíselo." if said else "No hay nada vacío que repetir.", "aviso"
        )

    def action_receta(self) -> None:
        from screens.receta import RecetaEditor

        receta = self.query_one(RecetaLines)
        previous = self.clinic.dispensing.last_prescription(self.patient.id)
        editor = RecetaEditor(
            self.clinic,
            self.patient.id,
            receta.receta,
            previous,
            changed=self._receta_typed,
            typing=self.receta_typing,
        )
        self.app.push_screen(editor, partial(self._receta_done, receta.receta))

    def reopen_receta(self) -> None:
        self.action_receta()

    def on_receta_lines_opened(self, _message: RecetaLines.Opened) -> None:
        self.action_receta()

    def _receta_typed(self, lines: Sequence[PrescriptionLine], typing: str) -> None:
        self.receta_typing = typing
        self.query_one(RecetaLines).put(tuple(lines))
        self.touch()

    def _receta_done(
        self, before: tuple[PrescriptionLine, ...], lines: Sequence[PrescriptionLine] | None
    ) -> None:
        self._receta_typed(before if lines is None else lines, "")

    def action_vitals(self) -> None:
        self.ces_app.open_room("signos", patient=self.patient, then=self._vitals_done)

    def _vitals_done(self, _result: object) -> None:
        self.service(partial(view.read, self.clinic, self.patient.id), self._show_known, name="known")

    def action_screening(self) -> None:
        self.keep()
        asked = self._known.asked[0][1] if self._known and self._known.asked else ""
        self.ces_app.open_room(
            "tamizaje",
            patient=self.patient,
            consult=self._open.id,
            instrument=asked,
            then=self._vitals_done,
        )

    def action_plan(self) -> None:
        self.ces_app.open_room("plan", patient=self.patient)

    def action_protocol(self) -> None:
        self.ces_app.open_room("protocolos", patient=self.patient, then=self.take_outcome)

    def take_outcome(self, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        result = ProtocolResult(
            protocol=outcome.protocol,
            version=outcome.version,
            classification=outcome.classification,
            gravity=outcome.gravity,
            text=outcome.note_text(),
        )
        kept = tuple(p for p in self._draft.protocols if p.protocol != result.protocol)
        self._draft = msgspec.structs.replace(self._draft, protocols=(*kept, result))
        end = self.query_one("#end", Form)
        if outcome.follow_up_days and not end.text("next_text"):
            end.set_value("next_text", str(outcome.follow_up_days))
        self._show_results()
        self.touch()
        said = f"Resultado en la nota: {outcome.classification} ({outcome.colour}: {outcome.word})."
        self.flash(said, "error" if outcome.gravity == 3 else "ok")
        if outcome.treatment and self.clinic.desk.may("recetar"):
            work = partial(propose, self.clinic.desk, self.patient.id, outcome)
            self.service(work, self._offer_lines)

    def _offer_lines(self, found: Proposed) -> None:
        if found.lines:
            self.app.push_screen(Propuestas(found), self._lines_accepted)

    def _lines_accepted(self, lines: tuple[PrescriptionLine, ...] | None) -> None:
        receta = self.query_one(RecetaLines)
        there = {line.item for line in receta.receta}
        added = tuple(line for line in lines or () if line.item not in there)
        if added:
            receta.put((*receta.receta, *added))
            self.touch()
            self.flash(f"A la receta: {', '.join(line.name for line in added)}. F3 la revisa.")

    def action_zen(self) -> None:
        """The text with the cursor alone on the screen; the same key brings the page back."""
        areas = list(self.query(NoteArea))
        on = not self.has_class("zen")
        here = self.focused if isinstance(self.focused, NoteArea) else areas[0]
        for area in areas:
            area.set_class(on and area is here, "zen-here")
        self.set_class(on, "zen")
        here.focus()
        self.flash("Ctrl+D regresa a la página." if on else "")
        self.call_after_refresh(self._follow, here)

    def action_phrases(self) -> None:
        here = self.focused if isinstance(self.focused, NoteArea) else None
        self.app.push_screen(Frases(Snippets(self.clinic.desk)), partial(self._phrase_chosen, here))

    def _phrase_chosen(self, here: NoteArea | None, text: str | None) -> None:
        self.phrases_changed()
        if text is not None:
            area = here or self.query_one("#subjective", NoteArea)
            area.insert(text)
            area.focus()

    def commands(self) -> Iterable[Command]:
        yield Command("Consulta: frases", ";clave", self.action_phrases)
        if self._draft.protocols:
            yield Command("Consulta: quitar el resultado del protocolo", "", self._drop_protocols)

    def _drop_protocols(self) -> None:
        self._draft = msgspec.structs.replace(self._draft, protocols=())
        self._show_results()
        self.touch()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "enrol":
            return self.is_mounted and bool(self.proposed)
        return super().check_action(action, parameters)

    def action_enrol(self) -> None:
        """Enter the programmes that the diagnoses propose; their sections open."""
        entered = tuple(ProgrammeChange(kind=kind) for kind in self.proposed)  # type: ignore[arg-type]
        self._change_programmes((*self._draft.programmes, *entered), self._draft.opened)
        words = ", ".join(PROGRAMME_WORDS[change.kind] for change in entered)
        self.flash(f"Entra hoy a: {words}. F7 lo cambia.")

    def action_programmes(self) -> None:
        draft, open_kinds = self._draft, self.clinic.programmes.open_kinds(self.patient.id)
        death = Death(draft.died, draft.death_cause) if draft.died else None
        self.app.push_screen(
            Programas(open_kinds, draft.programmes, draft.opened, death=death, ask_death=self._ask_death),
            self._programmes_done,
        )

    def _ask_death(self) -> Defuncion | None:
        if self.clinic.deaths.of(self.patient.id) is not None:
            return None
        check = partial(self.clinic.deaths.check, self.patient.id)
        return Defuncion(self.clinic.desk.today(), check, "se anota al firmar, y cancela sus citas")

    def _programmes_done(self, chosen: Chosen | None) -> None:
        if chosen is not None:
            day, cause = chosen.death or (None, "")
            self._draft = msgspec.structs.replace(self._draft, died=day, death_cause=cause)
            self._change_programmes(chosen.changes, chosen.opened)

    def _change_programmes(self, changes: tuple[ProgrammeChange, ...], opened: tuple[str, ...]) -> None:
        self._draft = msgspec.structs.replace(self._draft, programmes=changes, opened=opened)
        self.show_sections()
        self.refresh_bindings()
        self.touch()

    def action_discard(self) -> None:
        says = ["Lo escrito en esta consulta se pierde y no queda registro de ello."]
        self.app.push_screen(Confirm("Descartar el borrador", says, yes="Descartar"), self._discard)

    def _discard(self, sure: bool | None) -> None:
        if not sure or self._keeper is None:
            return
        self._keeper.end()
        draft_id = self._open.id

        def drop() -> None:
            self.clinic.consults.drafts.drop(draft_id)

        self.service(drop, lambda _: self._leave(None, "Borrador descartado."))

    # -- signing -----------------------------------------------------------------------------------------------

    def action_sign(self) -> None:
        draft = self.snapshot()
        check = partial(self.clinic.consults.problems, draft, self.patient.id)
        self.service(check, partial(self._ask_to_sign, draft), name="revisar")

    def _ask_to_sign(self, draft: Draft, stops: list[Missing]) -> None:
        if stops:
            more = f" (y {len(stops) - 1} más)" if len(stops) > 1 else ""
            self._go_to(stops[0].field)
            self.flash(stops[0].sentence + more, "error")
            return
        self.app.push_screen(
            Confirm(
                "Firmar la nota",
                view.confirmation(self.clinic, self.patient, draft),
                yes="Firmar",
                sure=True,
            ),
            lambda yes: self._sign(draft) if yes else None,
        )

    def _go_to(self, place: str) -> None:
        for form in self.query(Form):
            if place in form:
                form.go_to(place)
                return
        for widget in self.query(f"#{place}"):
            widget.focus()

    def _sign(self, draft: Draft) -> None:
        keeper, clinic = self._keeper, self.clinic
        assert keeper is not None
        keeper.end()
        work = partial(clinic.consults.sign, draft, self.patient.id, self._open.id)
        self.service(work, self._signed, failed=self._not_signed, busy="Firmando…", name="firmar")

    def _signed(self, stored: Stored[Consult]) -> None:
        receta = " I imprime la receta." if stored.record.prescription else ""
        self._leave(stored, f"Nota firmada y guardada {clinic_time(stored.record.at):%H:%M}.{receta}")

    def _not_signed(self, error: CesError) -> None:
        if self._keeper is not None:
            self._keeper.begin()
            self._keeper.touch()
        if error.field:
            self._go_to(error.field)
        self.flash(str(error), "error")

    def _leave(self, result: Stored[Consult] | None, sentence: str) -> None:
        app = self.ces_app
        self.dismiss(result)
        app.call_after_refresh(app.flash, sentence)
