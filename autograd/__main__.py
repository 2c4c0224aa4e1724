"""``python -m autograd``: the same as the command ``glassgrad``."""

import sys

from autograd.cli.main import main

sys.exit(main())
