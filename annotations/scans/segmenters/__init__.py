"""Networks that learn from a project's own scans how to cut others into objects."""
