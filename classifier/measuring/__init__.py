"""Finds the organism on a vignette and measures it."""
