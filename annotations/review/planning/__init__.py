"""What is offered next in a review."""
