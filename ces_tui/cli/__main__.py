"""`python -m ces_tui.cli`."""

import sys

from ces_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
