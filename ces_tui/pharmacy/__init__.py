"""Formulary, prescription, lots, ledger, dispensing, safety checks.

What other rooms call (`clinic.formulary`, `clinic.stock`, `clinic.dispensing`):

    Formulary(desk)     .get(item) -> Entry | None   .search(text, limit=12) -> list[Entry]   .all()   .add_own(Item) -> Stored[Item]
    Stock(desk)         .receive([Received(...)], origin=, document=) -> Stored[StockMove]
                        .on_hand(item) -> int   .by_source(item) -> {"CES": int, "SSA": int}   .lots(item) -> list[LotOnHand], FEFO
                        .listing() -> list[ItemStock]   .expiring(days=90) -> list[LotOnHand]   .warnings() -> list[StockWarning]
                        .count(...) .adjust(...) .loss(...) .transfer(...)   .ledger(item) -> list[LedgerLine]
    Dispensing(desk)    .plan(item, quantity, source=None) -> Plan
                        .dispense(patient, lines, consult=None) -> Stored[Dispense]     (joins an outer transaction)
                        .pending(patient=None) -> list[Pending]   .facts(patient) -> PatientFacts   .check(patient, lines) -> list[Finding]
                        .current(patient) -> list[CurrentMedicine]   .last_prescription(patient) -> tuple[PrescriptionLine, ...]

Pure: `rules` (doses, days -> quantity, FEFO, `current_medicines`), `safety.check(lines, facts, formulary.get) -> list[Finding]` with
`findings.Finding(key, level, text, source, item)`, level "contraindicada" (stops), "mayor" (asks a reason), "moderada" (shows),
and `safety.unanswered(lines, warnings)`: what still stops a signature.
`facts.CONTRIBUTIONS`: the stock ledger, stock by lot, month/dispense.
"""
