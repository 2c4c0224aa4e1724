"""Examples from CSV files, from folders of images and from pandas."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


@pytest.fixture
def read(tmp_path):
    def run(text, *args, **options):
        path = tmp_path / "table.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return nn.data.read_csv(path, *args, **options)

    return run


def test_words_become_classes_in_their_alphabetical_order(read):
    data = read("x,kind,y\n1,dog,2.5\n-3e2,cat,0\n0.5,dog,1\n", "kind")
    np.testing.assert_array_equal(data.inputs, [[1, 2.5], [-300, 0], [0.5, 1]])
    np.testing.assert_array_equal(data.targets, [1, 0, 1])
    assert data.classes == ("cat", "dog")


@pytest.mark.parametrize(
    ("cells", "dtype"), [(["3", "0", "1"], np.int64), (["3", "0.0", "1"], np.float64)]
)
def test_whole_numbers_are_classes_and_others_numbers(read, cells, dtype):
    data = read("x,y\n" + "".join(f"1,{cell}\n" for cell in cells), "y")
    assert data.targets.dtype == dtype
    np.testing.assert_array_equal(data.targets, [3, 0, 1])


def test_columns_are_chosen_by_name(read):
    text = '\ufeffid;"a; b"; c ;d\r\nn1;1;2;3\r\n\r\nn2;4;5;6\r\n'
    data = read(text, ["c", "d"], inputs=["a; b"], delimiter=";")
    np.testing.assert_array_equal(data.inputs, [[1], [4]])
    np.testing.assert_array_equal(data.targets, [[2, 3], [5, 6]])


def test_columns_may_be_called_by_numbers(read):
    assert read("0,1,2\n1.5,2,0\n", "2").inputs.tolist() == [[1.5, 2.0]]


BAD = {
    "word": ("x,y\n1,2\nred,3\n", "line 3, column 'x': 'red' is not a finite number"),
    "empty": ("x,y\n1,2\n,3\n", "line 3, column 'x': '' is not a finite number; fill it in"),
    "nan": ("x,y\n1,2\nnan,3\n", "'nan' is not a finite number"),
    "underscore": ("x,y\n1_0,2\n", "'1_0' is not a finite number"),
    "lines in cells": ('x,y\n1,"a\nb"\nz,c\n', "line 4, column 'x': 'z'"),
    "no target": ("x,y\n1,2\n3,\n", "line 3, column 'y': '' is empty"),
    "mixed target": ("x,y\n1,2\n3,two\n", "'two' is not a number, and others are"),
    "short": ("x,y\n1,2\n3\n", "line 3 has 1 cells, and the first 2"),
    "target in capitals": ("x,Y\n1,red\n", "no column 'y'; did you mean Y?; there are x, Y"),
    "other column": ("x,z\n1,2\n", "no column 'y'"),
    "no names": ("1.5,2,0\n2.5,3,1\n", "the first line must name the columns"),
    "twice": ("x,y,x\n1,2,3\n", "two columns are called 'x'"),
    "no rows": ("x,y\n", "there are no rows"),
    "nothing": ("", "there are no rows"),
    "delimiter": ("x;y\n1;2\n", "only one column, 'x;y'; write delimiter=';'"),
    "quotes": ('x,y\n"1"2,3\n', "not a CSV file in UTF-8"),
    "bytes": (b"x,y\n\xff,1\n", "not a CSV file in UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_one_line_with_its_place(read, name):
    text, message = BAD[name]
    assert_refused(lambda: read(text, "y"), nn.DataError, "read_csv: ", "table.csv: ", message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "y", "delimiter": ""}, "must be one character"),
        ({"target": []}, "choose a column for the target"),
        ({"target": 1}, "target=1 must be the name of a column"),
        ({"target": "y", "inputs": [0]}, "inputs=[0] must be the name of a column"),
        ({"target": "y", "inputs": []}, "choose a column for the target"),
        ({"target": "y", "inputs": ["x", "y"]}, "'y' is an input and the target"),
    ],
)
def test_bad_options_are_one_line(read, options, message):
    assert_refused(lambda: read("x,y\n1,2\n", **options), ag.OptionError, message)


# Images


@pytest.fixture
def folder(tmp_path):
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for kind in ("b", "a"):
        (tmp_path / kind).mkdir()
        for name in ("2", "1"):
            pixels = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
            image.fromarray(pixels).save(tmp_path / kind / f"{name}.png")
    return tmp_path


def pixels(path):
    from PIL import Image

    with Image.open(path) as file:
        return np.moveaxis(np.asarray(file), -1, 0) / np.float32(255)


def test_each_folder_is_a_class_and_files_are_sorted(folder):
    (folder / "a" / ".DS_Store").write_bytes(b"hidden")
    for name in ("Thumbs.db", "desktop.ini", "._1.png"):
        (folder / "b" / name).write_bytes(b"of the system")
    for name in (".git", "__MACOSX"):
        (folder / name).mkdir()
    (folder / "README").write_text("not a folder")
    data = nn.data.image_folder(folder)
    files = ["a/1.png", "a/2.png", "b/1.png", "b/2.png"]
    np.testing.assert_array_equal(data.inputs, [pixels(folder / file) for file in files])
    np.testing.assert_array_equal(data.targets, [0, 0, 1, 1])
    assert data.classes == ("a", "b")
    assert data.inputs.dtype == np.float32


@pytest.mark.parametrize(("size", "sides"), [(3, (3, 3)), ((2, 5), (2, 5))])
def test_images_are_scaled_and_made_grey(folder, size, sides):
    assert nn.data.image_folder(folder, size).inputs.shape == (4, 3, *sides)
    assert nn.data.image_folder(folder, size, grayscale=True).inputs.shape == (4, 1, *sides)


def test_the_side_that_is_up_is_up(folder):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180 degrees
    with Image.open(folder / "a" / "1.png") as image:
        image.save(folder / "a" / "0.png", exif=exif)
    data = nn.data.image_folder(folder)
    np.testing.assert_array_equal(data.inputs[0], data.inputs[1][:, ::-1, ::-1])


def damage(folder, name):
    from PIL import Image

    path = folder / "b" / "3.png"
    if name == "text":
        path.write_text("hello")
    elif name == "cut":
        path.write_bytes((folder / "b" / "2.png").read_bytes()[:60])
    elif name == "other size":
        Image.new("RGB", (5, 5)).save(path)
    elif name == "16 bits":
        Image.new("I;16", (6, 4)).save(path)
    elif name == "folder":
        path.mkdir()
    elif name == "no images":
        (folder / "c").mkdir()


DAMAGED = {
    "text": "3.png is not an image; move it away",
    "cut": "3.png cannot be read: ",
    "other size": "3.png is of 5 x 5, and the first image of 4 x 6; scale all to one size",
    "16 bits": "3.png cannot be read: its mode I;16 has more than 8 bits",
    "folder": "3.png is a folder among images; move it away",
    "no images": "c has no images",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_bad_image_is_one_line_with_its_name(folder, name):
    damage(folder, name)
    assert_refused(lambda: nn.data.image_folder(folder), nn.DataError, DAMAGED[name])


def test_a_folder_without_folders_is_refused(tmp_path):
    pytest.importorskip("PIL.Image")
    message = "has no folders, one for each class"
    assert_refused(lambda: nn.data.image_folder(tmp_path), nn.DataError, message)


# pandas


def frame_of_words(**types):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame({"a": [1.0, 2.0, 0.5], "class": ["dog", "cat", "dog"]}).astype(types)


@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_words_of_pandas_become_classes_in_their_alphabetical_order(kind):
    frame = frame_of_words(**{"class": kind})
    data = nn.data.Dataset(frame[["a"]], frame["class"])
    np.testing.assert_array_equal(data.targets, [1, 0, 1])
    assert data.targets.dtype == np.int64
    assert data.classes == ("cat", "dog")


@pytest.mark.parametrize("words", [["b", "a"], np.array(["b", "a"]), np.array(["b", "a"], "T")])
def test_words_are_numbered_by_the_classes_that_are_given(words):
    data = nn.data.Dataset([[1.0], [2.0]], words, classes=("c", "b", "a"))
    np.testing.assert_array_equal(data.targets, [1, 2])
    assert data.classes == ("c", "b", "a")


def test_a_word_that_is_none_of_the_classes_is_refused():
    text = "Dataset: the targets hold 'Cat', which is not among the classes; did you mean cat?"
    assert_refused(lambda: nn.data.Dataset([1.0], ["Cat"], ["cat", "dog"]), ag.OptionError, text)


def test_something_missing_among_words_is_named():
    frame = frame_of_words(**{"class": "object"})
    frame.loc[1, "class"] = None
    text = "the targets must be numbers, not object, as 'dog' at index (0,)"
    assert_refused(lambda: nn.data.Dataset(frame[["a"]], frame["class"]), ag.OptionError, text)


def test_words_in_a_pair_are_refused_since_two_pairs_might_be_numbered_differently():
    call = lambda: nn.fit(nn.Linear(1, 2), nn.cross_entropy, ([[1.0], [2.0]], ["b", "a"]))  # noqa: E731
    assert_refused(call, ag.OptionError, "fit: the targets are words; nn.data.Dataset(inputs, ")


def test_training_and_validation_data_have_the_same_classes():
    train = nn.data.Dataset([[1.0], [2.0]], ["a", "b"])
    valid = nn.data.Dataset([[1.0], [2.0]], ["b", "c"])
    text = "fit: the classes of the training data are a, b, and those of the validation data b, c"
    assert_refused(
        lambda: nn.fit(nn.Linear(1, 2), nn.cross_entropy, train, valid), ag.OptionError, text
    )


def test_tables_of_pandas_are_arrays():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": [3, 4], "y": [0, 1]}, index=[7, 3])
    data = nn.data.Dataset(frame[["a", "b"]], frame["y"])
    np.testing.assert_array_equal(data.inputs, [[1, 3], [2, 4]])
    np.testing.assert_array_equal(data.targets, [0, 1])
    model = nn.Linear(2, 2, rng=0)
    nn.fit(model, nn.cross_entropy, (frame[["a", "b"]], frame["y"]), epochs=1)
    assert nn.predict(model, frame[["a", "b"]]).shape == (2, 2)


# Targets that are transformed


def test_batches_transform_inputs_and_targets():
    data = (np.arange(4.0), np.arange(4))
    options = {"transform": lambda x, rng: x + 1, "target_transform": lambda t, rng: t * 10}
    ((inputs, targets),) = nn.data.Batches(data, None, shuffle=False, **options)
    np.testing.assert_array_equal(inputs, [1, 2, 3, 4])
    np.testing.assert_array_equal(targets, [0, 10, 20, 30])
    ((inputs, targets),) = nn.data.Batches(
        data, None, shuffle=False, transform=lambda x, t, rng: (x + t, t - x)
    )
    np.testing.assert_array_equal(inputs, [0, 2, 4, 6])
    np.testing.assert_array_equal(targets, [0, 0, 0, 0])


def test_the_training_sees_the_targets_that_were_transformed():
    seen = []

    def loss(outputs, targets):
        seen.append(targets)
        return nn.mse_loss(outputs, targets)

    options = {"epochs": 1, "target_transform": lambda t, rng: t[:, None] / 2}
    nn.fit(nn.Linear(1, 1), loss, (np.ones((4, 1)), np.full(4, 3.0)), **options)
    np.testing.assert_array_equal(seen[0], np.full((4, 1), 1.5))


BAD_TRANSFORMS = {
    "one argument": ({"target_transform": lambda t: t}, "target_transform takes targets and rng"),
    "no function": ({"target_transform": 3}, "target_transform=3 must be a function"),
    "class": ({"transform": nn.data.Joint}, "give an object"),
    "no pair": ({"transform": lambda x, t, rng: x}, "must return a pair of inputs and targets"),
    "fewer": ({"target_transform": lambda t, rng: t[:1]}, "made 1 target of 4"),
    "not masks": ({"transform": nn.data.Joint(nn.data.Flip())}, "targets must be masks"),
}


@pytest.mark.parametrize("name", BAD_TRANSFORMS)
def test_a_bad_transform_is_one_line(name):
    options, message = BAD_TRANSFORMS[name]
    data = (np.ones((4, 1, 2, 2)), np.ones(4))
    assert_refused(lambda: list(nn.data.Batches(data, **options)), ag.GlassgradError, message)
