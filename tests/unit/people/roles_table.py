"""Every public method of every service and who may call it: the table that test_roles.py goes through.

An action of people/roles.py, or: `part` = what the work with a patient needs (a visitor: only where a pasante opened
the chart today), `chart` = besides, not while the chart is restricted, `known` = what is reserved in any chart,
`open` = nothing about a patient, or only one's own. Two words: both are asked.
"""

from __future__ import annotations

INNER = {
    "Measured": "asked by Consults and Chart alone, which ask for the role first",
    "Effects": "asked by Consults alone, inside its verbs",
    "Mistakes": "asked by Consults alone, which asks for the role first",
    "ChartReader": "asked by MentalHealth alone",
    "Balances": "Stock is one: its methods stand there",
}
"""Classes that no screen and no command is handed."""

TABLE = {
    "Agenda": "all part, between ver_expediente, call citas, cancel citas, cancel_from citas, companion part, due_on ver_expediente, "
    "missed ver_expediente, move citas, next part, pending part, rows ver_expediente, seen citas, set citas",
    "Alerts": "answerable open, close alertas, close_from alertas, lines ver_expediente, may_open open, of part, "
    "open alertas, read part",
    "Allergies": "add alergia, discard alergia, none_known alergia, state part",
    "Courses": "next open, set citas",
    "Problems": "active part, add consulta, all part, hidden part, resolve consulta",
    "Programmes": "all part, close consulta, enrol consulta, hidden part, listed ver_expediente, open part, "
    "open_kinds part",
    "SafetyPlans": "answered_after_all plan_seguridad, close plan_seguridad+known, fill plan_seguridad, guidance open, "
    "hand_over plan_seguridad+known, held plan_seguridad, history plan_seguridad+chart, hold plan_seguridad, lacking open, "
    "last plan_seguridad+chart, open_alerts plan_seguridad, pending plan_seguridad, raise_risk plan_seguridad, "
    "late_contact open, require_settled plan_seguridad, shown plan_seguridad, withdraw plan_seguridad",
    "Today": "drafts open, expected ver_expediente, view ver_expediente",
    "VitalsService": "before part, check part, history part, last part, take signos, today part, who part",
    "WaitingRoom": "advance llegada, arrive llegada, move llegada, of_today part, today ver_expediente",
    "Chart": "followed chart, name open, note chart, series chart, summary chart, timeline chart, trends chart",
    "Consults": "addendum chart+adenda|chart+docencia, came consulta, copy_to_draft consulta, diagnosed consulta, doubts consulta, "
    "dispensed marcar_error, last chart, lots_of marcar_error, made_with marcar_error, mark_error marcar_error, "
    "mark_other marcar_error, of chart, problems consulta, propose consulta, same_as_last chart, sign firmar, "
    "unanswered consulta",
    "Deaths": "check consulta, note consulta, of part, take_back consulta, undo marcar_error",
    "Links": "link editar_paciente+chart, of part, undo editar_paciente+chart",
    "Snippets": "all open, remove consulta, save consulta, texts open",
    "Drafts": "drop consulta, get open, mine open, open consulta, save consulta",
    "Halfway": "drop open, get open, hold protocolos, today open",
    "Protocols": "all open, answered open, deviate consulta, fits part, get open, next_question open, "
    "prefill protocolos+chart, run protocolos, search open",
    "Access": "banner open, minutes_left open, open abrir_reservado, restrict restringir, restricted ver_expediente, "
    "shut open",
    "Audit": "acts ver_accesos, copied copias, exported exportar, of_patient ver_accesos, of_person auditoria, "
    "printed chart, review auditoria, to_review ver_accesos, waiting_among open",
    "Envelope": "make personas, notice open, state open",
    "Registry": "by_number ver_expediente, count ver_expediente, doubts open, find ver_expediente, forget open, get part, "
    "likely_duplicates registrar_paciente, localities ver_expediente, register registrar_paciente, "
    "update editar_paciente, warm open",
    "Team": "add personas, change_key personas, change_my_passphrase cambiar_frase, members open, owed open, "
    "propose open, remove personas, roles open",
    "Dispensing": "check part, current part, dispense surtir, facts part, last_prescription part, pending surtir, "
    "plan open, settle surtir",
    "Formulary": "add_own existencias, all open, get open, minimum open, minimums open, search open, "
    "set_minimum existencias",
    "Stock": "adjust existencias, asked_in existencias, average open, by_source open, count existencias, expiring open, "
    "ledger existencias, listing open, loss existencias, lots open, of open, on_hand open, receive existencias, "
    "transfer existencias, warnings open",
    "Writer": "answer open, child_doses open, findings open, get open, line open, offer open, quantity open, stop open, "
    "suggest open, unanswered open",
    "Screenings": "course known, describe open, drop tamizaje, held tamizaje, history known, hold tamizaje, last known, "
    "latest known, of_consult tamizaje, save tamizaje",
    "MentalHealth": "add_movements consulta+ver_reservado, add_session consulta+ver_reservado, case ver_reservado, "
    "decide ajustar_programa, note ver_reservado, notes ver_reservado, register ver_reservado, setting open",
    "Growth": "born_at editar_paciente, fits open, newest chart, of chart",
    "Histories": "get chart, sign firmar+chart",
    "Localities": "all open, plan importar, search open, state open, take importar",
    "Labs": "add signos+part, all part, kidney part, last part, words part",
    "Pregnancies": "all part, begin consulta+part, change consulta, check signos, checks part, current part, end consulta, "
    "fits open, state part",
    "CaseReviews": "answer revisar_casos, ask consulta+ver_reservado, lines ver_reservado, "
    "mark_read ver_reservado, may_read open, of ver_reservado, waiting open",
    "MonthIndicators": "month ver_reservado|oficina",
    "TextVersions": "load ajustar_programa, withdraw ajustar_programa",
    "Sheets": "resources exportar+ver_reservado",
    "Backups": "copy_to copias, copy_today open, due open, last_outside open, local open, on open, outside open, "
    "own_sticks open, state open, writing open",
    "Exchange": "answers_in open, device_words open, export exportar, office_words open, pending open, "
    "read_answer importar, state open",
    "Handover": "begin personas, choose_successor personas, finish personas, forget personas, remove_leaver personas, "
    "state open",
    "Papers": "formato imprimir, historia imprimir+chart, hoja_frontal imprimir+chart, lista imprimir, "
    "nota imprimir+chart, print imprimir, print_sealed imprimir, receta imprimir+chart, referencia imprimir+chart, "
    "seal_to imprimir, unseal imprimir, write_clear imprimir, write_unsealed imprimir",
    "PaperSettings": "layout open, licence open, set_my_licence firmar, set_unit imprimir, unit open",
    "Office": "accept oficina, answer oficina, bundles_in oficina, import_file oficina, status oficina, waiting oficina",
    "Recovery": "answer oficina",
    "Roster": "add oficina, end oficina, listed oficina",
}


def rows() -> dict[str, str]:
    """'Agenda.set' -> 'citas'."""
    found = {}
    for service, methods in TABLE.items():
        for entry in methods.split(", "):
            name, rule = entry.split()
            found[f"{service}.{name}"] = rule
    return found
