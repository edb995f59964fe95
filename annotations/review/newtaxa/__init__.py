"""A page of the review as a new taxon: what is known nearest to it, what it would be called, and the one action."""
