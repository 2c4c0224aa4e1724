"""Files are written whole or not at all, and only where a regular file is or will be."""

import errno
import os
import stat
import zlib

import pytest

from autograd.core.files import as_path, check_regular, save_file, write_file
from autograd.errors import DrawingError, OptionError
from tests.in_time import in_time
from tests.refusals import assert_refused


def write(path, content=b"new"):
    write_file("save", path, content, OptionError)


def names(folder):
    return sorted(os.listdir(folder))


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def umask():
    """The usual one, whatever the tests are run with."""
    before = os.umask(0o022)
    yield 0o022
    os.umask(before)


# What is written


@pytest.mark.parametrize(
    ("content", "written"),
    [(b"\0\xff", b"\0\xff"), ("gr\u00fcn\n", "gr\u00fcn\n".encode()), ("", b"")],
)
def test_bytes_and_texts_are_written_as_they_are(tmp_path, content, written):
    write(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == written


def test_an_old_file_is_replaced_and_nothing_is_left_beside_it(old):
    write(str(old))
    assert old.read_bytes() == b"new"
    assert names(old.parent) == ["file"]


def test_a_link_stays_a_link_and_its_target_is_replaced(old):
    folder = old.parent / "elsewhere"
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(old)
    write(link)
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    assert names(folder) == ["link"]


def test_a_link_to_nothing_makes_the_file_it_names(tmp_path):
    (tmp_path / "link").symlink_to("later")
    write(tmp_path / "link")
    assert (tmp_path / "later").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / ("\u20ac" * 85)  # 255 bytes
    write(path)
    write(path, b"newer")
    assert path.read_bytes() == b"newer"


def test_a_name_may_be_bytes_that_are_not_a_text(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\xfe")
    write(path)
    assert path.read_bytes() == b"new"


# Permissions


@pytest.mark.parametrize("permissions", [0o600, 0o640, 0o666, 0o755])
def test_the_permissions_stay(old, umask, permissions):
    old.chmod(permissions)
    write(old)
    assert mode(old) == permissions


def test_a_new_file_has_the_usual_permissions(tmp_path, umask):
    write(tmp_path / "file")
    assert mode(tmp_path / "file") == 0o644


@pytest.mark.parametrize("name", ["file", "link"])
def test_a_private_file_is_private_while_it_is_written(old, umask, monkeypatch, name):
    (old.parent / "link").symlink_to(old)
    old.chmod(0o600)
    seen = []
    usual_open, usual_fsync = os.open, os.fsync

    def opened(path, flags, permissions=0o777):
        descriptor = usual_open(path, flags, permissions)
        seen.append(os.fstat(descriptor).st_mode)
        return descriptor

    def flushed(descriptor):
        seen.append(os.fstat(descriptor).st_mode)
        usual_fsync(descriptor)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", flushed)
    write(old.parent / name)
    assert [stat.S_IMODE(m) for m in seen] == [0o600, 0o600]


def test_a_file_that_may_not_be_written_is_not_replaced(old, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, how: False)
    with pytest.raises(PermissionError, match=r"Permission denied: .*file"):
        write(old)
    assert old.read_bytes() == b"old"


# Failures


def failing(error):
    """Return a function that raises an error, whatever it is given."""

    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize("what", ["os.open", "os.fsync", "os.replace", "os.chmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_a_failure_leaves_the_old_file_and_nothing_else(old, monkeypatch, what, number):
    with monkeypatch.context() as patch:
        patch.setattr(what, failing(OSError(number, os.strerror(number), "a part")))
        with pytest.raises(OSError, match=f"{os.strerror(number)}: '.*/file'$") as caught:
            write(old)
    assert caught.value.errno == number
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


@pytest.mark.parametrize("what", ["os.fsync", "os.replace"])
def test_an_interrupt_leaves_the_old_file_and_nothing_else(old, monkeypatch, what):
    monkeypatch.setattr(what, failing(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write(old)
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


def test_a_part_that_cannot_be_removed_does_not_hide_the_failure(old, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing(OSError(errno.EIO, "Input/output error")))
        patch.setattr(os, "unlink", failing(OSError(errno.EROFS, "Read-only file system")))
        with pytest.raises(OSError, match="Input/output error"):
            write(old)
    assert old.read_bytes() == b"old"


def test_a_text_that_has_no_encoding_leaves_the_old_file(old):
    with pytest.raises(DrawingError, match=r"save: cannot write .*file: 'utf-8' codec"):
        save_file("save", old, "\ud800", DrawingError)
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no such folder: '.*nowhere'$"):
        write(tmp_path / "nowhere" / "file")


def test_a_loop_of_links_is_reported(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop"):
        write(tmp_path / "loop")
    assert names(tmp_path) == ["loop"]


def test_save_turns_every_failure_into_one_line_of_the_caller(old, monkeypatch):
    assert save_file("save", str(old), "new", DrawingError) == old
    monkeypatch.setattr(os, "fsync", failing(OSError(errno.ENOSPC, "No space left on device")))
    text = f"save: cannot write {old}: No space left on device"
    assert_refused(lambda: save_file("save", old, "newer", DrawingError), DrawingError, text)
    assert old.read_bytes() == b"new"


# Parts of killed programs


def test_parts_of_killed_programs_are_removed(old):
    beginning = f".file.{zlib.crc32(b'file'):08x}."
    abandoned, recent, foreign = f"{beginning}1.part", f"{beginning}2.part", ".file.notes.part"
    for name in (abandoned, recent, foreign):
        (old.parent / name).write_bytes(b"half")
        if name != recent:  # which another program may be writing at this moment
            os.utime(old.parent / name, (0, 0))
    write(old)
    assert names(old.parent) == sorted(["file", recent, foreign])


# What is not a regular file


def test_a_special_file_is_refused_and_stays(special):
    name, kind = special
    before = os.lstat(name)
    text = f"save: {name} is {kind}; give the path of a regular file"
    for call in (write, lambda path: check_regular("save", path, OptionError)):
        assert_refused(lambda call=call: in_time(lambda: call(name)), OptionError, text)
    after = os.lstat(name)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (stat.S_IFCHR, "a character device"),
        (stat.S_IFBLK, "a block device"),
        (0o150000, "a special file"),
    ],
)
def test_a_device_is_refused(old, monkeypatch, kind, word):
    usual = os.stat
    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", lambda *_, **__: os.stat_result([kind | 0o644, *usual(old)[1:]]))
        assert_refused(lambda: write(old), OptionError, f"file is {word}; give")
    assert old.read_bytes() == b"old"


# Paths


@pytest.mark.parametrize("given", [3, None, b"file", 1.5, ["file"]])
def test_what_is_not_a_path_is_refused(given):
    text = f"save: takes a path, not {type(given).__name__}"
    for call in (lambda x: as_path("save", x, OptionError), write):
        assert_refused(lambda call=call: call(given), OptionError, text)


def test_a_null_character_is_refused():
    text = r"save: a path cannot contain a null character: 'a\x00b'"
    assert_refused(lambda: write("a\0b"), OptionError, text)


def test_a_name_with_control_characters_is_shown_on_one_line(tmp_path):
    (tmp_path / "a\n\x1b[31m").mkdir()
    assert_refused(lambda: write(tmp_path / "a\n\x1b[31m"), OptionError, "a??[31m is a directory")


def test_a_name_that_the_system_cannot_have_is_refused():
    assert_refused(
        lambda: as_path("save", "a\ud800", OptionError), OptionError, "cannot be the name"
    )
