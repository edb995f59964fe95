"""Backing off: what a model is not sure enough of as one taxon is surer to be of one above it."""
