"""A detector that proposes objects as boxes on scans and frames, learnt from boxes that people drew."""
