"""Cuts scans and frames into objects: background, threshold, splitting, by tiles in bounded memory."""
