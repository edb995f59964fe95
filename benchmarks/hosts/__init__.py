"""A site on nine machines, which are network namespaces of this one, and a hundred people who work on it."""
