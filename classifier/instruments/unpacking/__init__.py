"""Writes what instruments recorded as EcoTaxa packages: a part at a time, resumable, without the site."""
