"""A chosen cell outlines the cells it was made from and their factors, and the equation adds up."""

import re

import numpy as np
import pytest

import autograd as ag
from tests.browser import graphs
from tests.gallery import variable

# A kernel without any symmetry tells correlation from convolution.
LOPSIDED = np.arange(1.0, 10.0).reshape(3, 3)


@pytest.fixture
def at_event(open_page):
    """Return a function that opens a trace at the event of some kind, operation and position."""

    def opened(trace, kind, operation, position=None):
        def wanted(event):
            made_by = trace.graph[event.node].primitive
            return (event.kind, event.position) == (kind, position) and (
                made_by is not None and made_by.name == operation
            )

        at = next(i for i, event in enumerate(trace) if wanted(event))
        return open_page(ag.draw(trace, at=at).html)

    return opened


def cell(reader, pane, index):
    return reader(f'td[data-pane="{pane}"][data-index="{index}"]')


def chosen(reader, pane, index):
    """Choose a cell; return which others are lit, by pane."""
    cell(reader, pane, index).focus()
    return lit(reader)


def lit(reader):
    found = {}
    for pane, index in reader.run(
        "() => [...document.querySelectorAll('td.related')]"
        ".map((td) => [td.dataset.pane, Number(td.dataset.index)])"
    ):
        found.setdefault(pane, set()).add(index)
    return found


def check_told(reader, value):
    """The sum of local x upstream adds up to the cell, and that is what it should be."""
    _, terms, total = reader.text(".products").split(" = ")
    pairs = re.findall(r"\(?([^\s()]+)\)?\s×\s\(?([^\s()]+)\)?", terms)
    summed = sum(float(local) * float(upstream) for local, upstream in pairs)
    assert summed == pytest.approx(float(total), rel=1e-5, abs=1e-5)  # factors have six digits
    assert float(total) == pytest.approx(value)


def window(row, column):
    """The cells of a 5x5 image under a 3x3 kernel that begins here."""
    return {(row + i) * 5 + column + j for i in range(3) for j in range(3)}


def size(trace, name):
    return next(n for n in trace.graph if n.name == name).value


@pytest.mark.parametrize("kernel", [graphs.KERNEL, LOPSIDED], ids=["lecture", "lopsided"])
def test_an_output_of_a_convolution_lights_its_window_and_the_whole_kernel(at_event, kernel):
    reader = at_event(graphs.convolution(kernel), "forward", "conv")
    reader.press("x")
    for index in range(9):
        row, column = divmod(index, 3)
        assert chosen(reader, "out", index) == {"in0": window(row, column), "in1": set(range(9))}
        patch = graphs.IMAGE[row : row + 3, column : column + 3]
        check_told(reader, np.sum(patch * kernel))


def test_the_feature_map_is_the_one_of_the_lecture(at_event):
    reader = at_event(graphs.convolution(), "forward", "conv")
    shown = [cell(reader, "out", i).inner_text() for i in range(9)]
    assert shown == [f"{v:.2f}" for v in (4, 3, 4, 2, 4, 3, 2, 3, 4)]


@pytest.mark.parametrize("kernel", [graphs.KERNEL, LOPSIDED], ids=["lecture", "lopsided"])
def test_a_gradient_of_the_image_lights_the_outputs_whose_window_covers_it(at_event, kernel):
    reader = at_event(graphs.convolution(kernel), "vjp", "conv", 0)
    reader.press("x")
    for index in range(25):
        covering = {k for k in range(9) if index in window(*divmod(k, 3))}
        row, column = divmod(index, 5)
        steps = [(row - k // 3, column - k % 3) for k in covering]
        assert chosen(reader, "gift", index) == {
            "up": covering,
            "in1": {3 * i + j for i, j in steps},
        }
        weights = [
            kernel[row - i, column - j]
            for i in range(3)
            for j in range(3)
            if 0 <= row - i < 3 and 0 <= column - j < 3
        ]
        check_told(reader, sum(weights))


def test_the_gradient_of_the_image_is_the_one_of_the_lecture(at_event):
    reader = at_event(graphs.convolution(), "vjp", "conv", 0)
    shown = [cell(reader, "gift", i).inner_text() for i in range(25)]
    rows = ("11211", "12321", "23532", "12321", "11211")
    assert shown == [f"{int(v):.2f}" for row in rows for v in row]


def test_a_gradient_of_the_kernel_lights_all_outputs(at_event):
    reader = at_event(graphs.convolution(), "vjp", "conv", 1)
    reader.press("x")
    gradients = [6, 7, 6, 4, 7, 7, 4, 6, 6]
    for index, value in enumerate(gradients):
        assert chosen(reader, "gift", index) == {
            "up": set(range(9)),
            "in0": window(*divmod(index, 3)),
        }
        check_told(reader, value)


def test_an_upstream_cell_lights_the_window_that_it_flows_back_to(at_event):
    reader = at_event(graphs.convolution(), "vjp", "conv", 0)
    assert chosen(reader, "up", 4) == {"gift": window(1, 1)}


# Matrix products and sums


def test_a_cell_of_a_matrix_product_lights_its_row_and_column(at_event):
    trace = graphs.layer()
    reader = at_event(trace, "forward", "matmul")
    reader.press("x")
    product = size(trace, "x") @ size(trace, "W")
    for i, j in np.ndindex(2, 4):
        assert chosen(reader, "out", 4 * i + j) == {
            "in0": {3 * i + k for k in range(3)},
            "in1": {4 * k + j for k in range(3)},
        }
        check_told(reader, product[i, j])
        first = re.search(r"= \(?([^\s()]+)", reader.text(".products"))[1]
        assert float(first) == pytest.approx(size(trace, "x")[i, 0], rel=1e-5)


def test_a_gradient_of_the_left_matrix_lights_rows_upstream_and_of_the_right_one(at_event):
    reader = at_event(graphs.layer(), "vjp", "matmul", 0)
    for i, k in np.ndindex(2, 3):
        assert chosen(reader, "gift", 3 * i + k) == {
            "up": {4 * i + j for j in range(4)},
            "in1": {4 * k + j for j in range(4)},
        }


def test_a_gradient_of_the_right_matrix_lights_columns_upstream_and_of_the_left_one(at_event):
    reader = at_event(graphs.layer(), "vjp", "matmul", 1)
    for k, j in np.ndindex(3, 4):
        assert chosen(reader, "gift", 4 * k + j) == {
            "up": {4 * i + j for i in range(2)},
            "in0": {3 * i + k for i in range(2)},
        }


@pytest.mark.parametrize("position", [0, 1])
def test_the_factors_written_out_are_those_that_are_outlined(at_event, position):
    reader = at_event(graphs.layer(), "vjp", "matmul", position)
    other = f"in{1 - position}"
    for index in range(6):
        outlined = chosen(reader, "gift", index)
        for pane, kind in ((other, "value"), ("up", "gradient")):
            numbers = [cell(reader, pane, i).inner_text() for i in sorted(outlined[pane])]
            told = reader(f".products .{kind}").all_inner_texts()[: len(numbers)]
            assert [text.strip("()") for text in told] == numbers


def test_the_largest_cell_is_chosen_from_the_start(at_event):
    trace = graphs.layer()
    reader = at_event(trace, "vjp", "matmul", 1)
    event = next(e for e in reversed(trace.events) if e.kind == "vjp")
    largest = int(np.argmax(np.abs(event.value)))
    assert reader("td.chosen").get_attribute("data-index") == str(largest)
    assert reader("td.chosen").get_attribute("data-pane") == "gift"
    assert f"= {event.value.flat[largest]:.2f}" in reader.text(".products")


def test_alt_and_arrows_move_the_chosen_cell_at_every_event(at_event):
    trace = graphs.layer()
    reader = at_event(trace, "forward", "matmul")
    moved = 0
    for at in range(2, len(trace)):
        if not reader.go(at)("td.chosen").count() or np.ndim(trace.events[at].value) == 0:
            continue
        moved += 1
        seen = [reader("td.chosen").get_attribute("aria-label")]
        for key in ("Left", "Up", "Right", "Down"):
            reader.press(f"Alt+Arrow{key}")
            seen.append(reader("td.chosen").get_attribute("aria-label"))
        assert reader.at == at
        assert len(set(seen)) > 1
    assert moved == 15


def test_an_element_of_an_elementwise_operation_is_computed_from_elements(at_event):
    reader = at_event(ag.trace(ag.sum(ag.exp(variable([0.5, 1.0], "x")))), "forward", "exp")
    assert "exp(1.00) = 2.72" in reader.text(".products")


def test_the_matrices_stand_in_the_order_of_the_rule_with_operators_between(at_event):
    reader = at_event(graphs.layer(), "forward", "matmul")
    row = "() => [...document.querySelector('.panes .row').children].map((e) => e.innerText[0])"
    assert reader.run(row) == ["x", "@", "W", "=", "a"]


def test_a_bias_is_used_in_every_row(at_event):
    reader = at_event(graphs.layer(), "forward", "add")
    for i, j in np.ndindex(2, 4):
        assert chosen(reader, "out", 4 * i + j) == {"in0": {4 * i + j}, "in1": {j}}
    assert chosen(reader, "in1", 2) == {"out": {2, 6}}


def test_the_gradient_of_a_bias_is_summed_over_the_rows(at_event):
    trace = graphs.layer()
    reader = at_event(trace, "vjp", "add", 1)
    reader.press("x")
    upstream = 2 * (size(trace, "x") @ size(trace, "W") + size(trace, "b"))
    for j in range(4):
        assert chosen(reader, "gift", j) == {"up": {j, 4 + j}, "local": {j, 4 + j}}
        check_told(reader, upstream[:, j].sum())
    assert "summed over" in reader.text(".card")


ROUTED = np.array([[1.0, 5.0, 2.0], [7.0, -1.0, 6.0]])


def test_a_maximum_lights_the_winner_alone(at_event):
    trace = ag.trace(ag.max(variable(ROUTED, "x")))
    reader = at_event(trace, "forward", "max")
    assert chosen(reader, "out", 0) == {"in0": {3}}


def test_a_maximum_routes_the_gradient_to_the_winner_of_each_row(at_event):
    trace = ag.trace(ag.sum(ag.max(variable(ROUTED, "x"), axis=1) * np.array([10.0, 20.0])))
    reader = at_event(trace, "vjp", "max", 0)
    winners = {1: 0, 3: 1}
    for index in range(6):
        expected = {"up": {winners[index]}} if index in winners else {}
        assert chosen(reader, "gift", index) == expected
    assert "nothing = 0.00" in reader.text(".products")


def test_a_sum_over_an_axis_lights_that_axis(at_event):
    trace = ag.trace(ag.sum(ag.sum(variable(ROUTED, "x"), axis=0) ** 2))
    forward = at_event(trace, "forward", "sum")
    for j in range(3):
        assert chosen(forward, "out", j) == {"in0": {j, 3 + j}}
        check_told(forward, ROUTED[:, j].sum())
    inner = [i for i, e in enumerate(trace) if e.kind == "vjp"][-1]
    back = forward.go(inner)
    for index in range(6):
        assert chosen(back, "gift", index) == {"up": {index % 3}}


def test_a_cell_of_the_running_sum_lights_what_was_there(open_page):
    x = variable([1.0, 2.0], "x")
    trace = ag.trace(ag.sum(x * 2.0) + ag.sum(x * 3.0))
    at = next(i for i, e in enumerate(trace) if e.before is not None)
    assert chosen(open_page(ag.draw(trace, at=at).html), "now", 1) == {
        "before": {1},
        "gift": {1},
    }


# Reading cells


def test_arrow_keys_move_from_cell_to_cell_and_not_through_the_trace(at_event):
    reader = at_event(graphs.convolution(), "forward", "conv")
    at = reader.at
    cell(reader, "out", 0).focus()
    for key, index in [
        ("ArrowRight", 1),
        ("ArrowDown", 4),
        ("ArrowLeft", 3),
        ("ArrowLeft", 3),
        ("ArrowUp", 0),
        ("ArrowUp", 0),
    ]:
        reader.press(key)
        focused = reader.run("() => ({ ...document.activeElement.dataset })")
        assert focused == {"pane": "out", "index": str(index)}
        assert lit(reader)["in0"] == window(*divmod(index, 3))
    assert reader.at == at


def test_each_tensor_is_one_stop_of_the_tab_key(at_event):
    reader = at_event(graphs.convolution(), "forward", "conv")
    cell(reader, "in0", 0).focus()
    reader.press("ArrowRight", "ArrowRight", "Tab")
    assert reader.run("() => document.activeElement.dataset.pane") == "in1"
    reader.press("Shift+Tab")
    assert reader.run("() => document.activeElement.dataset.index") == "2"


def test_pointing_at_a_cell_chooses_it(at_event):
    reader = at_event(graphs.convolution(), "forward", "conv")
    cell(reader, "out", 8).hover()
    assert lit(reader)["in0"] == window(2, 2)


def test_every_cell_says_its_place_and_number(at_event):
    reader = at_event(graphs.convolution(), "forward", "conv")
    assert cell(reader, "out", 5).get_attribute("aria-label").endswith("[0, 0, 1, 2] = 3.00")


def test_numbers_make_no_pane(open_page):
    reader = open_page(ag.draw(graphs.fan_out()).html)
    for at in range(reader.last + 1):
        assert not reader.go(at)(".panes").is_visible()


def test_a_large_tensor_says_that_it_is_too_large(open_page):
    reader = open_page(ag.draw(graphs.large(), at=0).html)
    reader.press("ArrowRight", "ArrowRight")
    assert "too large to show cell by cell" in reader.text(".panes")


def test_tensors_beyond_the_room_of_a_page_are_named_and_nothing_breaks(open_page):
    y = ag.tensor(np.full((30, 30), 0.5), requires_grad=True, name="x")
    for _ in range(20):
        y = ag.sin(y)
    reader = open_page(ag.draw(ag.sum(y), at=-1).html)
    reader.press("p")
    notes = 0
    for _ in range(reader.last + 1):
        reader(".stage").focus()
        reader.press("ArrowRight")
        notes += reader(".pane .note").count()
    assert notes > 10
