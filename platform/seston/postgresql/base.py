"""PostgreSQL as Django has it, but whether a connection still stands is mostly known without asking the server."""

import select
import time

from django.db.backends.postgresql import base

# seconds after an answer of the server in which the end of a connection would have been heard of
TRUSTED = 30.0


class DatabaseWrapper(base.DatabaseWrapper):
    """A request asks first whether its connection still stands: a round trip of its own.

    A server that ends or restarts ends its connections, and what it last sent waits in the socket: where nothing waits,
    a connection that answered a moment ago stands. One that was idle for longer is asked, as before: a network may have
    dropped it in silence.
    """

    _answered = float("-inf")  # by time.monotonic(), when the server was last asked and answered

    def is_usable(self) -> bool:
        if not self.errors_occurred and self._stands():
            return True
        usable = super().is_usable()
        if usable:
            self._answered = time.monotonic()
        return usable

    def get_new_connection(self, conn_params: dict) -> object:
        connection = super().get_new_connection(conn_params)
        self._answered = time.monotonic()
        return connection

    def _stands(self) -> bool:
        if self.connection is None or time.monotonic() - self._answered > TRUSTED:
            return False
        return not self.connection.closed and not _has_something_to_read(self.connection.fileno())


def _has_something_to_read(descriptor: int) -> bool:
    """Also where its other end is closed."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
