from pathlib import Path

import pytest

from earwitness.speech import models
from earwitness.speech.engines.onnx_metadata import read_metadata


def test_a_real_model_is_read() -> None:
    """Silero's has no metadata, but its graph of two megabytes must be passed over to know that."""
    assert read_metadata(models.silero_model()) == {}


def test_pairs_are_found_behind_fields_of_all_kinds(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    pair = b"\x0a\x0amodel_type" + b"\x12\x0azipformer2"
    skipped = b"\x08\x96\x01" + b"\x11" + bytes(8) + b"\x1d" + bytes(4) + b"\x22\x03abc"
    path.write_bytes(skipped + b"\x72" + bytes([len(pair)]) + pair)
    assert read_metadata(path) == {"model_type": "zipformer2"}


@pytest.mark.parametrize(
    "data", [b"", b"\x72", b"\x72\xff", b"\x72\x05ab", b"\x72\x02\x08\x01", b"ORTM\xff\xff\xff", b"\xff" * 40]
)
def test_what_is_no_model_has_no_metadata(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    assert read_metadata(path) == {}
