/* Fields: the numbers of a leaf to write others into, and a slider that moves one of them. */

const FIELDS = 64; /* numbers that have a field each */

function makeFields(score, engine, numbersAt, change) {
  const { data } = score;
  const box = make("div", {});
  const slider = make("input", { type: "range", oninput: () => {
    change(node, chosen, Number(slider.value));
    box.querySelector('[data-index="' + chosen + '"]').value = brief(Number(slider.value));
  } });
  const name = make("span", {});
  let node = null;
  let chosen = 0;

  const brief = (x) => Number(x.toPrecision(7));

  function nameOf(index) {
    const { word, shape } = data.nodes[node];
    return shape.length ? word + "[" + score.unravel(index, shape).join(", ") + "]" : word;
  }

  /* The slider moves a number by twice its size to either side, and by 1 at least. */
  function choose(index) {
    chosen = index;
    const middle = engine().recorded[node].data[index];
    const room = Math.max(1, 2 * Math.abs(middle)) || 1;
    Object.assign(slider, { min: middle - room, max: middle + room, step: "any", value: numbersAt(node)[index] });
    name.textContent = nameOf(index);
    slider.setAttribute("aria-label", "Move " + nameOf(index));
  }

  function written(field, index) {
    const value = field.value.trim() === "" ? NaN : Number(field.value);
    field.setAttribute("aria-invalid", String(Number.isNaN(value)));
    if (Number.isNaN(value)) return;
    change(node, index, value);
    if (index === chosen) slider.value = value;
  }

  const field = (index) => make("input", { type: "text", inputmode: "decimal",
    value: brief(numbersAt(node)[index]), "data-index": index, "aria-label": nameOf(index),
    onfocus: () => choose(index), oninput: ({ target }) => written(target, index) });

  /* A row for each row of a matrix. */
  function rows() {
    const { shape } = data.nodes[node];
    const columns = shape.length ? shape[shape.length - 1] : 1;
    const count = Math.min(numbersAt(node).length, FIELDS);
    return seriesTo(Math.ceil(count / columns) || 0).map((row) => make("tr", {},
      seriesTo(Math.min(columns, count - row * columns)).map((k) => make("td", {}, field(row * columns + k)))));
  }

  /* Show the fields of a leaf; none for null. */
  function draw(leaf) {
    node = leaf;
    box.replaceChildren();
    if (node === null) return;
    const count = numbersAt(node).length;
    box.append(make("h3", {}, "Change " + data.nodes[node].word),
      make("div", { class: "scroll" }, make("table", { class: "leaf" }, make("tbody", {}, rows()))));
    if (count) {
      box.append(make("label", { class: "slider" }, name, slider));
      choose(0);
    }
    if (count > FIELDS) box.append(make("p", { class: "note" }, "the first " + FIELDS + " of " + count + " numbers"));
  }

  function mark() {
    for (const input of box.querySelectorAll("input[data-index]")) {
      const index = Number(input.dataset.index);
      const was = engine().recorded[node].data[index];
      input.classList.toggle("moved", !Object.is(numbersAt(node)[index], was));
      input.title = "recorded: " + was;
    }
  }

  return { box, draw, mark };
}
