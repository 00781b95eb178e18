"""A new passphrase typed into a form: the five proposed words once, one's own twice."""

from __future__ import annotations

from ces_tui.base.errors import BadInput
from ces_tui.people.passphrases import checked_passphrase
from screens.widgets.form import Form

AGAIN_HELP = "Sólo hace falta para una frase propia; con las cinco palabras puede quedar vacío."


def typed_phrase(form: Form, proposed: str) -> str:
    """The phrase of the fields `phrase` and `again`; BadInput, with its field, when it is weak or the two differ."""
    phrase, again = form.text("phrase"), form.text("again")
    if not phrase:
        raise BadInput("Escriba la frase nueva.", field="phrase")
    try:
        checked_passphrase(phrase)
    except BadInput as weak:
        raise BadInput(str(weak), field="phrase") from None
    if phrase != again and not (phrase == proposed and not again):
        raise BadInput("Las dos frases no son iguales.", field="again")
    return phrase
