"""Thresholds that one can see: how many predicted objects lie above each score, and how many of these are right."""
