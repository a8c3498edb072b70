"""Header fields of a message, in order."""

from collections.abc import Iterable


class Headers:
    """Values by the names of their fields, in any case (RFC 3261 §7.3.1), those of one name together.

    A look-up takes the same time however many names there are: a stranger may make up hundreds.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, tuple[str, list[str]]] = {}
        """By the name in lower case: the name as first written, and its values."""
        for name, value in fields:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Add a value after those that the name has."""
        self._fields.setdefault(name.lower(), (name, []))[1].append(value)

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value."""
        found = self._fields.get(name.lower())
        return found[1][0] if found else default

    def getlist(self, name: str) -> list[str]:
        """Return every value."""
        found = self._fields.get(name.lower())
        return found[1] if found else []

    def keys(self) -> list[str]:
        """Return the names."""
        return [name for name, _ in self._fields.values()]

    def remove(self, name: str) -> None:
        """Take out every value; harmless when there is none."""
        self._fields.pop(name.lower(), None)

    def set(self, name: str, value: str) -> None:
        """Put one value in the place of those that the name has."""
        self.setlist(name, [value])

    def setlist(self, name: str, values: list[str]) -> None:
        """Put other values in the place of those that the name has."""
        key = name.lower()
        self._fields[key] = (self._fields[key][0] if key in self._fields else name, values)

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][1][0]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._fields

    def __str__(self) -> str:
        """Return the fields as they stand in a message, each line with its end."""
        return "".join(f"{name}: {value}\r\n" for name, values in self._fields.values() for value in values)
