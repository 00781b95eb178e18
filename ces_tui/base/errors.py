"""Every failure that a person can act on, with the sentence they read and the exit code of the command line.

    CesError
    ├── BadInput              2   what was typed or passed can't be used
    │   └── Refused           2   a rule of care refuses it (limits, doses, unsigned plan)
    ├── WrongPassphrase       3
    ├── NotAllowed            3   the role may not do this
    ├── StoreDamaged          4
    │   └── NewerStore        4   written by a later version
    ├── BundleRefused         5
    ├── DiskProblem           6   disk or stick: full, gone, read-only
    ├── StoreBusy             7   already open elsewhere
    ├── NoTerminal            8
    ├── Conflict              2   someone changed the record since it was read
    ├── NotFound              2
    └── InternalError        70   our own mistake; details only inside the vault

`str(error)` is always a Spanish sentence that says what happened, what is safe and what to do. Nothing in it
may hold patient data that the reader did not just type.
"""

from __future__ import annotations


class CesError(Exception):
    """A failure with a sentence for the person and a stable exit code."""

    exit_code = 70
    sentence = "Algo falló dentro del programa. Lo guardado está a salvo."

    def __init__(self, sentence: str | None = None, *, field: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.field = field
        """Name of the form field that caused it, so that a screen can put the cursor there."""


class BadInput(CesError):
    exit_code = 2
    sentence = "Ese dato no se puede usar. No se cambió nada."


class Refused(BadInput):
    """A rule of care says no; the sentence gives the reason."""


class WrongPassphrase(CesError):
    exit_code = 3
    sentence = "La frase de acceso no es correcta. Revise mayúsculas y espacios, e intente de nuevo."


class NotAllowed(CesError):
    exit_code = 3
    sentence = "Su función no permite hacer esto."


class StoreDamaged(CesError):
    exit_code = 4
    sentence = (
        "El expediente en este disco está dañado. No se cambió nada. Avise a la oficina y reponga la última copia; "
        "el manual dice cómo en «Un expediente dañado»."
    )


class NewerStore(StoreDamaged):
    sentence = (
        "Este expediente lo escribió una versión más nueva del programa. Actualice el programa para abrirlo."
    )


class BundleRefused(CesError):
    exit_code = 5
    sentence = "El archivo no se aceptó. No se cambió nada."


class DiskProblem(CesError):
    exit_code = 6
    sentence = "El disco o la memoria USB no respondió. Lo ya guardado está a salvo."


class StoreBusy(CesError):
    exit_code = 7
    sentence = "Este expediente ya está abierto en otra ventana. Ciérrela e intente de nuevo."


class NoTerminal(CesError):
    exit_code = 8
    sentence = "Esta orden necesita una terminal interactiva."


class Conflict(CesError):
    exit_code = 2
    sentence = "Otra persona cambió este registro mientras usted lo editaba. Vuelva a abrirlo; lo suyo sigue en el borrador."


class NotFound(CesError):
    exit_code = 2
    sentence = "No se encontró."


class InternalError(CesError):
    pass
