"""Tests, by distance from the real thing. A package, as one of the dependencies installs a `tests` of its own."""
