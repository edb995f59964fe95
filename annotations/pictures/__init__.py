"""Pictures: their keys, their signed addresses, where they are stored, copies for who needs a file."""
