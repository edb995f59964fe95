"""What goes wrong, in the site's own words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seston_client.labelling import Labelling


class SestonError(Exception):
    """An answer that is none.

    `status` is HTTP's, 0 where the site could not be reached. Where many objects are labelled in several calls, `done`
    is the `Labelling` of those before the one that failed: to be kept, or undone.
    """

    done: "Labelling | None" = None

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class JobFailed(SestonError):
    """A job that failed or was cancelled; `errors` as the site has them: `{file, line, column, message}`."""

    def __init__(self, message: str, errors: list[dict]) -> None:
        super().__init__(message)
        self.errors = errors
