"""How the cockpit talks to people, files and databases."""

import os

# A process of its own a core, many sessions: threads inside numpy only wait for each other, and burn CPU doing so.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
