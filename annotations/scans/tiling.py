"""How scans are cut into tiles."""

TILE_SIZE = 512  # pixels
