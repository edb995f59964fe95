class JobError(Exception):
    """An expected failure, told to the person as it is.

    `errors` and `warnings` are dicts of file, line, column, message.
    """

    def __init__(self, message: str, errors: list[dict] | None = None, warnings: list[dict] | None = None):
        super().__init__(message)
        self.errors = errors or []
        self.warnings = warnings or []


class JobCancelled(Exception):
    """Raised inside a job whose person has asked for it to stop; its words, where it has any, say what is done."""
