"""Saved mappings of names and columns: made, edited, sent to other projects, and used by imports."""
