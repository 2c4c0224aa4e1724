"""``python -m autograd``: the same as the command ``glassgrad``."""

import sys

from autograd.cli import main

sys.exit(main())
