"""Clusters arranged into a tree of groups."""
