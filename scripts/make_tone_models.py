"""Make the tiny models that tests of engines decode with: they write "low" and "high" for such tones.

They have the inputs, outputs and metadata of NeMo's CTC models, so that sherpa-onnx runs them as it runs real
ones, with times of tokens. Needs the package `onnx`: pip install onnx && python scripts/make_tone_models.py
"""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

TARGET = Path(__file__).parents[1] / "tests" / "unit" / "speech" / "engines" / "data"
MEL_BINS = 80
SUBSAMPLING = 8
CHUNK_FRAMES = 16
BLANK_ABOVE = -6.0
"""Log power that a tone must exceed in its half of the spectrum to be written."""


def _ints(name: str, *values: int) -> onnx.TensorProto:
    return helper.make_tensor(name, TensorProto.INT64, [len(values)], values)


def _decoding() -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Return what makes log-probabilities (batch, frames, 3) of `audio_signal` (batch, 80, frames)."""
    nodes = [
        helper.make_node(
            "AveragePool", ["audio_signal"], ["pooled"], kernel_shape=[SUBSAMPLING], strides=[SUBSAMPLING]
        ),
        helper.make_node("Transpose", ["pooled"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("Slice", ["frames", "zero", "third", "axis"], ["low_bins"]),
        helper.make_node("Slice", ["frames", "half", "end", "axis"], ["high_bins"]),
        helper.make_node("ReduceMax", ["low_bins"], ["low"], axes=[2], keepdims=1),
        helper.make_node("ReduceMax", ["high_bins"], ["high"], axes=[2], keepdims=1),
        helper.make_node("Mul", ["low", "nothing"], ["zeros"]),
        helper.make_node("Add", ["zeros", "threshold"], ["blank"]),
        helper.make_node("Concat", ["low", "high", "blank"], ["logits"], axis=2),
        helper.make_node("LogSoftmax", ["logits"], ["logprobs"], axis=2),
    ]
    constants = [
        _ints("zero", 0),
        _ints("third", MEL_BINS // 3),
        _ints("half", MEL_BINS // 2),
        _ints("end", MEL_BINS),
        _ints("axis", 2),
        helper.make_tensor("nothing", TensorProto.FLOAT, [1], [0.0]),
        helper.make_tensor("threshold", TensorProto.FLOAT, [1], [BLANK_ABOVE]),
    ]
    return nodes, constants


def _save(
    name: str,
    nodes: list[onnx.NodeProto],
    constants: list[onnx.TensorProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    metadata: dict[str, int | str],
) -> None:
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=str(value))
    onnx.checker.check_model(model)
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    (folder / "tokens.txt").write_text("▁low 0\n▁high 1\n<blk> 2\n", "utf-8")


def main() -> None:
    """Write both models."""
    nodes, constants = _decoding()
    nodes.append(helper.make_node("Identity", ["length"], ["length_out"]))
    audio = helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, ["batch", MEL_BINS, "time"])
    length = helper.make_tensor_value_info("length", TensorProto.INT64, ["batch"])
    logprobs = helper.make_tensor_value_info("logprobs", TensorProto.FLOAT, ["batch", "frames", 3])
    length_out = helper.make_tensor_value_info("length_out", TensorProto.INT64, ["batch"])
    common: dict[str, int | str] = {
        "model_type": "EncDecCTCModelBPE",
        "vocab_size": 2,
        "subsampling_factor": SUBSAMPLING,
        "normalize_type": "",
    }
    _save("tones-offline", nodes, constants, [audio, length], [logprobs], common)

    caches = {"cache_last_channel": TensorProto.FLOAT, "cache_last_time": TensorProto.FLOAT}
    inputs = [audio, length]
    outputs = [logprobs, length_out]
    for cache, kind in caches.items():
        shape = ["batch", 1, 1, 1]
        nodes.append(helper.make_node("Identity", [cache], [f"{cache}_next"]))
        inputs.append(helper.make_tensor_value_info(cache, kind, shape))
        outputs.append(helper.make_tensor_value_info(f"{cache}_next", kind, shape))
    nodes.append(helper.make_node("Identity", ["cache_last_channel_len"], ["cache_last_channel_len_next"]))
    inputs.append(helper.make_tensor_value_info("cache_last_channel_len", TensorProto.INT64, ["batch"]))
    outputs.append(helper.make_tensor_value_info("cache_last_channel_len_next", TensorProto.INT64, ["batch"]))
    dims = {f"{cache}_dim{number}": 1 for cache in caches for number in (1, 2, 3)}
    streaming = {**common, "window_size": CHUNK_FRAMES, "chunk_shift": CHUNK_FRAMES, **dims}
    _save("tones-streaming", nodes, constants, inputs, outputs, streaming)


if __name__ == "__main__":
    main()
