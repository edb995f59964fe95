"""Statistics that several parts share. NumPy and SciPy; no torch, no Django."""
