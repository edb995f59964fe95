"""Scans become objects: the job, one scan's run, crops that are tried, outlines that people correct."""
