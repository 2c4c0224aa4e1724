/* The shapes of the architecture view: a closed box, an open one's frame and title, the tag of a step. */

const TITLE_BUTTON = 16;

const cornerOf = (one, drawn) => (one.pill ? drawn.height / 2 : 7);

/* A closed box; one that opens has the edge of another behind it. */
function closedBox(one, drawn, opens) {
  const corner = cornerOf(one, drawn);
  const outer = { width: drawn.width, height: drawn.height, rx: corner };
  return [
    opens ? shape("rect", { class: "behind", ...outer, x: 3, y: 3 }) : null,
    shape("rect", { class: "halo", ...outer }),
    shape("rect", { class: "body", ...outer }),
    shape("path", { class: "band", d: bandOf(drawn, corner, 7) })];
}

/* The band at the left edge, which follows the rounded corners. */
function bandOf({ height }, corner, width) {
  const across = Math.max(0, corner - width);
  const dip = corner - Math.sqrt(corner ** 2 - across ** 2);
  const arc = (x, y) => "A" + corner + " " + corner + " 0 0 0 " + x + " " + y;
  const narrow = width < corner;
  return "M" + width + " " + (narrow ? dip : 0) + (narrow ? "" : "H" + corner) + arc(0, corner) +
    "V" + (height - corner) + arc(Math.min(width, corner), height - (narrow ? dip : 0)) + "H" + width + "z";
}

const frameOf = ({ x, y, width, height }) => shape("rect", { class: "frame", x, y, width, height, rx: 8 });

function titleBar(drawn, close) {
  const minus = shape("g", { class: "close",
    transform: "translate(" + (drawn.width - TITLE_BUTTON - 6) + " 4)",
    onclick: (event) => {
      event.stopPropagation();
      close();
    } }, shape("rect", { width: TITLE_BUTTON, height: TITLE_BUTTON, rx: 4 }),
  shape("path", { d: "M4 8h8" }), shape("title", {}, "Close (Backspace)"));
  return [
    shape("rect", { class: "halo", width: drawn.width, height: drawn.height, rx: 8 }),
    shape("rect", { class: "bar", width: drawn.width, height: SIZES.title, rx: 8 }), minus];
}

/* The title of an open box: its name, and its kind, parameters and gradient where there is room. */
function frameTitle(one, drawn, now, known) {
  const size = now.detail === "far" ? Math.min(18, 10 / now.scale) : now.detail === "near" ? 8 : 12;
  const name = line(12, 12 + size * 0.36, size, one.name, drawn.width - 40, "name");
  if (now.detail === "far" || !name) return [name];
  const taken = 12 + textWidth(name.textContent, true) * size + 8;
  const words = [one.kind, one.parameters ? counted(one.parameters) : ""].filter(Boolean).join(" · ");
  const gradient = brief(known.gradient);
  const end = drawn.width - TITLE_BUTTON - 12;
  const roomy = gradient && end - taken > 130;
  const kind = line(taken, 12 + size * 0.36, size * 0.85, words, end - taken - (roomy ? 60 : 0), "soft");
  return [name, kind,
    roomy ? line(end, 12 + size * 0.36, size * 0.9, gradient, 58, "end gradient") : null];
}

/* "op 3 of 11", on the lower edge of a closed box. */
function tagOf(text, drawn) {
  const width = textWidth(text, true) * 10 + 12;
  return [shape("rect", { x: (drawn.width - width) / 2, y: drawn.height - 7, width, height: 15, rx: 7 }),
    shape("text", { x: drawn.width / 2, y: drawn.height + 4, "font-size": 10, class: "name middle" }, text)];
}

/* A box in words, for a screen reader. */
function spokenBox(one, known) {
  return [one.name + (one.kind && one.kind !== one.name ? ", " + one.kind : ""),
    one.shape.length ? "output " + one.shape.join(" by ") : "",
    one.parameters ? counts(one.parameters, "parameter") : "",
    known.rms === undefined ? "" : "value " + brief(known.rms),
    known.gradient === undefined || known.gradient === null ? "" : "gradient " + brief(known.gradient),
  ].filter(Boolean).join(", ");
}
