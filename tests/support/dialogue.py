"""The annotated conversations, which are not part of the repository."""

from pathlib import Path

import pytest

DIALOGUE = Path(__file__).resolve().parents[3] / "shared" / "dialogue"

needs_dialogue = pytest.mark.skipif(
    not DIALOGUE.exists(), reason="the annotated conversations are not beside the repository"
)
