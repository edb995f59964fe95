"""Which of the site's processes get a core first, where there are not enough."""

import contextlib
import os
from pathlib import Path

BEHIND_PAGES = 10  # as `nice` counts: about a ninth of a core that pages want as well


def give_way() -> None:
    """This process and what it starts take the cores that pages leave them.

    Where the kernel shares the cores among sessions (`sched_autogroup`), priorities count within a session alone: one
    of its own, as the supervisor's processes have, gives way as a whole. A shell's is left as it is.
    """
    os.nice(BEHIND_PAGES)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # a kernel that doesn't group
            Path("/proc/self/autogroup").write_text(str(BEHIND_PAGES))
