"""Stock sentences expand by their key and nothing else; own ones are each person's and sealed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ces_tui.base.content import load
from ces_tui.base.errors import BadInput, NotFound
from ces_tui.clinic import Clinic
from ces_tui.consult.snippets import CONTENT, Snippets, expansion
from tests.support import PASSPHRASE

TEXTS = {"cp": "Campos pulmonares limpios.", "hta": "Niega cefalea."}


@pytest.mark.parametrize("before", [";cp", "Tórax: ;cp", "(;CP", "x. ;cp"])
def test_a_known_key_expands(before: str) -> None:
    """At the line's beginning or after a blank, in any case."""
    assert expansion(before, TEXTS) == (3, TEXTS["cp"])


@pytest.mark.parametrize("before", ["", ";", "cp", "a;cp", ";cpx", ";zz", ";cp "])
def test_anything_else_is_left_as_typed(before: str) -> None:
    """No key, an unknown one, or one inside a word: nothing happens."""
    assert expansion(before, TEXTS) is None


@given(st.text(max_size=40))
def test_any_text_is_safe(before: str) -> None:
    """Never more letters taken away than stand there."""
    found = expansion(before, TEXTS)
    assert found is None or found[0] <= len(before)


def test_defaults_can_be_typed_and_are_whole() -> None:
    """Every key of the content file expands to its sentence."""
    phrases = load(CONTENT)["phrases"]
    assert phrases
    for key, text in phrases.items():
        assert expansion(f";{key}", phrases) == (len(key) + 1, text)


def test_own_sentences_are_kept_hide_a_default_and_go(clinic: Clinic) -> None:
    """Saved, found again by a new service, taken away: the default is back."""
    default = Snippets(clinic.desk).texts()["cp"]
    Snippets(clinic.desk).save(";CP", "Mi frase")
    assert Snippets(clinic.desk).texts()["cp"] == "Mi frase"
    Snippets(clinic.desk).remove("cp")
    assert Snippets(clinic.desk).texts()["cp"] == default
    with pytest.raises(NotFound):
        Snippets(clinic.desk).remove("cp")


def test_another_person_has_other_sentences(clinic: Clinic) -> None:
    """What one wrote expands for nobody else."""
    Snippets(clinic.desk).save("mia", "Solo mía")
    other = next(p for p in clinic.people() if p.id != clinic.me.id)
    clinic.login(other.id, PASSPHRASE)
    assert "mia" not in Snippets(clinic.desk).texts()


@pytest.mark.parametrize(
    ("key", "text", "field"),
    [("a", "x", "key"), ("dos palabras", "x", "key"), ("bien", " ", "text"), ("bien", "x\x1b[2J", "text")],
)
def test_a_bad_sentence_is_refused(clinic: Clinic, key: str, text: str, field: str) -> None:
    """Its field is named and nothing is kept."""
    with pytest.raises(BadInput) as caught:
        Snippets(clinic.desk).save(key, text)
    assert caught.value.field == field
    assert not any(s.own for s in Snippets(clinic.desk).all())
