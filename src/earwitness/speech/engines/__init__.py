"""Engines beyond the bundled one: models on disk, endpoints, and the set that chooses among them."""
