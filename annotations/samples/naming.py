"""What samples and acquisitions are called that a package names not: EcoTaxa's way in the database, words on pages."""

UNNAMED = "__DUMMY_ID__"
NO_ID = "without id"


def dummy_name(parent_id: int) -> str:
    """Of a sample without an id of that project, or of an acquisition of that sample."""
    return f"{UNNAMED}{parent_id}__"


def name_in_package(stored: str) -> str:
    """Of a stored sample or acquisition: empty where the package names none."""
    return "" if stored.startswith(UNNAMED) else stored


def readable_id(stored: str) -> str:
    """For people: its id, or that it has none."""
    return name_in_package(stored) or NO_ID
