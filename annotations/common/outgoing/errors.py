"""Why a request to another server came to nothing; the words are for people."""


class OutgoingRefused(ValueError):
    """It would be refused again: by us, for where it leads, or by the server. `status` is what the server answered."""

    def __init__(self, message: str, status: int | None = None):
        super().__init__(message)
        self.status = status


class ServerAway(ConnectionError):
    """The server does not answer, or not now: the same request may succeed later."""
