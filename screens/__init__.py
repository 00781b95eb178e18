"""Everything Textual: the application, one module a screen, the widgets. May import all of `ces_tui`; nothing imports it.

Importing this package takes the TEXTUAL_* switches out of the environment, before Textual can read them: some of them
write what is on the screen to a file or send it over the network.
"""

from screens.fault import scrub_environment

scrub_environment()
