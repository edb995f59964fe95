"""From a learning set to a model."""
