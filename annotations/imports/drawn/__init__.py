"""Outlines and masks of other programs on pictures that lie beside them: GeoJSON, shapes of napari, label images."""
