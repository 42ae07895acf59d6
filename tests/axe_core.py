"""axe-core, which looks for what a screen reader would stumble over: that of the lock, or the newest, whose file AXE names.

The package on PyPI follows axe-core by some months, and none is quicker; `make axe` takes the newest from npm.
"""

import os

from axe_playwright_python.sync_playwright import Axe

AXE = Axe.from_file(os.environ["AXE"]) if "AXE" in os.environ else Axe()
# Rules that axe-core leaves to those who ask, and that the newest release asks by itself.
ASKED = {rule: {"enabled": True} for rule in ("target-size", "label-content-name-mismatch")}
