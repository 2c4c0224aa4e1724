/* Panes: the tensors of one event, cell by cell, and which cells a chosen cell hangs on. */

const SLICES = 12;
const WRITTEN = 8;

function makePanes(score, place, options) {
  const { data } = score;
  const box = make("section", { class: "panes", "aria-label": "Tensors of this step" });
  const told = make("p", { class: "told", role: "status" });
  let cells = new Map();
  let links = [];

  /* What there is to see at an event: tensors, and links from one to another. */
  function scene(at) {
    const event = data.events[at];
    if (!event) return { panes: [], links: [] };
    return event.kind === "forward" ? forwardScene(event)
      : event.kind === "vjp" ? ruleScene(event)
      : event.kind === "accumulate" ? sumScene(event) : { panes: [], links: [] };
  }

  const pane = (key, title, value, role) => ({ key, title, value, role });

  function inputsOf(node) {
    return data.nodes[node].inputs.map((input, position) => ({
      input, position, link: data.cells[node + "-" + position],
    }));
  }

  function forwardScene(event) {
    const node = data.nodes[event.node];
    const panes = [];
    const found = [];
    for (const { input, position, link } of inputsOf(event.node)) {
      panes.push(pane("in" + position, data.nodes[input].word, data.nodes[input].value, "value"));
      const told = score.numbers(event.exact.value) && score.numbers(data.nodes[input].value);
      if (link && told) found.push({ from: "out", to: "in" + position, rows: link, forward: true });
    }
    panes.push(pane("out", node.word, event.exact.value, "value"));
    return { panes, links: found, result: "out" };
  }

  function ruleScene(event) {
    const link = data.cells[event.node + "-" + event.position];
    const panes = [pane("up", data.nodes[event.node].grad + ", upstream",
      event.exact.upstream, "gradient")];
    for (const { input, position } of inputsOf(event.node)) {
      if (position === event.position) continue;
      panes.push(pane("in" + position, data.nodes[input].word, data.nodes[input].value, "value"));
    }
    panes.push(pane("gift", "contribution to " + data.nodes[event.input].grad,
      event.exact.value, "gradient"));
    const told = score.numbers(event.exact.value) && score.numbers(event.exact.upstream);
    const found = link && told
      ? [{ from: "gift", to: "up", rows: turned(link, event), forward: false }] : [];
    return { panes, links: found, result: "gift" };
  }

  function sumScene(event) {
    const panes = [];
    if (event.exact.before !== undefined) {
      panes.push(pane("before", "so far", event.exact.before, "gradient"));
    }
    panes.push(pane("now", data.nodes[event.node].grad, event.exact.value, "gradient"));
    const same = event.exact.before === undefined ? [] : [{ from: "now", to: "before", rows: null }];
    return { panes, links: same, result: "now" };
  }

  /* Backwards the matrix is read by columns: where a gradient comes back from. */
  function turned(link, event) {
    const columns = score.numbers(event.exact.value).map(() => []);
    const factors = columns.map(() => []);
    link.columns.forEach((row, out) => row.forEach((column, k) => {
      columns[column].push(out);
      factors[column].push(link.factors[out][k]);
    }));
    return { columns, factors };
  }

  function update() {
    const { panes, links: found, result } = scene(place.at);
    const tensors = panes.filter((p) => score.array(p.value));
    box.hidden = !tensors.length;
    cells = new Map();
    links = found;
    if (box.hidden) return;
    told.textContent = links.length
      ? "Choose a cell to see which cells it hangs on."
      : "";
    const hide = place.waiting;
    const seen = panes.filter((p) => !(hide && ["gift", "now"].includes(p.key)));
    box.replaceChildren(make("div", { class: "row" }, seen.map((p) => drawn(p, p.key === result))), told);
  }

  function drawn(p, isResult) {
    const many = score.array(p.value);
    const frame = make("figure", { class: "pane " + p.role + (isResult ? " result" : "") },
      make("figcaption", {}, p.title, make("span", { class: "shape" },
        many ? " " + (many.shape.length === 1 ? "(" + many.shape[0] + ",)" : many.shape.join("x"))
          : "")));
    if (!many) {
      const one = make("td", {}, score.show(p.value, options.exact));
      register(one, p, 0, []);
      frame.append(make("table", { class: "cells" }, make("tbody", {}, make("tr", {}, one))));
    } else if (!many.data) {
      frame.append(make("p", { class: "note" }, "too large to show cell by cell"));
    } else {
      frame.append(...slices(p, many));
    }
    return frame;
  }

  /* A matrix is a table; more axes are a table for each index of the first ones. */
  function slices(p, many) {
    const shape = many.shape.length ? many.shape : [1];
    const columns = shape[shape.length - 1];
    const rows = shape.length > 1 ? shape[shape.length - 2] : 1;
    const count = many.data.length / (rows * columns) || 0;
    const written = Math.max(rows, columns) <= WRITTEN;
    const most = many.data.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0);
    const tables = [];
    for (let k = 0; k < Math.min(count, SLICES); k += 1) {
      const body = make("tbody", {});
      for (let i = 0; i < rows; i += 1) {
        const line = make("tr", {});
        for (let j = 0; j < columns; j += 1) {
          const index = (k * rows + i) * columns + j;
          const value = many.data[index];
          const text = score.show(value, options.exact, many.dtype);
          const cell = make("td", { class: written || options.exact ? "" : "small" },
            written || options.exact ? text : "");
          shade(cell, value, most);
          register(cell, p, index, score.unravel(index, shape), text);
          line.append(cell);
        }
        body.append(line);
      }
      tables.push(make("table", { class: "cells" }, body));
    }
    if (count > SLICES) tables.push(make("span", { class: "note" }, "+" + (count - SLICES)));
    return [make("div", { class: "slices" }, tables)];
  }

  function shade(cell, value, most) {
    if (typeof value !== "number") {
      cell.classList.add("bad");
      return;
    }
    const share = most ? Math.abs(value) / most : 0;
    cell.style.setProperty("--share", (share * 100).toFixed(0) + "%");
    cell.classList.add(value < 0 ? "minus" : "plus");
  }

  function register(cell, p, index, where, text) {
    if (!cells.has(p.key)) cells.set(p.key, []);
    cells.get(p.key)[index] = cell;
    cell.tabIndex = index === 0 ? 0 : -1;
    cell.dataset.pane = p.key;
    cell.dataset.index = index;
    cell.setAttribute("aria-label", p.title + (where.length ? " [" + where.join(", ") + "]" : "") +
      " = " + (text || cell.textContent));
  }

  /* Light up what a cell hangs on, or what hangs on it, and say it as a sum. */
  function choose(key, index) {
    for (const list of cells.values()) {
      for (const cell of list) if (cell) cell.classList.remove("chosen", "related");
    }
    cells.get(key)[index].classList.add("chosen");
    const lines = [];
    for (const link of links) {
      if (link.from === key) lines.push(follow(link, index));
      else if (link.to === key) back(link, index);
    }
    const label = cells.get(key)[index].getAttribute("aria-label");
    /* By either input, a product of two is the same sum. */
    const sums = lines.filter((line) => line.includes(" × "));
    told.textContent = sums[0] || lines.filter(Boolean).join("; ") || label;
  }

  const mark = (key, index) => {
    const cell = (cells.get(key) || [])[index];
    if (cell) cell.classList.add("related");
  };

  function follow(link, index) {
    const columns = link.rows ? link.rows.columns[index] : [index];
    for (const column of columns) mark(link.to, column);
    return link.rows ? equation(link, index, columns) : "";
  }

  function back(link, index) {
    if (!link.rows) {
      mark(link.from, index);
      return;
    }
    link.rows.columns.forEach((row, from) => {
      if (row.includes(index)) mark(link.from, from);
    });
  }

  /* [local] x [upstream], summed: the chain rule at one cell. */
  function equation(link, index, columns) {
    const name = cells.get(link.from)[index].getAttribute("aria-label");
    if (link.forward && !link.rows.linear) return name + ", from " + counted(columns.length, link);
    const { panes } = scene(place.at);
    const values = score.numbers(panes.find((p) => p.key === link.to).value);
    const number = (x) => score.show(x, options.exact);
    const terms = columns.slice(0, 9).map((column, k) =>
      "[" + number(link.rows.factors[index][k]) + "] × [" + number(values[column]) + "]");
    const more = columns.length > 9 ? " + " + (columns.length - 9) + " more" : "";
    const sum = terms.join(" + ") + more;
    const [left, right] = name.split(/ = (?=[^=]*$)/);
    return left + " = " + (sum || "nothing") + " = " + right;
  }

  const counted = (count, link) =>
    count + (count === 1 ? " cell of " : " cells of ") +
    scene(place.at).panes.find((p) => p.key === link.to).title;

  function cellOf(target) {
    return target.closest && target.closest("td[data-pane]");
  }

  function focusCell(cell) {
    choose(cell.dataset.pane, Number(cell.dataset.index));
  }

  box.addEventListener("pointerover", (event) => {
    const cell = cellOf(event.target);
    if (cell) focusCell(cell);
  });
  box.addEventListener("focusin", (event) => {
    const cell = cellOf(event.target);
    if (cell) focusCell(cell);
  });
  box.addEventListener("click", (event) => {
    const cell = cellOf(event.target);
    if (cell) cell.focus();
  });
  box.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!cell || !move) return;
    event.preventDefault();
    event.stopPropagation();
    const line = cell.parentElement;
    const lines = [...line.parentElement.rows];
    const next = lines[lines.indexOf(line) + move[0]];
    const there = next && next.cells[cell.cellIndex + move[1]];
    if (there) {
      cell.tabIndex = -1;
      there.tabIndex = 0;
      there.focus();
    }
  });

  place.listen((why) => {
    if (why !== "select" && why !== "breakpoints" && why !== "play") update();
  });
  return { box, update };
}
