import re

import pytest

from earwitness.speech.engines.catalogue import BUNDLED, catalogue, find, known
from earwitness.speech.engines.families import FAMILIES
from earwitness.speech.engines.languages import WHISPER
from earwitness.speech.seams import RecognizerError


def test_every_entry_can_be_pulled_and_loaded() -> None:
    names = [entry.name for entry in catalogue()]
    assert len(set(names)) == len(names)
    assert BUNDLED not in names
    families = {family.name for family in FAMILIES}
    for entry in catalogue():
        assert entry.family in families
        assert entry.languages
        assert all(re.fullmatch("[a-z]{2,3}", language) for language in entry.languages)
        assert entry.licence
        assert entry.sha256 is None or re.fullmatch("[0-9a-f]{64}", entry.sha256)
        assert entry.archive == f"sherpa-onnx-{entry.name}.tar.bz2"


def test_a_name_is_found_with_and_without_what_all_begin_with() -> None:
    entry = find("sherpa-onnx-whisper-tiny")
    assert entry is find("whisper-tiny") is known("whisper-tiny")
    assert entry.languages == WHISPER
    assert known("nothing") is None


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("whisper-tinny", "whisper-tiny"),
        ("parakeet", "nemo-parakeet"),
        ("parakeet-tdt-0.6b-v3", "nemo-parakeet-tdt-0.6b-v3-int8"),
    ],
)
def test_a_wrong_name_is_answered_with_close_ones(name: str, hint: str) -> None:
    with pytest.raises(RecognizerError, match=f"did you mean .*{hint}"):
        find(name)
    with pytest.raises(RecognizerError, match="no model 'zzz'; 'earwitness models list' prints all"):
        find("zzz")
