"""How good a model is, on what it never saw."""
