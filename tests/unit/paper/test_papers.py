"""Papers hold the data of their patient and of nobody else, for the roles that may; each way out is in the log first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ces_tui.base.clock import FixedClock
from ces_tui.base.errors import BadInput, NotFound
from ces_tui.clinic import Clinic
from ces_tui.consult.history import pages
from ces_tui.consult.records import Diagnosis, Finding, ProgrammeChange
from ces_tui.paper.papers import FORMS
from ces_tui.paper.preview import as_text
from ces_tui.paper.records import LAYOUTS, Licence, Referral, Unit
from ces_tui.paper.typeset import data_of, pdf, pictures
from tests.support import make_store, open_clinic
from tests.unit.consult.test_history import ANSWERS
from tests.unit.consult.visits import TODAY, line, page, someone
from tests.unit.paper.lp import fake_lp
from tests.unit.paper.pdf_text import pages_of, squeezed, words_of
from tests.unit.paper.samples import OTHER, all_of, full_vitals, rewritten, sit, twelve, visited

__all__ = ["fake_lp"]


def test_the_receta_holds_all_that_a_receta_must_hold(clinic: Clinic) -> None:
    """RIS 29-30 and ces.md 2.5: clinic, date, patient, age, diagnoses, allergies, medicine, dose, days, who signs."""
    patient, _ = visited(clinic)
    clinic.allergies.add(patient, "Penicilina", reaction="anafilaxia", severity="grave")
    told = as_text(clinic.paper.receta(patient).sheet)
    for said in (
        "Clínica de prueba", "20/11/2026 09:00", "Rosa Gómez Díaz", "PRU5000001", "60 años", "I10", "Hipertensión arterial",
        "Penicilina (grave, anafilaxia)", "Losartán", "Mañana 1 tableta", "Duración 30 días", "18/12/2026", "Irene Balcázar",
    ):  # fmt: skip
        assert said in told, said


def test_allergies_known_none_and_never_asked_are_three_different_sentences(clinic: Clinic) -> None:
    patient, _ = visited(clinic)
    never = clinic.paper.receta(patient).sheet.block("allergies")
    clinic.allergies.none_known(patient)
    none = clinic.paper.receta(patient).sheet.block("allergies")
    clinic.allergies.add(patient, "Sulfas")
    known = clinic.paper.receta(patient).sheet.block("allergies")
    assert never and none and known
    assert "NO SE HAN PREGUNTADO" in never.paragraphs[0] and never.loud
    assert none.paragraphs == ("Sin alergias conocidas.",) and not none.loud
    assert known.paragraphs == ("Sulfas",) and known.loud


def test_a_licence_is_never_made_up(clinic: Clinic) -> None:
    """Unknown: a line to fill by hand. Known: as the person has it, only on their own papers."""
    patient, _ = visited(clinic)
    [sign] = clinic.paper.receta(patient).sheet.signatures
    assert sign.lines[0] == "Cédula o constancia: ____________________"
    clinic.paper.settings.set_my_licence(Licence(kind="constancia", number="CSS 118/2026", school="UNACH"))
    [sign] = clinic.paper.receta(patient).sheet.signatures
    assert sign.lines == ("Constancia de servicio social: CSS 118/2026", "Institución: UNACH")
    sit(clinic, "supervision")
    assert clinic.paper.receta(patient).sheet.signatures == (sign,)
    assert "____" in clinic.paper.historia(patient).sheet.signatures[0].lines[0]


def test_a_number_without_its_kind_is_refused(clinic: Clinic) -> None:
    with pytest.raises(BadInput) as refused:
        clinic.paper.settings.set_my_licence(Licence(number="123"))
    assert refused.value.field == "kind"
    assert clinic.paper.settings.licence(clinic.me.id) == Licence()


def test_the_letterhead_of_a_known_clinic_is_its_official_name(tmp_path: Path, clock: FixedClock) -> None:
    make_store(tmp_path / "let", clock, code="LET")
    clinic = open_clinic(tmp_path / "let", clock)
    sheet = clinic.paper.formato("consulta").sheet
    assert (sheet.unit, sheet.place) == ("Unidad de Salud El Letrero", "Siltepec, Chiapas")
    clinic.paper.settings.set_unit(Unit(unit="Otra unidad", clues="csssa 001234"))
    assert clinic.paper.formato("consulta").sheet.place == "Chiapas · CLUES CSSSA001234"
    with pytest.raises(BadInput):
        clinic.paper.settings.set_unit(Unit(clues="123"))
    clinic.close()


def test_every_paper_of_one_patient_says_nothing_of_another(clinic: Clinic) -> None:
    """Two people with visits of the same day: neither name, number, phone nor place of the other is in the data."""
    mine, _ = visited(clinic, patient={"phone": "9631111111"})
    other, _ = visited(
        clinic,
        patient=OTHER,
        subjective="Palabras de Zenaida.",
        diagnoses=(Diagnosis(code="J00", text="Resfriado", primary=True),),
    )
    number = clinic.registry.get(other).record.clinic_number
    for name, ready in all_of(clinic, mine).items():
        data = data_of(ready.sheet)
        assert "Gómez" in data, name
        for foreign in (
            "Zenaida",
            "Xolotzin",
            "Quej",
            number,
            "9610000000",
            "Otra Parte",
            "Resfriado",
            other,
        ):
            assert foreign not in data, (name, foreign)
        assert ready.patients == (mine,)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_note_holds_what_nom_004_asks_in_each_layout(clinic: Clinic, layout: Any) -> None:
    """NOM-004 6.2 and ces.md 2.5: the same data in three templates."""
    patient = someone(clinic)
    full_vitals(clinic, patient)
    note = clinic.consults.sign(page(prescription=(line(quantity=0),), analysis="Control parcial."), patient)
    clinic.consults.addendum(patient, note.id, "consult", "Llegó el electro: ritmo sinusal.", "Faltaba")
    words = words_of(pdf(clinic.paper.nota(patient, note.id, layout).sheet))
    for said in (
        "Rosa Gómez Díaz", "PRU5000001", "60 años", "mujer", "20/11/2026 09:00", "61.5 kg", "1.54 m", "25.9 kg/m²", "148/92 mmHg",
        "78 /min", "18 /min", "36.5 °C", "97 %", "112 mg/dL en ayuno", "92 cm", "Control", "Se siente bien, sin cefalea.",
        "Campos pulmonares limpios.", "Control parcial.", "I10", "Losartán tableta 50 mg: 1 tableta mañana", "Sigue igual, dieta sin sal.",
        "bueno", "18/12/2026", "Irene Balcázar", "Adenda 1" if layout == "juris_iv" else "ADENDA 1", "ritmo sinusal", "Pruebas rápidas", "Ultrasonido",
    ):  # fmt: skip
        found = squeezed(said)
        assert found in words or found.replace("enayuno", "") in words, said


def test_what_the_programmes_sections_hold_is_on_the_note(clinic: Clinic) -> None:
    """Answers of a section and an entry to a programme, in the words of the screen."""
    patient, consult = visited(clinic, programmes=(ProgrammeChange(kind="hipertension"),))
    findings = (Finding(section="diabetes", name="hba1c", value=7.5),)
    note = rewritten(clinic.paper, findings=findings).nota(patient, consult)
    told = as_text(note.sheet)
    assert "7.5" in told and "Secciones" in told and "hipertensión: entra" in told


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_note_of_many_pages_loses_no_line_and_carries_its_patient_on_each(
    clinic: Clinic, layout: Any
) -> None:
    patient, consult = visited(clinic)
    story = "\n".join(
        f"Renglón {i}: " + "la paciente refiere cefalea pulsátil " * 9 + f"fin{i}." for i in range(60)
    )
    ready = rewritten(clinic.paper, subjective=story, prescription=twelve()).nota(patient, consult, layout)
    pages = pages_of(pdf(ready.sheet))
    assert len(pages) >= 5
    words = squeezed("".join(pages))
    assert all(f"Renglón{i}:" in words and f"fin{i}." in words for i in range(60))
    assert all("PRU5000001" in page and "DATOS INVENTADOS" in page for page in pages)


def test_twelve_medicines_print_whole_and_every_page_can_be_signed(clinic: Clinic) -> None:
    patient, consult = visited(clinic)
    papers = rewritten(clinic.paper, prescription=twelve() * 2)
    pages = pages_of(pdf(papers.receta(patient, consult).sheet))
    assert len(pages) == 2
    words = squeezed("".join(pages))
    for medicine in twelve():
        assert words.count(squeezed(medicine.name.split()[0])) >= 2, medicine.name
    assert all("Nombre y firma de quien receta" in page and "Medicamento" in page for page in pages)
    assert "UI" not in words and "unidades" in words


def test_what_was_recorded_by_mistake_prints_struck_and_unsigned(clinic: Clinic) -> None:
    patient, consult = visited(clinic)
    before = pictures(clinic.paper.receta(patient, consult).sheet)
    clinic.consults.mark_error(patient, consult, "Era de otra persona", returned={})
    with pytest.raises(NotFound):
        clinic.paper.receta(patient)
    for ready in (
        clinic.paper.receta(patient, consult),
        *(clinic.paper.nota(patient, consult, x) for x in LAYOUTS),
    ):
        words = words_of(pdf(ready.sheet))
        assert words.count("REGISTRADOPORERROR") >= 2
        assert "Eradeotrapersona" in words and "Elaboró:IreneBalcázar" in words and "firma" not in words
    assert pictures(clinic.paper.receta(patient, consult).sheet) != before
    assert "POR ERROR" in as_text(clinic.paper.hoja_frontal(patient).sheet)


def test_a_visit_without_medicines_has_no_receta(clinic: Clinic) -> None:
    patient, consult = visited(clinic, prescription=())
    with pytest.raises(NotFound):
        clinic.paper.receta(patient)
    with pytest.raises(NotFound):
        clinic.paper.receta(patient, consult)


def test_the_history_holds_what_was_signed_and_leaves_lines_for_the_rest(clinic: Clinic) -> None:
    """Every question of the form stands on the paper, answered or as a line; the block of the other sex does not."""
    patient, _ = visited(clinic)
    blank = as_text(clinic.paper.historia(patient).sheet)
    for form in pages("F"):
        assert form.title in blank
        assert all(f"{question.label}: ____" in blank for question in form.questions)
    assert "Sin historia firmada" in blank and "I10" in blank
    sit(clinic, "supervision")
    clinic.histories.sign(patient, ANSWERS)
    sit(clinic, "pasante")
    ready = clinic.paper.historia(patient)
    told = as_text(ready.sheet)
    for key, answer in ANSWERS.items():
        assert answer in told, key
    assert "Madre con diabetes" in told and "Menarca: ____" in told and "firmada 20/11/2026 09:00" in told
    assert ready.sheet.signatures[0].name == "Elvia Zenteno"
    man = someone(clinic, given="Luis", sex="M")
    said = as_text(clinic.paper.historia(man).sheet)
    assert "Antígeno prostático" in said and "Menarca" not in said


def test_a_referral_says_why_where_to_and_on_what_grounds(clinic: Clinic) -> None:
    patient, _ = visited(clinic)
    letter = Referral(
        to="Hospital de Villaflores", service="Cardiología", reason="Descontrol\npese a tratamiento"
    )
    told = as_text(clinic.paper.referencia(patient, letter).sheet)
    for said in (
        "Hospital de Villaflores",
        "Cardiología",
        "Descontrol",
        "Se siente bien",
        "128/82",
        "I10",
        "Losartán",
    ):
        assert said in told, said
    assert "Urgencia: ____" in told and "Contrarreferencia" in told
    bare = someone(clinic, given="Sin", surname1="Consulta")
    assert "renglones para escribir" in as_text(clinic.paper.referencia(bare).sheet)
    with pytest.raises(NotFound):
        clinic.paper.referencia(bare, consult="0" * 32)


def test_on_the_list_a_reserved_matter_has_a_number_and_no_name_has_one(clinic: Clinic) -> None:
    """A number beside a name would tell whose the reserved matter is."""
    seen, secret = someone(clinic), someone(clinic, given="Zoila", surname1="Secreta")
    clinic.agenda.set(seen, TODAY, reason="curación")
    clinic.agenda.set(secret, TODAY, reason="control", programme="salud_mental")
    clinic.waiting.arrive(secret)
    ready = clinic.paper.lista()
    due = ready.sheet.block("due")
    assert due and due.table
    number = clinic.registry.get(secret).record.clinic_number
    assert [line.cells for line in due.table.lines] == [
        ("Rosa Gómez Díaz", "60 a · El Refugio", "curación", ""),
        (number, "", "asunto reservado", ""),
    ]
    data = data_of(ready.sheet)
    assert "salud mental" not in data and "control" not in data
    assert data.count(number) == 1 and clinic.registry.get(seen).record.clinic_number not in data
    assert set(ready.patients) == {seen, secret}


def test_the_list_of_another_day_has_its_appointments_and_no_arrivals(clinic: Clinic) -> None:
    patient = someone(clinic)
    clinic.waiting.arrive(patient)
    clinic.agenda.set(patient, TODAY.replace(day=27), reason="vacunas")
    told = as_text(clinic.paper.lista(TODAY.replace(day=27)).sheet)
    assert "Viernes 27 de noviembre de 2026" in told and "vacunas" in told and "en espera" not in told


@pytest.mark.parametrize("kind", FORMS)
def test_blank_forms_fit_one_page_and_name_nobody(clinic: Clinic, kind: str) -> None:
    patient, _ = visited(clinic)
    ready = clinic.paper.formato(kind)
    assert len(pictures(ready.sheet, ppi=30)) == 1
    assert (
        "Gómez" not in data_of(ready.sheet) and ready.patients == () and patient not in data_of(ready.sheet)
    )


def test_the_blank_phq9_has_its_validated_words_and_warns_of_question_nine(clinic: Clinic) -> None:
    told = as_text(clinic.paper.formato("phq9").sheet)
    for item in clinic.instruments.get("phq9").items:
        assert item.text in told
    assert "Pregunta 9" in told and "riesgo de suicidio" in told
    with pytest.raises(NotFound):
        clinic.paper.formato("otro")


def test_a_referral_carries_the_results_of_its_visit(clinic: Clinic) -> None:
    """What was measured in the note's sections is on the letter; without any there is no empty heading."""
    patient, _ = visited(clinic)
    assert "Resultados" not in as_text(clinic.paper.referencia(patient).sheet)
    typed = {"rap_hb": "9.5", "rap_sifilis": "neg"}
    note = clinic.consults.sign(page(opened=("rapidas",), sections=typed), patient)
    told = as_text(clinic.paper.referencia(patient, consult=note.id).sheet)
    assert "Resultados" in told and "Hemoglobina: 9.5 g/dL" in told and "Sífilis: negativa" in told
