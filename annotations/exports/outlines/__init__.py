"""Objects on the larger pictures that they were cut from, as outlines: GeoJSON and label images."""
