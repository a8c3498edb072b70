import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from earwitness.speech.engines import unpack as unpacking
from earwitness.speech.engines.unpack import unpack
from earwitness.speech.seams import RecognizerError


def _member(
    name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> Callable[..., None]:
    def add(tar: tarfile.TarFile) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        info.size = len(data) if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(data))

    return add


def _archive(tmp_path: Path, *members: Callable[..., None]) -> Path:
    path = tmp_path / "m.tar.bz2"
    with tarfile.open(path, "w:bz2") as tar:
        for add in members:
            add(tar)
    return path


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    archive = _archive(tmp_path, _member("m/tokens.txt", b"a 0"), _member("m/test_wavs/0.wav"))
    unpack(archive, tmp_path / "models" / "m")
    assert (tmp_path / "models" / "m" / "tokens.txt").read_bytes() == b"a 0"
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["m"]


@pytest.mark.parametrize(
    "member",
    [
        _member("../evil"),
        _member("m/../../evil"),
        _member("m/evil", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        _member("m/evil", kind=tarfile.SYMTYPE, link="../../evil"),
        _member("m/evil", kind=tarfile.LNKTYPE, link="../evil"),
        _member("m/evil", kind=tarfile.FIFOTYPE),
        _member("m/evil", kind=tarfile.CHRTYPE),
    ],
)
def test_nothing_lands_outside_and_nothing_is_left(tmp_path: Path, member: Callable[..., None]) -> None:
    archive = _archive(tmp_path, _member("m/tokens.txt"), member)
    with pytest.raises(RecognizerError, match="cannot be unpacked"):
        unpack(archive, tmp_path / "models" / "m")
    assert list((tmp_path / "models").iterdir()) == []
    assert not list(tmp_path.rglob("evil"))


def test_an_absolute_name_stays_inside(tmp_path: Path) -> None:
    archive = _archive(tmp_path, _member("/m/tokens.txt"))
    unpack(archive, tmp_path / "models" / "m")
    assert (tmp_path / "models" / "m" / "tokens.txt").is_file()


@pytest.mark.parametrize("members", [[], [_member("tokens.txt")], [_member("a/x"), _member("b/x")]])
def test_anything_but_one_folder_is_refused(tmp_path: Path, members: list[Callable[..., None]]) -> None:
    with pytest.raises(RecognizerError, match="holds no single folder"):
        unpack(_archive(tmp_path, *members), tmp_path / "models" / "m")


def test_what_is_no_archive_or_ends_early_is_refused(tmp_path: Path) -> None:
    whole = _archive(tmp_path, _member("m/tokens.txt", bytes(range(256)) * 5000)).read_bytes()
    archive = tmp_path / "m.tar.bz2"
    for data in (b"no archive", whole[: len(whole) // 2], b""):
        archive.write_bytes(data)
        with pytest.raises(RecognizerError, match="cannot be unpacked"):
            unpack(archive, tmp_path / "models" / "m")


def test_more_than_a_model_would_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_MOST_BYTES", 1000)
    with pytest.raises(RecognizerError, match="more than a model would"):
        unpack(_archive(tmp_path, _member("m/a", bytes(600)), _member("m/b", bytes(600))), tmp_path / "m")
