"""Outlines on scans that people correct: cut, merge, delete, draw, and taking that back."""
