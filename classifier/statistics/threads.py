"""Products of small matrices on one thread: several wait for one another by turning round, and take four times the
time of a core that one takes."""

from contextlib import AbstractContextManager
from functools import cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager:
    """For the whole process: other threads that leave it meanwhile give it back before this one does, which is slower
    and not wrong."""
    return _libraries().limit(limits=1, user_api="blas")


@cache
def _libraries() -> ThreadpoolController:
    """NumPy's and SciPy's; to look for them takes as long as some curves."""
    return ThreadpoolController()
