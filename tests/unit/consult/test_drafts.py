"""A draft holds whatever was typed, exactly, for the person who typed it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ces_tui.base.errors import NotAllowed, NotFound
from ces_tui.clinic import Clinic
from ces_tui.consult.records import Diagnosis, Draft
from tests.support import PASSPHRASE
from tests.unit.consult.visits import someone

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subjective=texts,
    plan=texts,
    code=texts,
    next_text=texts,
    typing=st.dictionaries(texts, texts, max_size=3),
)
def test_any_text_comes_back_exactly(
    clinic: Clinic, subjective: str, plan: str, code: str, next_text: str, typing: dict[str, str]
) -> None:
    """Blanks, line ends, odd characters: what was typed is what is there again, also after opening anew."""
    patient, draft_id = clinic.vault.new_id(), clinic.vault.new_id()
    draft = Draft(
        subjective=subjective,
        plan=plan,
        diagnoses=(Diagnosis(text=code, first_time=True),),
        next_text=next_text,
        typing=typing,
    )
    clinic.consults.drafts.save(draft_id, patient, draft)
    clinic.vault.drafts.forget()
    assert clinic.consults.drafts.open(patient).draft == draft


def test_a_draft_is_its_authors_alone(clinic: Clinic) -> None:
    """Another physician at the desk neither lists nor opens it; a nurse can't write one."""
    patient, draft_id = someone(clinic), clinic.vault.new_id()
    clinic.consults.drafts.save(draft_id, patient, Draft(plan="x"))
    mine = clinic.me.id
    people = {p.role: p.id for p in clinic.people()}
    clinic.login(people["supervision"], PASSPHRASE)
    assert clinic.consults.drafts.mine() == []
    with pytest.raises(NotFound):
        clinic.consults.drafts.get(draft_id)
    clinic.login(people["enfermeria"], PASSPHRASE)
    with pytest.raises(NotAllowed):
        clinic.consults.drafts.save(clinic.vault.new_id(), patient, Draft(plan="y"))
    clinic.switch(mine)
    assert clinic.consults.drafts.get(draft_id).draft.plan == "x"


def test_a_draft_is_in_no_log(clinic: Clinic) -> None:
    """Saving a hundred times adds no entry: drafts never travel."""
    patient, draft_id, before = someone(clinic), clinic.vault.new_id(), clinic.vault.state.n
    for n in range(100):
        clinic.consults.drafts.save(draft_id, patient, Draft(plan="x" * n))
    assert clinic.vault.state.n == before
