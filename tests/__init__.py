"""Tests, by distance from the real thing (a package: some dependencies install a `tests` of their own)."""
