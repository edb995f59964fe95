"""Whole scans and frames: tiles to look at them, segmentation into objects, correction by people."""
