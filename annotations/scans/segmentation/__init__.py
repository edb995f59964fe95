"""Segmentation of scans: recipes, trying them on a crop, and runs that make objects of what they find."""
