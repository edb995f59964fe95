"""Requests of the site to servers of others: the one way out, for packages from an address and EcoTaxa's own API.

An address that a person types must not lead into the site's own network. `addresses.py` says which servers may be
called, `requests.py` sends a request to an address that was checked, `downloads.py` fetches a file that may break off.
"""
