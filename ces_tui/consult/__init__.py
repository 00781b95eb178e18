"""Notes, diagnoses, addenda, drafts; signing, which asks all the rooms above.

What other rooms call (`clinic.consults`, `clinic.diagnoses`, `clinic.chart`):

    Consults(desk)   .sign(draft, patient, draft_id=None) -> Stored[Consult]     one transaction, all or nothing
                     .problems(draft, patient) -> list[Missing]                  what stops the signature, in page order
                     .addendum(patient, target, target_type, text, reason) -> Stored[Addendum]
                     .mark_error(patient, consult, reason, returned=(), screenings=()) -> list[Stored[Void]]
                     .dispensed(patient, consult) -> list[DispensedLot]          what to ask back, lot by lot
                     .copy_to_draft(patient, consult, right_patient) -> str      id of the new draft
                     .of(patient) -> list[Stored[Consult]], newest first, without the void ones
    Drafts(desk)     .open(patient) -> (id, Draft)   .save(id, patient, draft)   .mine() -> list[OpenDraft]   .drop(id)
    Diagnoses()      .search(text, limit=12) -> list[Entry]   .get(code) -> Entry | None
    Chart(desk)      .summary(patient) -> Summary   .timeline(patient) -> list[Event], newest first   .series(patient, what)

`facts.CONTRIBUTIONS`: month/consult/<yyyy-mm>.
"""
