"""ces-tui: the offline record of a rural clinic. No Textual in here; the screens live in `screens`."""

__version__ = "0.1.0"
