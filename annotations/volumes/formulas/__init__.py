"""Formulas that people write for a project: read by Python's parser, worked out over columns, never run as Python."""
