"""What goes wrong, in the site's own words."""


class SestonError(Exception):
    """An answer that is none. `status` is HTTP's, 0 where the site could not be reached."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class JobFailed(SestonError):
    """A job that failed or was cancelled; `errors` as the site has them: `{file, line, column, message}`."""

    def __init__(self, message: str, errors: list[dict]) -> None:
        super().__init__(message)
        self.errors = errors
