"""Facts of imgurl.files: a file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from imgurl.files import TEMPORARY, whole_file, write_whole


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path, durable: bool) -> None:
    """Until the block ends there is the old content and a temporary file; afterwards the new content alone."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with whole_file(path, mode=0o600, durable=durable) as file:
        file.write(b"new")
        (temporary,) = (name for name in names(tmp_path) if name != "file")
        assert temporary.startswith(TEMPORARY)
        assert path.read_bytes() == b"old"
    assert (names(tmp_path), path.read_bytes()) == (["file"], b"new")


@pytest.mark.parametrize("failure", [ValueError, OSError, KeyboardInterrupt])
def test_a_failure_leaves_what_was_there(tmp_path: Path, failure: type[BaseException]) -> None:
    """Whatever the block raises comes through, the old content stays, and no temporary file is left."""
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write() -> None:
        with whole_file(path, mode=0o600, durable=True) as file:
            file.write(b"ne")
            raise failure

    with pytest.raises(failure):
        write()
    assert (names(tmp_path), path.read_bytes()) == (["file"], b"old")


def test_the_mode_holds_from_the_start(tmp_path: Path) -> None:
    """No other user can open the file while it is written; where all may, the umask still decides."""
    before = os.umask(0o027)
    try:
        with whole_file(tmp_path / "secret", mode=0o600, durable=False) as file:
            assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
        write_whole(tmp_path / "public", b"", mode=0o666, durable=False)
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("secret", "public")] == [0o600, 0o640]


def test_another_folder_and_another_way_to_publish(tmp_path: Path) -> None:
    """The temporary file may be elsewhere, and may get its name by another way than a rename; then it is gone too."""

    def publish(temporary: Path, path: Path) -> None:
        os.link(temporary, path)
        temporary.unlink()

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = tmp_path / "file"
    with whole_file(path, mode=0o600, durable=False, folder=elsewhere, publish=publish) as file:
        file.write(b"first")
        assert (names(tmp_path), len(names(elsewhere))) == (["elsewhere"], 1)
    assert (path.read_bytes(), names(elsewhere)) == (b"first", [])
    with (
        pytest.raises(FileExistsError),
        whole_file(path, mode=0o600, durable=False, folder=elsewhere, publish=publish) as file,
    ):
        file.write(b"second")
    assert (path.read_bytes(), names(elsewhere)) == (b"first", [])


def test_a_folder_that_is_missing_is_named_with_the_file(tmp_path: Path) -> None:
    """The error names the file that was to be written, not the temporary one."""
    path = tmp_path / "none" / "file"
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(path, b"", mode=0o600, durable=False)
    assert caught.value.filename == str(path)
