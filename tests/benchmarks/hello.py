"""The floor: the smallest Textual program that paints a word and answers a key."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static


class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("Hola")

    count = 0

    def on_key(self, event: Key) -> None:
        self.count += 1
        self.query_one(Static).update(f"Hola {event.key} {self.count}")


if __name__ == "__main__":
    Hello().run()
