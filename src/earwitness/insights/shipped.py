"""What ships with the analysts: weights and lists of words."""

from importlib import resources
from importlib.resources.abc import Traversable


def shipped(name: str) -> Traversable:
    """Return a file of `insights/data`; how each was made is told in `docs/models`."""
    return resources.files(__package__).joinpath("data", name)
