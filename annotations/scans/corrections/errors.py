class OutlineOvertaken(Exception):
    """Somebody corrected, labelled or moved an object meanwhile. The sentence says which, and nothing was changed."""
