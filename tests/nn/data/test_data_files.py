"""Files of data: what was written is read, and what is not such a file is refused in one line."""

import gzip
import os
import struct
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from nn.data import cifar10, mnist, read_cifar10, read_idx
from nn.errors import DataError
from tests.refusals import assert_refused

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array):
    """Return the bytes of an IDX file, made element by element."""
    kind = array.dtype.str[1:]
    letter = {"u1": "B", "i1": "b", "i2": "h", "i4": "i", "f4": "f", "f8": "d"}[kind]
    head = struct.pack(">BBBB", 0, 0, CODES[kind], array.ndim)
    sizes = b"".join(struct.pack(">i", size) for size in array.shape)
    return head + sizes + b"".join(struct.pack(f">{letter}", x) for x in array.ravel().tolist())


def written(content, name="file"):
    path = Path(name)
    path.write_bytes(content)
    return path


IMAGES = np.random.default_rng(0).integers(0, 256, (3, 4, 5)).astype(np.uint8)
arrays = st.sampled_from(sorted(CODES)).flatmap(
    lambda kind: hnp.arrays(kind, hnp.array_shapes(max_dims=4, max_side=4))
)


@given(arrays, st.booleans())
def test_every_type_and_shape_is_read_as_it_was_written(array, packed):
    content = gzip.compress(idx(array), mtime=0) if packed else idx(array)
    found = read_idx(written(content))
    assert found.dtype == array.dtype
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, array)


def test_what_was_read_can_be_written_to():
    found = read_idx(written(idx(IMAGES)))
    found[0] = 0
    assert not found[0].any()


@given(st.data())
def test_a_file_that_is_cut_off_is_refused(data):
    content = idx(IMAGES)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    for wrong in (cut, gzip.compress(cut, mtime=0)):
        assert_refused(lambda wrong=wrong: read_idx(written(wrong)), DataError, "file")


@given(st.binary(min_size=1, max_size=20))
def test_a_file_with_more_at_its_end_is_refused(more):
    for wrong in (idx(IMAGES) + more, gzip.compress(idx(IMAGES) + more, mtime=0)):
        assert_refused(lambda wrong=wrong: read_idx(written(wrong)), DataError, "expected an end")


@given(st.data())
def test_a_gzip_file_that_is_cut_off_is_refused(data):
    content = gzip.compress(idx(IMAGES), mtime=0)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]
    assert_refused(lambda: read_idx(written(cut)), DataError, "read_idx: file")


@given(st.data(), st.integers(1, 255))
def test_a_gzip_file_with_a_changed_byte_is_refused_or_read_right(data, change):
    content = bytearray(gzip.compress(idx(IMAGES), mtime=0))
    content[data.draw(st.integers(0, len(content) - 1))] ^= change
    found = read_or_refused(content)
    if found is not None:
        np.testing.assert_array_equal(found, IMAGES)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x1f\x8b", b"\0\0", b"\0\0\x08\x01"]))
def test_random_bytes_are_refused_or_are_what_they_say(content, begin):
    content = begin + content
    found = read_or_refused(content)
    if found is not None:
        assert found.ndim == content[3]
        assert len(content) == 4 + 4 * found.ndim + found.nbytes


def read_or_refused(content):
    """Return what was read, or None if it was refused in one line that names the file."""
    try:
        return read_idx(written(content))
    except DataError as error:
        words = str(error)
    assert words.startswith("read_idx: file: ")
    assert "\n" not in words
    return None


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=255), st.sampled_from([8, 14]))
def test_sizes_that_the_file_cannot_hold_are_refused(sizes, code):
    head = struct.pack(">BBBB", 0, 0, code, len(sizes))
    content = head + b"".join(struct.pack(">I", size) for size in sizes)
    for wrong in (content, gzip.compress(content, mtime=0)):
        assert_refused(lambda wrong=wrong: read_idx(written(wrong)), DataError, "read_idx: file")


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_huge_announced_size_takes_no_memory(pack):
    head = struct.pack(">BBBBii", 0, 0, 8, 2, 2**31 - 1, 2**31 - 1)
    path = written(pack(head + bytes(1000)))
    assert peak(lambda: assert_refused(lambda: read_idx(path), DataError, "expected")) < 2**20


def test_a_gzip_bomb_is_not_unpacked():
    head = struct.pack(">BBBBi", 0, 0, 8, 1, 16)
    path = written(gzip.compress(head + bytes(2**27), mtime=0), "bomb.gz")
    start = time.perf_counter()
    assert peak(lambda: assert_refused(lambda: read_idx(path), DataError, "more")) < 2**21
    assert time.perf_counter() - start < 1.0


def peak(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "file: the file is empty"),
        (b"\x89PNG\r\n", "begins with the bytes 89 50 4e 47; an IDX file begins with 00 00"),
        (bytes([0, 0, 10, 1]), "begins with the bytes 00 00 0a 01"),
        (bytes([0, 1, 8, 1]), "begins with the bytes 00 01 08 01"),
        (bytes([0, 0, 8, 0]), "announces 0 axes; expected 1 to 64"),
        (bytes([0, 0, 8, 65]), "announces 65 axes; expected 1 to 64"),
        (bytes([0, 0, 8, 1, 0, 0]), "the sizes: expected 4 bytes, but there are only 2"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 0]), "there is nothing in it: its sizes are (0,)"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 3, 1]), "sizes (3,): expected 3 bytes, but there are only 1"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 1, 1]), "expected an end after 9 bytes, but there are 10"),
        (
            gzip.compress(b"", mtime=0),
            "the head of an IDX file: expected 4 bytes, but there are only 0",
        ),
        (gzip.compress(idx(IMAGES), mtime=0)[:-9], "the gzip file is cut off or damaged"),
        (gzip.compress(idx(IMAGES), mtime=0) + b"more", "the gzip file is cut off or damaged"),
    ],
)
def test_a_refusal_names_the_file_and_what_was_found(content, text):
    assert_refused(lambda: read_idx(written(content)), DataError, "read_idx: file: ", text)


def test_an_error_has_one_line_whatever_the_file_is_called():
    assert_refused(lambda: read_idx(written(b"", "two\nlines")), DataError, "two?lines")


@pytest.mark.parametrize("read", [read_idx, read_cifar10, mnist, cifar10])
def test_a_file_or_folder_that_is_not_there_is_an_os_error(read):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read("nowhere")


@pytest.mark.parametrize("read", [read_idx, read_cifar10, mnist, cifar10])
@pytest.mark.parametrize("wrong", [0, None, 1.5, [], b"file", "a\0b"])
def test_what_is_not_a_path_is_refused(read, wrong):
    assert_refused(lambda: read(wrong), ag.OptionError, read.__name__, "path")


@pytest.mark.parametrize("read", [read_idx, read_cifar10])
def test_a_folder_is_refused(read, tmp_path):
    assert_refused(lambda: read(tmp_path), ag.DataError, f"{tmp_path.name} is a directory")


@pytest.mark.parametrize("read", [mnist, cifar10])
def test_a_file_is_not_a_folder(read):
    with pytest.raises(NotADirectoryError, match="some_file"):
        read(written(b"1", "some_file"))


LABELS = np.array([3, 0, 9], np.uint8)
TEST_IMAGES, TEST_LABELS = IMAGES[:2, ::-1], np.array([1, 2], np.uint8)
FOUR = {
    "train-images-idx3-ubyte": IMAGES,
    "train-labels-idx1-ubyte": LABELS,
    "t10k-images-idx3-ubyte": TEST_IMAGES,
    "t10k-labels-idx1-ubyte": TEST_LABELS,
}


def put_mnist(folder, name=str, pack=bytes, **changed):
    for stem, array in FOUR.items():
        array = changed.get(stem.replace("-", "_").rsplit("_idx")[0], array)
        (folder / name(stem)).write_bytes(pack(idx(array)))
    return folder


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    "name",
    [
        str,
        lambda stem: stem + ".gz",
        lambda stem: stem.replace("-idx", ".idx"),
        lambda stem: stem.replace("-idx", ".idx") + ".gz",
    ],
)
def test_mnist_is_read_from_files_of_every_usual_name(tmp_path, name, pack):
    train, test = mnist(put_mnist(tmp_path, name, pack))
    for data, images, labels in ((train, IMAGES, LABELS), (test, TEST_IMAGES, TEST_LABELS)):
        assert data.inputs.dtype == np.float32
        assert data.targets.dtype == np.int64
        np.testing.assert_allclose(data.inputs[:, 0], images / 255, rtol=1e-7)
        np.testing.assert_array_equal(data.targets, labels)
        assert data.classes == tuple("0123456789")


def test_white_is_exactly_one(tmp_path):
    train, _ = mnist(put_mnist(tmp_path, train_images=np.full((3, 4, 5), 255, np.uint8)))
    assert (train.inputs == 1).all()


def test_sets_with_more_classes_are_named_to_the_last(tmp_path):
    folder = put_mnist(tmp_path, t10k_labels=np.array([46, 2], np.uint8))
    assert all(data.classes == tuple(map(str, range(47))) for data in mnist(folder))


def test_a_folder_of_the_name_of_a_file_is_passed_over(tmp_path):
    put_mnist(tmp_path, lambda stem: stem + ".gz", gzip.compress)
    (tmp_path / "train-images-idx3-ubyte").mkdir()
    assert len(mnist(tmp_path)[0]) == 3


def test_all_missing_files_are_named(tmp_path):
    put_mnist(tmp_path)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    (tmp_path / "t10k-images-idx3-ubyte").unlink()
    lacks = "lacks train-labels-idx1-ubyte, t10k-images-idx3-ubyte;"
    assert_refused(lambda: mnist(tmp_path), DataError, f"mnist: {tmp_path} {lacks}")


@pytest.mark.parametrize(
    ("changed", "texts"),
    [
        (
            {"train_labels": LABELS[:2]},
            ["train-labels-idx1-ubyte: expected 3 labels", "found 2"],
        ),
        (
            {"t10k_images": TEST_LABELS},
            ["t10k-images", "expected images", "number 2051, but found uint8 of shape (2,)"],
        ),
        (
            {"t10k_labels": TEST_IMAGES},
            ["t10k-labels", "number 2049, but found uint8 of shape (2, 4, 5)"],
        ),
        ({"train_images": IMAGES.astype(float)}, ["train-images", "but found float64"]),
        (
            {"t10k_images": TEST_IMAGES[:, :2]},
            ["t10k-images", "expected images of (4, 5)", "found (2, 5)"],
        ),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path, changed, texts):
    put_mnist(tmp_path, **changed)
    assert_refused(lambda: mnist(tmp_path), DataError, "mnist: ", *texts)


def test_a_damaged_file_of_four_is_named(tmp_path):
    put_mnist(tmp_path)
    with open(tmp_path / "t10k-labels-idx1-ubyte", "ab") as file:
        file.write(b"1")
    assert_refused(lambda: mnist(tmp_path), DataError, "t10k-labels-idx1-ubyte: expected an end")


def records(count, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count)
    planes = rng.integers(0, 256, (count, 3, 32, 32))
    content = b"".join(
        struct.pack("B", label) + bytes(image.ravel().tolist())
        for label, image in zip(labels.tolist(), planes, strict=True)
    )
    return labels, planes, content


def test_records_of_cifar_are_read_as_they_were_written():
    labels, planes, content = records(4)
    data = read_cifar10(written(content))
    assert data.inputs.dtype == np.float32
    np.testing.assert_array_equal(data.targets, labels)
    np.testing.assert_allclose(data.inputs, planes / 255, rtol=1e-7)
    assert data.classes[3] == "cat"
    assert len(data.classes) == 10


def test_red_comes_first():
    content = bytes([0]) + bytes([255] * 1024 + [0] * 2048)
    (image,) = read_cifar10(written(content)).inputs
    assert (image[0] == 1).all()
    assert not image[1:].any()


@given(st.integers(0, 2 * 3073 + 5))
def test_no_whole_number_of_records_is_refused(size):
    path = written(bytes(size))
    if size in (3073, 2 * 3073):
        assert len(read_cifar10(path)) == size // 3073
    else:
        text = "records of 3073 bytes, but found" if size else "the file is empty"
        assert_refused(lambda: read_cifar10(path), DataError, "read_cifar10: file: ", text)


@given(st.integers(10, 255), st.integers(0, 2))
def test_a_class_above_nine_is_refused(label, number):
    content = bytearray(3 * 3073)
    content[number * 3073] = label
    found = f"found {label} in record {number}"
    assert_refused(lambda: read_cifar10(written(content)), DataError, "from 0 to 9", found)


def test_compressed_records_are_refused_with_the_remedy():
    content = gzip.compress(records(1)[2], mtime=0)
    assert_refused(lambda: read_cifar10(written(content)), DataError, "unpack it first")


def put_cifar(folder):
    parts = [records(2, seed) for seed in range(6)]
    names = [f"data_batch_{number}.bin" for number in range(1, 6)] + ["test_batch.bin"]
    for name, (_, _, content) in zip(names, parts, strict=True):
        (folder / name).write_bytes(content)
    return parts


def test_the_batches_of_cifar_come_one_after_another(tmp_path):
    parts = put_cifar(tmp_path)
    train, test = cifar10(tmp_path)
    np.testing.assert_array_equal(
        train.targets, np.concatenate([labels for labels, *_ in parts[:5]])
    )
    planes = np.concatenate([planes for _, planes, _ in parts])
    np.testing.assert_allclose(train.inputs, planes[:10] / 255, rtol=1e-7)
    np.testing.assert_allclose(test.inputs, planes[10:] / 255, rtol=1e-7)


def test_missing_batches_of_cifar_are_named(tmp_path):
    put_cifar(tmp_path)
    os.remove(tmp_path / "data_batch_2.bin")
    os.remove(tmp_path / "test_batch.bin")
    texts = f"cifar10: {tmp_path} lacks data_batch_2.bin, test_batch.bin"
    assert_refused(lambda: cifar10(tmp_path), DataError, texts)
