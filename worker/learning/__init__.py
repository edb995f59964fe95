"""Models and backbones learn: the jobs, the rows they learn from, folders that travel."""
