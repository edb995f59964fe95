"""Groups of alike objects among embeddings: vectors in, labels out. Only workers load it: fast_hdbscan brings numba."""
