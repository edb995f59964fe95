"""Updates from packages: what a package says otherwise of what is here, as corrections that are planned, written and
taken back together."""
