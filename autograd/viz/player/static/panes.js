/* Panes: the tensors of one event as an equation, and of one cell the cells it was made from. */

const SLICES = 12;
const WRITTEN = 8;
const HEAT_MAP = 190; /* pixels of a heat map, if its cells can be that small */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function makePanes(score, place, options) {
  const box = make("section", { class: "panes", "aria-label": "Tensors of this step" });
  const products = make("p", { class: "products", role: "status" });
  const { scene } = makeScenes(score);
  let cells = new Map();
  let shown = { lines: [], links: [] };
  let chosenCell = null;

  const paneOf = (key) => shown.lines.flat().find((p) => p.key === key);
  const number = (x) => score.show(x, options.exact);

  function update() {
    shown = scene(place.at);
    box.hidden = !shown.lines.flat().some((p) => p.key && score.array(p.value));
    cells = new Map();
    chosenCell = null;
    if (box.hidden) return;
    const hidden = (p) => place.waiting && ["gift", "now"].includes(p.key);
    box.replaceChildren(products, ...shown.lines.map((line) => make("div", { class: "row" },
      line.map((p) => p.sign ? make("span", { class: "operator" }, p.sign)
        : hidden(p) ? make("span", { class: "operator" }, "?") : drawn(p)))));
    begin();
  }

  /* The largest cell is chosen from the start; a screen reader hears of it once it is moved. */
  function begin() {
    products.replaceChildren();
    products.setAttribute("aria-live", "off");
    const list = cells.get(shown.result);
    const values = list && score.numbers(paneOf(shown.result).value);
    const largest = values && values.length && shown.links.length ? largestCell(values) : null;
    if (largest !== null && list[largest]) choose(shown.result, largest); /* of many slices the last are not shown */
    products.setAttribute("aria-live", "polite");
  }

  function drawn(p) {
    const many = score.array(p.value);
    const shape = !many ? ""
      : many.shape.length === 1 ? " (" + many.shape[0] + ",)" : " " + shapeOf(p, many).join("x");
    const frame = make("figure", { class: "pane " + p.role + (p.key === shown.result ? " result" : "") },
      make("figcaption", {}, p.title, make("span", { class: "shape" }, shape)));
    if (many && !many.data) frame.append(make("p", { class: "note" }, "too large to show cell by cell"));
    else frame.append(...(many ? slices(p, many) : [single(p)]));
    return frame;
  }

  function shapeOf(p, many) {
    const { shape } = many;
    return p.turn ? [...shape.slice(0, -2), shape.at(-1), shape.at(-2)] : shape;
  }

  function single(p) {
    const one = make("td", {}, number(p.value));
    register(one, p, 0, []);
    return make("table", { class: "cells one" }, make("tbody", {}, make("tr", {}, one)));
  }

  /* A matrix is a table; more axes are a table for each index of the first ones. */
  function slices(p, many) {
    const shape = many.shape.length ? many.shape : [1];
    const [rows, columns] = [shape.length > 1 ? shape.at(-2) : 1, shape.at(-1)];
    const count = many.data.length / (rows * columns) || 0;
    const tables = [];
    for (let k = 0; k < Math.min(count, SLICES); k += 1) tables.push(table(p, many, k, rows, columns));
    if (count > SLICES) tables.push(make("span", { class: "note" }, "+" + (count - SLICES)));
    return [make("div", { class: "slices" }, tables)];
  }

  /* A transposed matrix has the cells of its own, row by row and column by column. */
  function table(p, many, k, rows, columns) {
    const most = many.data.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0);
    const at = (i, j) => (k * rows + i) * columns + j;
    const line = (length, place) => make("tr", {},
      Array.from({ length }, (_, j) => cell(p, many, place(j), most)));
    const lines = p.turn
      ? Array.from({ length: columns }, (_, j) => line(rows, (i) => at(i, j)))
      : Array.from({ length: rows }, (_, i) => line(columns, (j) => at(i, j)));
    const made = make("table", { class: "cells" }, make("tbody", {}, lines));
    const side = Math.max(7, Math.min(16, Math.floor(HEAT_MAP / Math.max(rows, columns))));
    made.style.setProperty("--side", side + "px");
    return made;
  }

  function cell(p, many, index, most) {
    const { shape } = many;
    const spelled = options.exact || Math.max(shape.at(-1) || 1, shape.at(-2) || 1) <= WRITTEN;
    const text = score.show(many.data[index], options.exact, many.dtype);
    const made = make("td", { class: spelled ? "" : "small" }, spelled ? text : "");
    shade(made, many.data[index], most);
    register(made, p, index, score.unravel(index, shape.length ? shape : [1]), text);
    return made;
  }

  function shade(made, value, most) {
    if (typeof value !== "number") {
      made.classList.add("bad");
      return;
    }
    const share = most ? Math.abs(value) / most : 0;
    made.style.setProperty("--share", (share * 100).toFixed(0) + "%");
    made.classList.add(value < 0 ? "minus" : "plus");
  }

  function register(made, p, index, where, text) {
    if (!cells.has(p.key)) cells.set(p.key, []);
    cells.get(p.key)[index] = made;
    made.tabIndex = index === 0 ? 0 : -1;
    made.dataset.pane = p.key;
    made.dataset.index = index;
    made.setAttribute("aria-label", nameOf(p, where) + " = " + (text || made.textContent));
  }

  const nameOf = (p, where) =>
    p.title.replace("ᵀ", "") + (where.length ? " [" + where.join(", ") + "]" : "");

  /* Outline what a cell was made from, or what was made from it, and say it as a sum. */
  function choose(key, index) {
    for (const list of cells.values()) {
      for (const made of list) if (made) made.classList.remove("chosen", "related");
    }
    chosenCell = cells.get(key)[index];
    chosenCell.classList.add("chosen");
    const sums = [];
    for (const link of shown.links) {
      if (link.from === key) sums.push(follow(link, index));
      else if (link.to === key) back(link, index);
    }
    if (key === "gift") markFactors(index);
    say(chosenCell, sums.filter(Boolean));
  }

  /* By either input, a product of two is the same sum; by the second, it is in the order of both. */
  function say(made, sums) {
    const label = made.getAttribute("aria-label");
    const [name, value] = label.split(/ = (?=[^=]*$)/);
    const role = { text: value, kind: (paneOf(made.dataset.pane) || {}).role };
    const sum = sums.findLast((parts) => parts.length > 1) || sums[0];
    const parts = !sum ? [{ text: name + " = " }, role]
      : sum.aside ? [{ text: name + " = " }, role, ...sum.aside]
        : [{ text: name + " = " }, ...sum, { text: " = " }, role];
    products.replaceChildren(...parts.map(({ text, kind }) => make("span", { class: kind }, text)));
  }

  const mark = (key, index) => {
    const made = (cells.get(key) || [])[index];
    if (made) made.classList.add("related");
  };

  function follow(link, index) {
    const columns = link.rows ? link.rows.columns[index] : [index];
    for (const column of columns) mark(link.to, column);
    if (!link.rows) return null;
    if (link.forward && !link.rows.linear) return substituted(index) || from(link, columns.length);
    const values = score.numbers(paneOf(link.to).value);
    const role = paneOf(link.to).role;
    return sumOfProducts(columns, link.rows.factors[index], values, number,
      { factor: "value", value: role });
  }

  /* Of an operation element by element, its formula with the elements. */
  function substituted(index) {
    const links = shown.links.filter((link) => link.forward);
    const single = links.every((link) => link.rows.columns[index].length === 1);
    if (!single || links.length !== shown.node.inputs.length) return null;
    return shown.lines[0].slice(0, -2).map((p) => {
      if (p.sign) return { text: (" " + p.sign + " ").replace(/ (?=[),])|(?<=[(]) /g, "") };
      const link = links.find((other) => other.to === p.key);
      return { text: number(score.numbers(p.value)[link.rows.columns[index][0]]), kind: "value" };
    });
  }

  const from = (link, count) => ({
    aside: [{ text: ", from " + count + (count === 1 ? " cell of " : " cells of ") +
      paneOf(link.to).title }],
  });

  function markFactors(index) {
    const link = shown.links.find((other) => other.from === "gift");
    for (const [key, factor] of shown.factors || []) {
      for (const out of link.rows.columns[index]) mark(key, factor(out, index));
    }
  }

  function back(link, index) {
    if (!link.rows) {
      mark(link.from, index);
      return;
    }
    link.rows.columns.forEach((row, made) => {
      if (row.includes(index)) mark(link.from, made);
    });
  }

  const cellOf = (target) => target.closest && target.closest("td[data-pane]");
  const focusCell = (made) => choose(made.dataset.pane, Number(made.dataset.index));

  function neighbour(made, [down, right]) {
    const line = made.parentElement;
    const lines = [...line.parentElement.rows];
    const next = lines[lines.indexOf(line) + down];
    return next && next.cells[made.cellIndex + right];
  }

  /* Move the chosen cell, wherever the focus is; whether there is one to move. */
  function move(key) {
    if (!chosenCell || !MOVES[key] || box.hidden) return false;
    const there = neighbour(chosenCell, MOVES[key]);
    if (there && box.contains(document.activeElement)) focusOn(chosenCell, there);
    else if (there) focusCell(there);
    return true;
  }

  function focusOn(made, there) {
    made.tabIndex = -1;
    there.tabIndex = 0;
    there.focus();
  }

  for (const kind of ["pointerover", "focusin"]) {
    box.addEventListener(kind, (event) => {
      const made = cellOf(event.target);
      if (made) focusCell(made);
    });
  }
  box.addEventListener("click", (event) => {
    const made = cellOf(event.target);
    if (made) made.focus();
  });
  box.addEventListener("keydown", (event) => {
    const made = cellOf(event.target);
    if (!made || !MOVES[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    const there = neighbour(made, MOVES[event.key]);
    if (there) focusOn(made, there);
  });

  place.listen((why) => {
    if (why !== "select" && why !== "breakpoints" && why !== "play") update();
  });
  return { box, update, move };
}
