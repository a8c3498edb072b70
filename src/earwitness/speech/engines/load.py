"""From a model folder to an engine."""

from pathlib import Path

from earwitness.speech.engine import OfflineEngine
from earwitness.speech.engines.faster_whisper import FasterWhisperEngine
from earwitness.speech.engines.folder import FASTER_WHISPER, ModelFolder, read_folder
from earwitness.speech.engines.probe import probe_once
from earwitness.speech.engines.sherpa_offline import SherpaOfflineEngine
from earwitness.speech.engines.sherpa_online import SherpaOnlineEngine


def load_folder(folder: Path, cache_dir: Path, hot_words: tuple[str, ...] = ()) -> OfflineEngine:
    """Load the model of a folder, first in a child process where that hasn't been done yet; blocks.

    Raises:
        RecognizerError: the folder holds no model that can be loaded.
        OSError: the cache folder can't be written.
    """
    probe_once(folder, cache_dir)
    return build(read_folder(folder), cache_dir, hot_words)


def build(model: ModelFolder, cache_dir: Path, hot_words: tuple[str, ...] = ()) -> OfflineEngine:
    """Load a model in this process; one that can't be read may end it.

    Raises:
        RecognizerError: the engine's package is missing.
    """
    if model.family is FASTER_WHISPER:
        return FasterWhisperEngine(str(model.path), model.capabilities, hot_words)
    if model.family.is_online:
        return SherpaOnlineEngine(model, hot_words, cache_dir)
    return SherpaOfflineEngine(model, hot_words, cache_dir)
