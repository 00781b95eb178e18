"""A new person with their own passphrase, and the change of one's own: the phrase is typed, never shown but when proposed."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding

from ces_tui.base.errors import BadInput, CesError
from ces_tui.people.passphrases import SHORTEST
from ces_tui.people.roles import ROLES
from screens.phrases import AGAIN_HELP, typed_phrase
from screens.room import Room
from screens.widgets.fields import ChoiceField, DateField, Field, Option, TextField
from screens.widgets.form import Form
from screens.widgets.paper import Paper, Para

_RULES = (
    f"Sirven las cinco palabras o una frase propia de {SHORTEST} letras o más. No caduca. "
    "Escríbala en un papel que se guarda bajo llave, no junto a la laptop."
)


class PhraseRoom(Room):
    """What both rooms share: five proposed words above, the phrase typed below."""

    BINDINGS = [
        Binding("ctrl+s", "save", "guardar", id="persona.guardar", tooltip="Guarda.", priority=True),
        Binding(
            "f3,ctrl+r",
            "propose",
            "otras palabras",
            id="persona.otras",
            tooltip="Propone otras cinco palabras.",
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._proposed = ""

    def own_fields(self) -> list[Field]:
        """The fields before the phrase."""
        return []

    def body(self) -> ComposeResult:
        yield Paper(id="propuesta", classes="auto")
        yield Form(
            [
                *self.own_fields(),
                TextField(
                    "phrase",
                    "Frase nueva",
                    width=48,
                    secret=True,
                    required=True,
                    help="La escribe quien la va a usar. " + _RULES,
                ),
                TextField(
                    "again",
                    "Otra vez",
                    width=48,
                    secret=True,
                    help=AGAIN_HELP,
                ),
            ],
            classes="auto",
        )

    def on_ready(self) -> None:
        self.query_one("#propuesta", Paper).can_focus = False
        self.action_propose()
        self.query_one(Form).focus()

    def action_propose(self) -> None:
        self._proposed = self.clinic.team.propose()
        self.query_one("#propuesta", Paper).show(
            [
                Para("Frase propuesta (se muestra sólo aquí):", "dim"),
                Para(self._proposed, "strong", indent=2),
                Para(_RULES, "dim"),
                Para(),
            ]
        )

    def on_form_submitted(self) -> None:
        self.action_save()

    def phrase(self) -> str:
        """The phrase as typed; BadInput when the second time differs."""
        return typed_phrase(self.query_one(Form), self._proposed)

    def refused(self, error: CesError) -> None:
        """A rule of the phrase has no field of its own: the cursor goes to the phrase."""
        self.show_error(error if error.field else type(error)(str(error), field="phrase"))

    def action_save(self) -> None:
        raise NotImplementedError


class NewPerson(PhraseRoom):
    """Dismissed with the id of the person, or None."""

    room = "ajustes"
    heading = "Agregar a una persona"
    HELP_TEXT = (
        "La persona nueva escribe aquí su propia frase; nadie más la teclea por ella. Una visita tiene acceso hasta el último "
        "día que se anote. Se guarda al decir «guardar»; antes no queda nada."
    )

    def own_fields(self) -> list[Field]:
        roles = [Option(role, ROLES[role].capitalize()) for role in self.clinic.team.roles()]
        return [
            TextField("name", "Nombre y apellidos", width=40, required=True),
            ChoiceField("role", "Función", options=roles, required=True),
            DateField("until", "Hasta el día", hint="sólo visitas", help="El último día de una visita."),
        ]

    def action_save(self) -> None:
        form = self.query_one(Form)
        name, role = form.text("name"), form.text("role")
        if not name:
            raise BadInput("Escriba el nombre de la persona.", field="name")
        until = form.day("until", self.clinic.desk.today())
        phrase = self.phrase()
        self.service(
            lambda: self.clinic.team.add(name, role, phrase, until=until),
            lambda info: self.dismiss(info.id),
            failed=self.refused,
            busy="Guardando…",
            name="agregar",
        )


class ChangePhrase(PhraseRoom):
    """Dismissed with True when the phrase was changed."""

    room = "ajustes"
    heading = "Cambiar mi frase"
    HELP_TEXT = (
        "Cambia sólo su propia frase. Las copias hechas antes se abren todavía con la anterior: si alguien más la conoce, "
        "haga después copias nuevas."
    )

    def own_fields(self) -> list[Field]:
        return [TextField("old", "Frase de ahora", width=48, secret=True, required=True)]

    def refused(self, error: CesError) -> None:
        from ces_tui.base.errors import WrongPassphrase

        super().refused(WrongPassphrase(field="old") if isinstance(error, WrongPassphrase) else error)

    def action_save(self) -> None:
        old, phrase = self.query_one(Form).text("old"), self.phrase()
        self.service(
            lambda: self.clinic.team.change_my_passphrase(old, phrase),
            lambda _: self.dismiss(True),
            failed=self.refused,
            busy="Comprobando…",
            name="cambiar",
        )
