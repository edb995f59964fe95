"""Segmenters at work: how each kind learns, and how it finds objects on scans."""
