"""Models say what objects are: the job, what it looks at, what it writes, what it would change."""
