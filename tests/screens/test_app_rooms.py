"""The table of rooms and the table of keys hold what they say."""

from __future__ import annotations

import pytest
from textual.binding import Binding

from ces_tui.people.roles import ACTIONS
from screens.app import CesApp
from screens.keys import GLOBAL_KEYS, key_name
from screens.room import Room
from screens.rooms import ROOMS

EATEN = ("f1", "f10", "f11", "f12", "escape")
"""Keys that some terminal, desktop or small keyboard keeps for itself, or that are slow."""


@pytest.mark.parametrize("name", ROOMS)
def test_every_room_of_the_table_loads_and_knows_its_name(name: str) -> None:
    found = ROOMS[name].load()
    assert issubclass(found, Room) and found.room == name


@pytest.mark.parametrize("name", ROOMS)
def test_every_action_of_the_table_is_one_that_roles_know(name: str) -> None:
    assert ROOMS[name].action is None or ROOMS[name].action in ACTIONS


def test_no_two_rooms_share_a_key_and_all_keys_are_digits() -> None:
    keys = [r.key for r in ROOMS.values() if r.key]
    assert len(keys) == len(set(keys)) and all(k.isdigit() for k in keys)


@pytest.mark.parametrize("name", ROOMS)
def test_every_binding_of_a_room_has_an_id_a_verb_in_lower_case_and_a_tooltip(name: str) -> None:
    for binding in ROOMS[name].load().BINDINGS:
        assert isinstance(binding, Binding), binding
        assert binding.id and binding.description and binding.tooltip, binding
        assert binding.description[0].islower(), binding.description


def test_what_an_eaten_key_does_a_second_key_does_too() -> None:
    for entry in GLOBAL_KEYS:
        keys = (*entry.keys, *entry.quiet)
        if any(k in EATEN for k in keys):
            assert any(k not in EATEN for k in keys), entry


def test_no_room_binds_a_key_that_terminals_turn_into_another() -> None:
    """Ctrl+M is Enter, Ctrl+I is Tab, Ctrl+H is backspace, Ctrl+J a line feed; Ctrl+Shift never arrives."""
    for name, entry in ROOMS.items():
        for binding in entry.load().BINDINGS:
            assert isinstance(binding, Binding)
            for key in binding.key.split(","):
                assert key not in {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+j"} and "ctrl+shift" not in key, (
                    name,
                    key,
                )


def test_no_room_takes_a_global_key_away() -> None:
    always = {k for g in GLOBAL_KEYS for k in g.keys}
    for name, entry in ROOMS.items():
        for binding in entry.load().BINDINGS:
            assert isinstance(binding, Binding)
            taken = always & set(binding.key.split(","))
            assert not taken or binding.key == "escape,ctrl+o", (name, taken)


def test_the_application_binds_exactly_the_table() -> None:
    bound = {b.key for b in CesApp.BINDINGS if isinstance(b, Binding)}
    assert bound == {k for g in GLOBAL_KEYS for k in (*g.keys, *g.quiet)} | {
        r.key for r in ROOMS.values() if r.key
    }


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("ctrl+s", "Ctrl+S"),
        ("escape", "Esc"),
        ("f12", "F12"),
        ("a", "a"),
        ("question_mark", "?"),
        ("shift+tab", "Mayús+Tab"),
    ],
)
def test_keys_are_named_as_people_read_them(key: str, shown: str) -> None:
    assert key_name(key) == shown
