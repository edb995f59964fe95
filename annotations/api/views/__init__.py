"""REST v1. No rule of its own: each route asks who may, calls a query or an action, and shapes the answer."""
