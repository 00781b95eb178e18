"""One reader for the shape of content files: what is wrong is said in Spanish, with the place in the file."""

from __future__ import annotations

import pytest

from ces_tui.base.shape import Certainty, Misshapen, Part, Positive, Text, shaped, show_place


class Leaf(Part, frozen=True, kw_only=True):
    n: Positive
    name: Text
    sure: Certainty = "K"


class Tree(Part, frozen=True, kw_only=True):
    title: Text
    leaves: list[Leaf]


def tree(**leaf: object) -> dict[str, object]:
    return {"title": "x", "leaves": [{"n": 1, "name": "a"}, {"n": 2, "name": "b"} | leaf]}


def test_what_fits_becomes_frozen_records() -> None:
    found = shaped(tree(), Tree)
    assert found.leaves[1].name == "b" and found.leaves[0].sure == "K"


@pytest.mark.parametrize(
    ("data", "reason", "place"),
    [
        (tree(nmae="c"), "sobra «nmae»; no conozco ese campo", "leaves[1].nmae"),
        ({"title": "x"}, "falta «leaves»", ""),
        (tree(n="dos"), "se esperaba número entero y hay texto", "leaves[1].n"),
        (tree(n=0), "se esperaba número entero >= 1", "leaves[1].n"),
        (tree(name=False), "se esperaba texto y hay sí o no", "leaves[1].name"),
        (tree(sure="X"), "'X' no es un valor permitido", "leaves[1].sure"),
        ({"title": ["x"], "leaves": []}, "se esperaba texto y hay lista", "title"),
        ({7: "x"}, "el nombre de un campo es texto", ""),
        ("palabras", "se esperaba grupo de campos y hay texto", ""),
    ],
)
def test_what_does_not_fit_is_refused_with_place_and_reason(data: object, reason: str, place: str) -> None:
    with pytest.raises(Misshapen) as refused:
        shaped(data, Tree)
    assert refused.value.reason.startswith(reason)
    assert show_place(refused.value.where) == place
