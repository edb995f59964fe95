"""Labels that a package says otherwise: compared, looked at, written and taken back with the rest of its update."""
