class ClassifierError(Exception):
    """An expected failure: the sentence says what to do about it."""


class Cancelled(Exception):
    """Raised when `should_stop` said so. What was finished is kept, and the same call goes on from there."""
