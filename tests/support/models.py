"""Model folders to load for real: the bundled model laid out as a release of sherpa-onnx packs it."""

import shutil
import tarfile
from pathlib import Path

from earwitness.speech import models

NAME = "sherpa-onnx-moonshine-tiny-en"


def moonshine_folder(parent: Path, name: str = NAME) -> Path:
    """Lay the bundled model out as a folder below `parent` and return it."""
    files = models.moonshine_files()
    folder = parent / name
    folder.mkdir(parents=True)
    for path in (files.encoder, files.decoder):
        (folder / path.name).symlink_to(path)
    models.write_tokens(files.tokenizer, folder).rename(folder / "tokens.txt")
    return folder


def moonshine_archive(parent: Path, name: str = NAME) -> Path:
    """Pack that folder as `NAME.tar.bz2`, quickly and thus hardly any smaller."""
    folder = moonshine_folder(parent / "packing", name)
    archive = parent / f"{name}.tar.bz2"
    with tarfile.open(archive, "w:bz2", compresslevel=1, dereference=True) as tar:
        tar.add(folder, name)
    shutil.rmtree(parent / "packing")
    return archive
