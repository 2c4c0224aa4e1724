/* Wires of the architecture view: lines with round corners, an arrow, and the shape they carry. */

const ROUND = 7;

/* A line through points, its corners rounded where there is room. */
function rounded(points) {
  const parts = ["M" + points[0].join(" ")];
  for (let i = 1; i < points.length - 1; i += 1) {
    const [before, here, after] = [points[i - 1], points[i], points[i + 1]];
    const radius = Math.min(ROUND, gap(before, here) / 2, gap(here, after) / 2);
    parts.push("L" + towards(here, before, radius).join(" "),
      "Q" + here.join(" ") + " " + towards(here, after, radius).join(" "));
  }
  return parts.join("") + "L" + points[points.length - 1].join(" ");
}

const gap = (a, b) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);

function towards(from, to, distance) {
  const whole = gap(from, to) || 1;
  return [0, 1].map((axis) =>
    Math.round((from[axis] + ((to[axis] - from[axis]) * distance) / whole) * 100) / 100);
}

/* An arrow that ends at a point, along the last piece of its wire. */
function arrowHead(before, [x, y]) {
  const down = before[0] === x;
  const up = down && before[1] > y;
  return shape("path", { class: "head", d: "M" + x + " " + y +
    (up ? "l-3.5 7h7z" : down ? "l-3.5 -7h7z" : "l-7 -3.5v7z") });
}

/* A wire into a frame goes on inside, without an arrow at the frame's edge; out of it, its shape is
   written outside. */
function drawWire(wire, boxes) {
  const { points } = wire;
  const [before, end] = points.slice(-2);
  const ends = wire.target >= 0 && !boxes.get(wire.target).open;
  const line = ends ? [...points.slice(0, -1), towards(end, before, 5)] : points;
  const words = wire.target === OUT ? "" : [wire.name, wire.label].filter(Boolean).join("  ");
  const [x, y] = wire.label_at;
  return shape("g", { class: "wire" + (wire.kind ? " " + wire.kind : ""),
    "data-edges": wire.edges.join(" ") },
  shape("path", { class: "line", d: rounded(line) }),
  ends ? arrowHead(before, end) : null,
  words ? shape("text", { x, y, class: "shape middle", "font-size": 10 }, words) : null);
}
