"""Notes, diagnoses, addenda, drafts; signing, which asks all the rooms above.

What other rooms call (`clinic.consults`, `clinic.diagnoses`, `clinic.chart`):

    Consults(desk)   .sign(draft, patient, draft_id=None) -> Stored[Consult]     one save, all or nothing; takes the draft's id
                     .problems(draft, patient) -> list[Missing]                  what stops the signature, in page order
                     .addendum(patient, target, target_type, text, reason="", draft_id="") -> Stored[Addendum]
                     .dispensed(patient, consult) -> list[DispensedLot]          what to ask back, lot by lot
                     .made_with(patient, consult) -> list[Made]                  what else of the visit may be wrong too
                     .mark_error(patient, consult, reason, {lot: units}, also=(), copy_to="") -> Marked
                     .mark_other(patient, target, kind, reason, {lot: units}) -> Marked
                     .copy_to_draft(patient, consult, right_patient) -> str      id of the new draft
                     .of(patient) / .last(patient)                               notes that stand, newest first
                     .propose(patient, code, text) -> Diagnosis                  with "1a vez" proposed
                     .same_as_last(patient) -> tuple[Diagnosis, ...]             chronic ones, to repeat
                     .drafts: Drafts  .open(patient) .get(id) .mine() .save(id, patient, draft) .drop(id)
    Diagnoses()      .search(text, limit=12) -> list[Entry]   .get(code) -> Entry | None   .reserved(code) -> bool
    Chart(desk)      .summary(patient) -> Summary   .timeline(patient) -> list[Event], newest first
                     .note(patient, consult) -> Note   .series(patient, measure or instrument) -> list[Point]

`autosave.Autosave` keeps what is typed without holding up a key. `reading.parts(note)` is a note in words.
`facts.CONTRIBUTIONS`: month/consult/<yyyy-mm>.
"""
