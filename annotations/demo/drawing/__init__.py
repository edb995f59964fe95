"""Draws plankton: bodies as layers of optical density, as a shadow camera sees them."""
