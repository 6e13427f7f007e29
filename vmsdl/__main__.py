"""`python -m vmsdl`: the command, also from a checkout or a zip that nobody installed."""

import sys

from vmsdl.cli import main

if __name__ == "__main__":
    sys.exit(main())
