"""What an ONNX file says of itself, read without loading the model.

A model file is a protobuf message `ModelProto` (onnx.proto3); its field 14, `metadata_props`, holds pairs of
strings. Everything else is passed over by its length, so that a file of gigabytes costs a few seeks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_METADATA_PROPS = 14
_KEY, _VALUE = 1, 2
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MOST_BYTES = 1 << 20
"""Longer entries hold vocabularies or normalisation, nothing that says what kind of model it is."""


def read_metadata(path: Path) -> dict[str, str]:
    """Return the metadata of an ONNX file; empty for what isn't one (`.ort` files are no protobuf).

    Raises:
        OSError: the file can't be read.
    """
    with path.open("rb") as file:
        size = path.stat().st_size
        try:
            return dict(_pair(entry) for entry in _entries(file, size))
        except (EOFError, ValueError):
            return {}


def _entries(file: BinaryIO, size: int) -> Iterator[bytes]:
    while file.tell() < size:
        field, kind = divmod(_varint(file), 8)
        if kind == _LENGTH:
            length = _varint(file)
            if file.tell() + length > size:
                raise EOFError
            if field == _METADATA_PROPS and length <= _MOST_BYTES:
                yield file.read(length)
            else:
                file.seek(length, 1)
        elif kind == _VARINT:
            _varint(file)
        elif kind in (_FIXED64, _FIXED32):
            file.seek(8 if kind == _FIXED64 else 4, 1)
        else:
            raise ValueError(f"wire type {kind}")


def _pair(entry: bytes) -> tuple[str, str]:
    """Read a `StringStringEntryProto`."""
    found = {_KEY: "", _VALUE: ""}
    at = 0
    while at < len(entry):
        field, kind = divmod(entry[at], 8)
        if kind != _LENGTH:
            raise ValueError("not a pair of strings")
        length, at = _varint_in(entry, at + 1)
        found[field] = entry[at : at + length].decode("utf-8", "replace")
        at += length
    return found[_KEY], found[_VALUE]


def _varint(file: BinaryIO) -> int:
    value = shift = 0
    while True:
        byte = file.read(1)
        if not byte or shift > 63:
            raise EOFError
        value |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return value
        shift += 7


def _varint_in(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift <= 63:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise EOFError
