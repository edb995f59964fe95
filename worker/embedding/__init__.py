"""What objects look like as vectors: the job, what embeds, which objects it reads."""
