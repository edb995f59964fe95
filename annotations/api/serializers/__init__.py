"""What the API takes, checked; what it gives is described for OpenAPI."""
