import inspect
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
import sherpa_onnx

from earwitness.speech.engines.families import FAMILIES
from earwitness.speech.engines.folder import (
    FASTER_WHISPER,
    NOTES,
    ModelFolder,
    Notes,
    model_folders,
    read_folder,
    write_notes,
)
from earwitness.speech.engines.languages import WHISPER
from earwitness.speech.seams import RecognizerError

ICEFALL = [
    f"{part}-epoch-99-avg-1{kind}.onnx" for part in ("encoder", "decoder", "joiner") for kind in ("", ".int8")
]
"""As releases of icefall's models pack them: each part twice."""


def _lay(parent: Path, name: str, files: Iterable[str]) -> Path:
    folder = parent / name
    folder.mkdir()
    for file in files:
        if file.endswith("/"):
            (folder / file).mkdir()
        else:
            (folder / file).write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("name", "files", "family", "languages"),
    [
        (
            "sherpa-onnx-moonshine-base-en-int8",
            "preprocess.onnx encode.int8.onnx uncached_decode.int8.onnx cached_decode.int8.onnx tokens.txt",
            "moonshine",
            ("en",),
        ),
        (
            "sherpa-onnx-moonshine-base-en-quantized-2026-02-27",
            "encoder_model.ort decoder_model_merged.ort tokens.txt",
            "moonshine-v2",
            ("en",),
        ),
        (
            "sherpa-onnx-qwen3-asr-0.6B-int8-2026-03-25",
            "conv_frontend.onnx decoder.int8.onnx encoder.int8.onnx tokenizer/",
            "qwen3-asr",
            (),
        ),
        (
            "sherpa-onnx-funasr-nano-int8-2025-12-30",
            "Qwen3-0.6B/ embedding.int8.onnx encoder_adaptor.int8.onnx llm.int8.onnx",
            "funasr-nano",
            (),
        ),
        (
            "sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8",
            "decoder.int8.onnx encoder.int8.onnx joiner.int8.onnx tokens.txt test_wavs/",
            "nemo-transducer",
            ("en",),
        ),
        (
            "sherpa-onnx-nemo-streaming-fast-conformer-transducer-en-80ms",
            "encoder.onnx decoder.onnx joiner.onnx tokens.txt",
            "streaming-transducer",
            ("en",),
        ),
        (
            "sherpa-onnx-streaming-zipformer-de-kroko-2025-08-06",
            "encoder.onnx decoder.onnx joiner.onnx tokens.txt",
            "streaming-transducer",
            ("de",),
        ),
        (
            "sherpa-onnx-zipformer-gigaspeech-2023-12-12",
            " ".join([*ICEFALL, "tokens.txt", "bpe.model"]),
            "transducer",
            ("en",),
        ),
        (
            "sherpa-onnx-whisper-small.en",
            "small.en-decoder.int8.onnx small.en-decoder.onnx small.en-encoder.int8.onnx "
            "small.en-encoder.onnx small.en-tokens.txt",
            "whisper",
            ("en",),
        ),
        (
            "sherpa-onnx-whisper-turbo",
            "turbo-decoder.int8.onnx turbo-encoder.int8.onnx turbo-tokens.txt",
            "whisper",
            WHISPER,
        ),
        (
            "sherpa-onnx-nemo-canary-180m-flash-en-es-de-fr-int8",
            "decoder.int8.onnx encoder.int8.onnx tokens.txt",
            "canary",
            ("en", "es", "de", "fr"),
        ),
        (
            "sherpa-onnx-fire-red-asr-large-zh_en-2025-02-16",
            "decoder.int8.onnx encoder.int8.onnx tokens.txt",
            "fire-red-asr",
            ("zh", "en"),
        ),
        (
            "sherpa-onnx-streaming-paraformer-bilingual-zh-en",
            "decoder.int8.onnx encoder.int8.onnx tokens.txt",
            "streaming-paraformer",
            ("zh", "en"),
        ),
        ("sherpa-onnx-paraformer-zh-2023-09-14", "model.int8.onnx tokens.txt", "paraformer", ("zh",)),
        (
            "sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17",
            "model.int8.onnx tokens.txt",
            "sense-voice",
            ("zh", "yue", "en", "ja", "ko"),
        ),
        (
            "sherpa-onnx-nemo-parakeet_tdt_ctc_110m-en-36000-int8",
            "model.int8.onnx tokens.txt",
            "nemo-ctc",
            ("en",),
        ),
        (
            "sherpa-onnx-nemo-streaming-fast-conformer-ctc-en-80ms",
            "model.onnx tokens.txt",
            "streaming-nemo-ctc",
            ("en",),
        ),
        (
            "sherpa-onnx-zipformer-ctc-zh-int8-2025-07-03",
            "model.int8.onnx tokens.txt",
            "zipformer-ctc",
            ("zh",),
        ),
        (
            "sherpa-onnx-streaming-zipformer-small-ctc-zh-int8-2025-04-01",
            "model.int8.onnx tokens.txt",
            "streaming-zipformer-ctc",
            ("zh",),
        ),
        ("sherpa-onnx-t-one-russian-2025-09-08", "model.onnx tokens.txt", "t-one", ("ru",)),
        ("sherpa-onnx-dolphin-base-ctc-zh-int8", "model.int8.onnx tokens.txt", "dolphin", ("zh",)),
        (
            "sherpa-onnx-telespeech-ctc-int8-zh-2024-06-04",
            "model.int8.onnx tokens.txt",
            "telespeech",
            ("zh",),
        ),
        (
            "sherpa-onnx-omnilingual-asr-1600-languages-300M-ctc-int8",
            "model.int8.onnx tokens.txt",
            "omnilingual",
            (),
        ),
        ("sherpa-onnx-medasr-ctc-en-int8", "model.int8.onnx tokens.txt", "medasr", ("en",)),
        ("sherpa-onnx-wenetspeech-wenet-ctc-zh", "model.onnx tokens.txt", "wenet-ctc", ("zh",)),
        ("faster-whisper-small.en", "model.bin config.json tokenizer.json", "faster-whisper", ("en",)),
    ],
)
def test_the_family_is_told_by_files_and_name(
    tmp_path: Path, name: str, files: str, family: str, languages: tuple[str, ...]
) -> None:
    model = read_folder(_lay(tmp_path, name, files.split()))
    assert model.family.name == family
    assert model.languages == languages
    assert model.capabilities.streaming == model.family.is_online
    assert all(path.exists() for path in model.files.values())


def test_weights_of_eight_bits_come_before_others(tmp_path: Path) -> None:
    folder = _lay(tmp_path, "sherpa-onnx-streaming-zipformer-en-2023-06-26", [*ICEFALL, "tokens.txt"])
    assert {path.name for path in read_folder(folder).files.values()} == {
        "encoder-epoch-99-avg-1.int8.onnx",
        "decoder-epoch-99-avg-1.int8.onnx",
        "joiner-epoch-99-avg-1.int8.onnx",
        "tokens.txt",
    }


def _metadata(**pairs: str) -> bytes:
    """Return an ONNX file with this metadata, behind a graph of 300 bytes (field 7)."""

    def text(field: int, value: bytes) -> bytes:
        return bytes([field * 8 + 2, len(value)]) + value

    entries = b"".join(
        text(14, text(1, key.encode()) + text(2, value.encode())) for key, value in pairs.items()
    )
    return b"\x08\x09" + b"\x3a\xac\x02" + bytes(300) + entries


@pytest.mark.parametrize(
    ("metadata", "family"),
    [
        ({"model_type": "EncDecCTCModelBPE"}, "nemo-ctc"),
        ({"model_type": "EncDecCTCModelBPE", "window_size": "105"}, "streaming-nemo-ctc"),
        ({"model_type": "sense_voice_ctc"}, "sense-voice"),
        ({"model_type": "zipformer2_ctc"}, "zipformer-ctc"),
        ({"model_type": "paraformer"}, "paraformer"),
    ],
)
def test_a_name_that_tells_nothing_leaves_it_to_the_metadata(
    tmp_path: Path, metadata: dict[str, str], family: str
) -> None:
    folder = _lay(tmp_path, "mine", ["tokens.txt"])
    (folder / "model.onnx").write_bytes(_metadata(**metadata))
    assert read_folder(folder).family.name == family


def test_notes_name_what_nothing_else_tells(tmp_path: Path) -> None:
    folder = _lay(tmp_path, "mine", ["model.onnx", "tokens.txt"])
    with pytest.raises(RecognizerError, match=r"several families.*earwitness\.json"):
        read_folder(folder)
    write_notes(folder, family="nemo-ctc", languages=["be"])
    write_notes(folder, cost=0.05)
    model = read_folder(folder)
    assert (model.family.name, model.languages) == ("nemo-ctc", ("be",))
    assert model.notes == Notes(family="nemo-ctc", languages=("be",), cost=0.05)


@pytest.mark.parametrize(
    ("notes", "what"),
    [("{", "cannot be read"), ("[]", "not as expected"), ('{"cost": "dear"}', "not as expected")],
)
def test_notes_that_are_none_are_named(tmp_path: Path, notes: str, what: str) -> None:
    folder = _lay(tmp_path, "mine", ["model.onnx", "tokens.txt"])
    (folder / NOTES).write_text(notes)
    with pytest.raises(RecognizerError, match=what):
        read_folder(folder)


def test_an_unknown_family_is_answered_with_those_there_are(tmp_path: Path) -> None:
    folder = _lay(tmp_path, "mine", ["model.onnx", "tokens.txt"])
    (folder / NOTES).write_text(json.dumps({"family": "vosk"}))
    with pytest.raises(RecognizerError, match=r"no family 'vosk'; there is .*whisper"):
        read_folder(folder)


@pytest.mark.parametrize(
    ("name", "files", "what"),
    [
        ("empty", "", "there is no .onnx or .ort file"),
        ("sherpa-onnx-nemo-parakeet", "encoder.onnx decoder.onnx joiner.onnx", "tokens of a .* is missing"),
        ("sherpa-onnx-moonshine", "encoder_model.ort tokens.txt", "decoder of a moonshine-v2 .* is missing"),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, name: str, files: str, what: str) -> None:
    with pytest.raises(RecognizerError, match=what):
        read_folder(_lay(tmp_path, name, files.split()))
    with pytest.raises(RecognizerError, match="there is no model folder"):
        read_folder(tmp_path / "nowhere")


def test_folders_are_listed_by_name_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for name in ("b", "a", ".unpack-x"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert [path.name for path in model_folders(tmp_path)] == ["a", "b"]
    assert list(model_folders(tmp_path / "nowhere")) == []


def test_every_family_fits_its_factory() -> None:
    """The rows name arguments that the installed library has, and no factory is without a row."""
    for family in FAMILIES:
        kind = sherpa_onnx.OnlineRecognizer if family.is_online else sherpa_onnx.OfflineRecognizer
        takes = inspect.signature(getattr(kind, family.factory)).parameters
        gives = {*family.needs, *family.options, *family.language.split(), "num_threads"}
        assert gives <= set(takes), family.name
        if family.hot_words == "file":
            assert {"hotwords_file", "decoding_method", "modeling_unit", "bpe_vocab"} <= set(takes)
        if family.hot_words in ("text", "option"):
            assert "hotwords" in takes
    for kind, is_online in ((sherpa_onnx.OfflineRecognizer, False), (sherpa_onnx.OnlineRecognizer, True)):
        offered = {name for name in dir(kind) if name.startswith("from_")}
        assert offered == {family.factory for family in FAMILIES if family.is_online is is_online}


def test_a_family_has_what_an_engine_of_it_needs() -> None:
    model = ModelFolder(Path("faster-whisper-large-v3"), FASTER_WHISPER, {})
    assert model.languages == WHISPER
    assert model.capabilities.confidence
