"""What kind of disk a folder is on, as the operating system tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookstore.files import file_systems
from bookstore.files.file_systems import can_be_written, file_system_of, network_file_system_of


def test_the_file_system_of_a_folder_is_known(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/root / ext4 rw 0 0\nserver:/x {tmp_path}/a\\040b nfs4 rw 0 0\nproc /proc proc rw\n"
    )
    assert file_system_of(tmp_path, mounts) == "ext4"
    (tmp_path / "a b" / "c").mkdir(parents=True)
    assert file_system_of(tmp_path / "a b" / "c", mounts) == "nfs4"
    assert file_system_of(tmp_path / "a bc", mounts) == "ext4"
    assert file_system_of(tmp_path, tmp_path / "none") == ""


@pytest.mark.parametrize(
    ("kind", "told"), [("nfs4", "nfs4"), ("fuse.sshfs", "fuse.sshfs"), ("ext4", ""), ("", "")]
)
def test_only_network_file_systems_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, told: str
) -> None:
    monkeypatch.setattr(file_systems, "file_system_of", lambda folder: kind)
    assert network_file_system_of(tmp_path) == told


def test_a_folder_that_can_be_made_can_be_written(tmp_path: Path) -> None:
    assert can_be_written(tmp_path / "new" / "folder")
    (tmp_path / "file").touch()
    assert not can_be_written(tmp_path / "file" / "folder")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
