"""The one way out to the terminal: whatever a text brought in (a record, a bundle, a file's name), no control goes with it."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ces_tui.base.text import for_screen, is_control


def say(text: str = "", *, nl: bool = True, err: bool = False) -> None:
    """One or more lines on standard output, or on standard error; control characters are shown as `?`."""
    click.echo(for_screen(text), nl=nl, err=err)


def safe_json(value: Any, *, indent: int = 0) -> str:
    """The value as JSON in which what a terminal could obey is escaped: the text means the same."""
    raw = msgspec.json.encode(value)
    text = (msgspec.json.format(raw, indent=indent) if indent else raw).decode()
    return "".join(f"\\u{ord(c):04x}" if c != "\n" and is_control(c) else c for c in text)
