class PackageError(Exception):
    """The package as a whole cannot be read."""
