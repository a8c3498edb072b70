"""Turn the weights of Resemblyzer's voice encoder into the array file that earwitness ships.

Usage: convert_voice_encoder.py RESEMBLYZER_WHEEL

The wheel (PyPI `Resemblyzer` 0.1.4, Apache-2.0) carries them as a PyTorch checkpoint in the format from
before 1.6: pickles that name the storages, then the storages. Reading it so needs no PyTorch. See
docs/models/voice-encoder.md.
"""

import io
import pickle
import struct
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TARGET = Path(__file__).resolve().parents[1] / "src/earwitness/speech/data/voice_encoder.npz"
MEMBER = "resemblyzer/pretrained.pt"


class _Storage:
    """Where the values of a tensor will be."""

    def __init__(self) -> None:
        self.values: NDArray[np.float32] = np.zeros(0, np.float32)


class _Tensor:
    """A view of a storage."""

    def __init__(self, storage: _Storage, offset: int, shape: tuple[int, ...]) -> None:
        self.storage, self.offset, self.shape = storage, offset, shape

    @property
    def values(self) -> NDArray[np.float32]:
        count = int(np.prod(self.shape))
        return self.storage.values[self.offset : self.offset + count].reshape(self.shape)


def _rebuild(storage: _Storage, offset: int, shape: tuple[int, ...], *_: object) -> _Tensor:
    return _Tensor(storage, offset, shape)


class _Reader(pickle.Unpickler):
    """Builds nothing but dictionaries, numbers and tensors."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
            ("torch._utils", "_rebuild_tensor"): _rebuild,
        }
        if (module, name) in known:
            return known[module, name]
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")

    def persistent_load(self, pid: Any) -> _Storage:
        return self.storages.setdefault(pid[2], _Storage())


def main(wheel: str) -> None:
    """Read the checkpoint in the wheel and write the arrays."""
    file = io.BytesIO(zipfile.ZipFile(wheel).read(MEMBER))
    for _ in range(3):  # magic number, version, and the machine it was made on
        _Reader(file).load()
    reader = _Reader(file)
    checkpoint = reader.load()
    for key in _Reader(file).load():
        (count,) = struct.unpack("<q", file.read(8))
        reader.storages[key].values = np.frombuffer(file.read(4 * count), "<f4")
    weights = {
        name: tensor.values.astype(np.float16)
        for name, tensor in checkpoint["model_state"].items()
        if name.startswith(("lstm.", "linear."))
    }
    np.savez_compressed(TARGET, **weights)
    shapes = ", ".join(f"{name} {value.shape}" for name, value in weights.items())
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.1f} MB: {shapes}\n")


if __name__ == "__main__":
    main(sys.argv[1])
