"""EcoTaxa packages: tables `ecotaxa_*.tsv` and the pictures that they name, in a zip or a folder."""
