"""Objects without labels in groups: the job, and groups as a tree."""
