"""Whole scans as a worker sees them: read by libvips in bounded memory, rendered, cut into tiles."""
