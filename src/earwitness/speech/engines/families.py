"""The kinds of models that sherpa-onnx runs, and how each is told by its files.

A model is a folder as the releases of sherpa-onnx pack it. Many families have files of the same names, so a
row may also ask for a word in the folder's name or in the metadata of its first file. The first row that
fits wins; rows that ask for more stand first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_ENCODER = "encoder*.onnx *-encoder*.onnx encoder*.ort *-encoder*.ort"
_DECODER = "decoder*.onnx *-decoder*.onnx decoder*.ort *-decoder*.ort"
_JOINER = "joiner*.onnx *-joiner*.onnx"
_MODEL = "model*.onnx ctc*.onnx *.onnx"
_TOKENS = "tokens.txt *tokens*.txt"
_STREAMING = r"streaming|online|\bt-one"

_SEQUENCES = {"encoder": _ENCODER, "decoder": _DECODER, "tokens": _TOKENS}
_TRANSDUCER = {"encoder": _ENCODER, "decoder": _DECODER, "joiner": _JOINER, "tokens": _TOKENS}
_CTC = {"model": _MODEL, "tokens": _TOKENS}


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of model."""

    name: str
    factory: str
    """Method of `sherpa_onnx.OfflineRecognizer`, or of `OnlineRecognizer` where `is_online`."""
    needs: Mapping[str, str]
    """Arguments of the factory: glob patterns of the file (or, behind `/`, the folder), best first."""
    named: str = ""
    """Pattern in the folder's name."""
    typed: str = ""
    """Pattern of the metadata's `model_type`; either this or `named` must fit where one is given."""
    is_online: bool = False
    """Whether the model takes audio piece by piece."""
    options: Mapping[str, object] = field(default_factory=dict)
    language: str = ""
    """Argument that the language goes to; empty where the model knows one language, or finds it."""
    language_option: str = ""
    """Option of a stream that the language goes to."""
    word_times: bool = False
    punctuation: bool = False
    hot_words: str = ""
    """`file` for a list of phrases with beam search, `text` for phrases in the prompt, `option` where every
    stream may have its own there."""

    def fits(self, name: str, model_type: str, *, streams: bool) -> bool:
        """Return whether a folder of this name, with this `model_type`, may hold such a model.

        `streams` says that its metadata speak of a streaming model.
        """
        if not (self.named or self.typed):
            return True
        if self.is_online and not (streams or re.search(_STREAMING, name)):
            return False
        by_name = bool(self.named) and re.search(self.named, name) is not None
        by_type = bool(self.typed) and re.fullmatch(self.typed, model_type) is not None
        return by_name or by_type


_NEMO_TRANSDUCER = "EncDecRNNTBPEModel|EncDecHybridRNNTCTCBPEModel|EncDecRNNTModel"
_NEMO_CTC = "EncDecCTCModelBPE|EncDecCTCModel|EncDecHybridRNNTCTCBPEModel"

FAMILIES: tuple[Family, ...] = (
    Family(
        "moonshine",
        "from_moonshine",
        {
            "preprocessor": "preprocess*.onnx preprocess*.ort",
            "encoder": "encode*.onnx encode*.ort",
            "uncached_decoder": "uncached_decode*.onnx uncached_decode*.ort",
            "cached_decoder": "cached_decode*.onnx cached_decode*.ort",
            "tokens": _TOKENS,
        },
        punctuation=True,
    ),
    Family(
        "moonshine-v2",
        "from_moonshine_v2",
        {
            "encoder": "encoder_model*.ort encoder_model*.onnx",
            "decoder": "decoder_model_merged*.ort decoder_model_merged*.onnx",
            "tokens": _TOKENS,
        },
        punctuation=True,
    ),
    Family(
        "qwen3-asr",
        "from_qwen3_asr",
        {
            "conv_frontend": "conv_frontend*.onnx",
            "encoder": _ENCODER,
            "decoder": _DECODER,
            "tokenizer": "tokenizer*/ *Qwen*/",
        },
        punctuation=True,
        hot_words="text",
    ),
    Family(
        "funasr-nano",
        "from_funasr_nano",
        {
            "encoder_adaptor": "encoder_adaptor*.onnx",
            "llm": "llm*.onnx",
            "embedding": "embedding*.onnx",
            "tokenizer": "*Qwen*/ tokenizer*/",
        },
        punctuation=True,
        hot_words="option",
    ),
    Family(
        "streaming-transducer",
        "from_transducer",
        _TRANSDUCER,
        named=_STREAMING,
        typed="conformer|lstm|zipformer2?|" + _NEMO_TRANSDUCER,
        is_online=True,
        word_times=True,
        hot_words="file",
    ),
    Family(
        "nemo-transducer",
        "from_transducer",
        _TRANSDUCER,
        named="nemo|parakeet|giga-?am",
        typed=_NEMO_TRANSDUCER,
        options={"model_type": "nemo_transducer"},
        word_times=True,
        punctuation=True,
    ),
    Family(
        "transducer",
        "from_transducer",
        _TRANSDUCER,
        word_times=True,
        hot_words="file",
    ),
    Family(
        "whisper",
        "from_whisper",
        _SEQUENCES,
        named="whisper",
        typed="whisper.*",
        language="language",
        punctuation=True,
    ),
    Family(
        "canary",
        "from_nemo_canary",
        _SEQUENCES,
        named="canary",
        typed="EncDecMultiTaskModel",
        language="src_lang tgt_lang",
        punctuation=True,
    ),
    Family(
        "cohere-transcribe",
        "from_cohere_transcribe",
        _SEQUENCES,
        named="cohere",
        typed="cohere.*",
        language="language",
        language_option="language",
        punctuation=True,
    ),
    Family("fire-red-asr", "from_fire_red_asr", _SEQUENCES, named="fire-red", typed="fire.red.*"),
    Family(
        "streaming-paraformer",
        "from_paraformer",
        _SEQUENCES,
        named="paraformer",
        typed="paraformer",
        is_online=True,
        word_times=True,
    ),
    Family(
        "paraformer",
        "from_paraformer",
        {"paraformer": _MODEL, "tokens": _TOKENS},
        named="paraformer",
        typed="paraformer",
        word_times=True,
    ),
    Family(
        "sense-voice",
        "from_sense_voice",
        _CTC,
        named="sense-voice",
        typed="sense_voice.*",
        language="language",
        options={"use_itn": True},
        word_times=True,
        punctuation=True,
    ),
    Family("t-one", "from_t_one_ctc", _CTC, named=r"\bt-one", typed="t-?one", is_online=True),
    Family(
        "streaming-nemo-ctc",
        "from_nemo_ctc",
        _CTC,
        named="nemo.*ctc",
        typed=_NEMO_CTC,
        is_online=True,
        word_times=True,
    ),
    Family(
        "streaming-zipformer-ctc",
        "from_zipformer2_ctc",
        _CTC,
        named="zipformer.*ctc|ctc.*zipformer",
        typed="zipformer2?(_ctc)?",
        is_online=True,
        word_times=True,
    ),
    Family(
        "streaming-wenet-ctc",
        "from_wenet_ctc",
        _CTC,
        named="wenet",
        typed="wenet.*",
        is_online=True,
        word_times=True,
    ),
    Family(
        "fire-red-asr-ctc",
        "from_fire_red_asr_ctc",
        _CTC,
        named="fire-red.*ctc",
        typed="fire.red.*",
        word_times=True,
    ),
    Family("dolphin", "from_dolphin_ctc", _CTC, named="dolphin", typed="dolphin.*", word_times=True),
    Family(
        "telespeech", "from_telespeech_ctc", _CTC, named="telespeech", typed="telespeech.*", word_times=True
    ),
    Family(
        "omnilingual",
        "from_omnilingual_asr_ctc",
        _CTC,
        named="omnilingual",
        typed="omnilingual.*",
        word_times=True,
    ),
    Family("medasr", "from_medasr_ctc", _CTC, named="medasr", typed="medasr.*", word_times=True),
    Family("wenet-ctc", "from_wenet_ctc", _CTC, named="wenet", typed="wenet.*", word_times=True),
    Family("tdnn", "from_tdnn_ctc", _CTC, named="tdnn|yesno", typed="tdnn.*", word_times=True),
    Family("nemo-ctc", "from_nemo_ctc", _CTC, named="nemo|parakeet.*ctc", typed=_NEMO_CTC, word_times=True),
    Family(
        "zipformer-ctc",
        "from_zipformer_ctc",
        _CTC,
        named="zipformer.*ctc|ctc.*zipformer",
        typed="zipformer2?_ctc",
        word_times=True,
    ),
)
