"""`python -m attnkit` is the `attnkit` command."""

import sys

from attnkit.experiments.command import main

sys.exit(main())
