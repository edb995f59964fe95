"""Reads the raw files of instruments: pictures and what stands beside them. Plain numpy and Pillow, no torch."""
