/* A heat map of a weight or its gradient, with the scale printed underneath. */

const CELL = 7;
const WIDEST = 180;

function heatMap(score, value, name, kind, rms, dimensions) {
  const many = value === undefined || value === null ? null : score.array(value);
  const caption = make("figcaption", { class: kind }, name);
  if (value === undefined || value === null) {
    return make("figure", { class: "heat" }, caption, make("p", { class: "note" }, "not yet computed"));
  }
  if (!many || !many.data) {
    return make("figure", { class: "heat" }, caption, make("p", { class: "note" },
      times(dimensions) + ", rms " + brief(rms)));
  }
  const most = Math.max(...many.data.map((one) => (Number.isFinite(one) ? Math.abs(one) : 0)));
  return make("figure", { class: "heat" }, caption, picture(many, most, name),
    make("p", { class: "note scale" }, most ? "−" + brief(most) + " to " + brief(most) : "all 0"));
}

/* The last two axes are rows and columns of a tile; tiles of the other axes fill a rectangle. */
function tilesOf(dimensions, count) {
  const columns = dimensions.length ? dimensions[dimensions.length - 1] : 1;
  const rows = dimensions.length > 1 ? dimensions[dimensions.length - 2] : 1;
  const tiles = Math.max(1, Math.round(count / (columns * rows)));
  const across = Math.min(tiles, Math.max(1, Math.round(Math.sqrt((2 * tiles * rows) / columns))));
  return { columns, rows, tiles, across, down: Math.ceil(tiles / across) };
}

function picture(many, most, name) {
  const { columns, rows, tiles, across, down } = tilesOf(many.shape, many.data.length);
  const space = tiles > 1 ? 2 : 0;
  const fits = (count, times) => Math.floor((WIDEST - space * times) / (count * times));
  const cell = Math.max(1, Math.min(CELL, fits(columns, across), fits(rows, down)));
  const place = (i) => {
    const tile = Math.floor(i / (columns * rows));
    const inside = i % (columns * rows);
    return { x: (tile % across) * (columns * cell + space) + (inside % columns) * cell,
      y: Math.floor(tile / across) * (rows * cell + space) + Math.floor(inside / columns) * cell };
  };
  const cells = many.data.map((one, i) => shape("rect", { ...place(i), width: cell, height: cell,
    class: typeof one !== "number" ? "bad" : one < 0 ? "minus" : "plus",
    "fill-opacity": (typeof one !== "number" ? 1 : most ? Math.abs(one) / most : 0).toFixed(2) },
  cell >= 4 ? shape("title", {}, "[" + indicesOf(i, many.shape) + "] = " + one) : null));
  return shape("svg", { width: across * (columns * cell + space) - space,
    height: down * (rows * cell + space) - space, role: "img",
    "aria-label": name + ", " + times(many.shape) + ", largest size " + brief(most) }, cells);
}

function indicesOf(index, dimensions) {
  const found = [];
  let rest = index;
  for (const length of [...dimensions].reverse()) {
    found.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return found.join(", ");
}
