"""What people call the kinds of jobs: all that a job's row needs to know of its kind."""

_titles: dict[str, str] = {}


def declare_title(kind: str, title: str) -> None:
    _titles[kind] = title


def title_of(kind: str) -> str:
    """Also of a kind that an earlier version of the site knew."""
    return _titles.get(kind, kind)
