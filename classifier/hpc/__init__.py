"""Machines that are shared: one training a device, and jobs of a cluster."""
