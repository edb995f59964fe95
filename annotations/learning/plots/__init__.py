"""What a model's page draws."""
