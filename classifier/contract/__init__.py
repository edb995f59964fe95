"""What the site and the library agree on. Loads neither torch nor anything else of the library."""
