"""Learning while people sort: the job, its lesson, what it writes, how good it is."""
