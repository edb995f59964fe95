"""Pictures that are nearly the same: the job, and the groups that it finds."""
