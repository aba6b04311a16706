"""`python -m attnkit` is the `attnkit` command."""

import sys

from attnkit.command import main

sys.exit(main())
