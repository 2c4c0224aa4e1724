/* What is written in a box of the architecture view, by its size on the screen. */

const FAR = 80;
const NEAR = 300;

const detailOf = (scale) => {
  const width = SIZES.width * scale;
  return width < FAR ? "far" : width < NEAR ? "mid" : "near";
};

/* As `make`, in the namespace of SVG. */
function shape(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== ""));
  return element;
}

const measured = new Map();
let ruler = null;

/* The width of a text in units of its font's size. */
function textWidth(text, bold) {
  const key = (bold ? "b" : "n") + text;
  if (!measured.has(key)) {
    ruler = ruler || document.createElement("canvas").getContext("2d");
    ruler.font = (bold ? "600 " : "") + "100px Helvetica, Arial, 'Liberation Sans', sans-serif";
    measured.set(key, ruler.measureText(text).width / 100);
  }
  return measured.get(key);
}

function fitted(text, room, size, bold) {
  if (textWidth(text, bold) * size <= room) return text;
  let end = text.length - 1;
  while (end > 0 && textWidth(text.slice(0, end) + "…", bold) * size > room) end -= 1;
  return end > 0 ? text.slice(0, end) + "…" : "";
}

/* A line of text, cut where it would leave its room. */
function line(x, y, size, text, room, kind) {
  const words = fitted(String(text), room, size, kind.includes("name"));
  return words && shape("text", { x, y, "font-size": size, class: kind }, words);
}

/* Two texts on one line: the first is whole as long as it fits, the second has what is left. */
function pair(box, y, size, left, right) {
  const room = box.width - 20;
  const first = line(14, y, size, left.text, room, left.kind);
  const taken = first ? textWidth(first.textContent, left.kind.includes("name")) * size + 6 : 0;
  const rest = room - taken;
  const small = right.size || size;
  const second = rest > 3 * small && right.text
    ? line(box.width - 6, y, small, right.text, rest, "end " + right.kind) : null;
  return [first, second];
}

const OUTSIDE = 100;

/* An arrow on a gradient that lies more than a hundred times from the median. */
function arrowOf(gradient, centre) {
  if (!centre || typeof gradient !== "number" || gradient === 0) return "";
  return gradient > centre * OUTSIDE ? "▲ " : gradient < centre / OUTSIDE ? "▼ " : "";
}

function bars(values, x, y, width, height, kind) {
  if (!values) return null;
  const most = Math.max(...values) || 1;
  const step = width / values.length;
  const path = values.map((count, i) => {
    const tall = (height * count) / most;
    return "M" + (x + i * step).toFixed(2) + " " + (y + height) + "v" + (-tall).toFixed(2) + "h" +
      (step * 0.86).toFixed(2) + "v" + tall.toFixed(2) + "z";
  });
  return shape("g", { class: "histogram " + kind },
    shape("path", { d: path.join("") }),
    shape("path", { class: "base", d: "M" + x + " " + (y + height) + "h" + width }));
}

const percent = (share) =>
  (share === undefined || share === null ? "" : (share * 100).toFixed(share < 0.1 && share ? 1 : 0) + " %");

function bytesOf(count) {
  if (!count) return "";
  for (const [size, unit] of [[2 ** 30, "GB"], [2 ** 20, "MB"], [2 ** 10, "kB"]]) {
    if (count >= size) return (count / size).toFixed(1) + " " + unit;
  }
  return count + " B";
}

const milliseconds = (ms) => (ms === undefined || ms === null ? "" : brief(ms) + " ms");

function makeBoxMarks(model, choose) {
  const weightsOf = (box) =>
    (box.role !== "stack" || !box.parameters ? "" : box.shared ? "shared weights" : "own weights");
  const kindOf = (box) => (box.role === "stack" ? box.kind + " ×" + box.count : box.kind);

  function far(box, drawn, context) {
    const size = 10 / context.scale;
    const band = 7 / context.scale;
    return [line(band + 4, drawn.height / 2 + size * 0.35, size, box.name, drawn.width - band - 6,
      "name")];
  }

  function pill(box, drawn, context, known) {
    const size = context.detail === "near" ? 8 : 12;
    const y = context.detail === "near" ? 11 : 17;
    const title = line(drawn.width / 2, y, size, box.name, drawn.width - 20, "name middle");
    if (context.detail !== "near") return [title];
    return [title,
      line(drawn.width / 2 - 3, 20, 5, brief(known.rms), 60, "end value"),
      line(drawn.width / 2 + 3, 20, 5, brief(known.gradient), 60, "gradient")];
  }

  function mid(box, drawn, context, known) {
    const parameters = box.parameters ? counted(box.parameters) : box.options;
    const head = pair(drawn, 17, 12, { text: box.name, kind: "name" },
      { text: kindOf(box), kind: "soft", size: 10 });
    const sizes = numbers(box, drawn, context, known);
    if (box.role === "stack") return [...head, ...strip(box, drawn, context, 24, 9), ...sizes];
    return [...head,
      ...pair(drawn, 34, 11, { text: shapeText(box.shape), kind: "" },
        { text: parameters, kind: "soft" }),
      ...sizes];
  }

  /* The gradient of a single number, as of the loss, is not compared with those of layers. */
  const numbers = (box, drawn, context, known) => {
    const gradient = brief(known.gradient);
    const arrow = box.shape.length ? arrowOf(known.gradient, context.centre) : "";
    return pair(drawn, 50, 11, { text: brief(known.rms), kind: "value" },
      { text: gradient && arrow + gradient, kind: "gradient" });
  };

  /* A cell for each layer of a stack, coloured by its gradient, that opens this layer alone. */
  function strip(box, drawn, context, y, height) {
    const room = drawn.width - 20;
    const step = room / box.children.length;
    return box.children.map((child, i) => shape("rect", {
      x: (14 + i * step).toFixed(2), y, width: (step * 0.86).toFixed(2), height,
      class: "cell", fill: context.gradientTone(child),
      onclick: (event) => {
        event.stopPropagation();
        choose.layer(box.id, child);
      },
    }, shape("title", {}, model.boxes[child].name + ", gradient " +
      (brief(model.known(child, context.at).gradient) || "not computed"))));
  }

  function near(box, drawn, context, known) {
    const inputs = [...new Set(box.input.map(times))].join(", ");
    const flow = (inputs ? inputs + " → " : "") + times(box.shape);
    return [
      ...pair(drawn, 8.5, 7, { text: box.name, kind: "name" }, { text: kindOf(box), kind: "soft", size: 5 }),
      ...pair(drawn, 15.5, 5, { text: flow, kind: "" },
        { text: [box.options, weightsOf(box), box.parameters && counted(box.parameters)].filter(Boolean).join(" · "), kind: "soft" }),
      ...(box.role === "stack" ? strip(box, drawn, context, 19, 7) : weights(box, drawn, context)),
      ...foot(drawn, known),
    ];
  }

  function weights(box, drawn, context) {
    const shown = box.weights.slice(0, box.weights.length > 3 ? 2 : 3);
    const rows = shown.map((entry, i) => weightRow(box, entry, 21.5 + 5.5 * i, drawn, context));
    const left = box.weights.length - shown.length;
    return left ? [...rows, line(14, 21.5 + 5.5 * shown.length, 4.2, "and " + left + " more", 60, "soft")] : rows;
  }

  function weightRow(box, entry, y, drawn, context) {
    const { rms, gradient, ratio } = model.weight(box.id, entry, context.at);
    return shape("g", { class: "weight", onclick: (event) => {
      event.stopPropagation();
      choose.weight(box.id, entry.name);
    } },
      shape("rect", { x: 12, y: y - 4.4, width: drawn.width - 16, height: 5.4, class: "hit" }),
      line(14, y, 4.4, entry.name + " " + times(entry.shape), 54, ""),
      line(88, y, 4.4, brief(rms), 22, "end value"),
      line(113, y, 4.4, brief(gradient), 24, "end gradient"),
      line(136, y, 4.4, brief(ratio), 22, "end soft"),
      shape("title", {}, entry.name + ": size of the weight, of its gradient, and their ratio"));
  }

  function foot(drawn, known) {
    const clock = [milliseconds(known.forward_ms), milliseconds(known.backward_ms)].filter(Boolean);
    const rest = [known.zeros === undefined ? "" : percent(known.zeros) + " zeros",
      clock.join(" + "), bytesOf(known.bytes)].filter(Boolean);
    return [
      bars(known.histogram, 14, 36, 58, 11, "values"),
      bars(known.gradient_histogram, 78, 36, 58, 11, "gradients"),
      line(72, 40, 4, brief(known.rms), 30, "end value"),
      line(136, 40, 4, brief(known.gradient), 30, "end gradient"),
      line(14, 54, 4.4, rest.join(" · "), drawn.width - 20, "soft"),
    ];
  }

  const BY_DETAIL = { far, mid, near };

  function marks(box, drawn, context) {
    const known = model.known(box.id, context.at);
    if (context.detail === "far") return far(box, drawn, context);
    if (box.pill) return pill(box, drawn, context, known);
    return BY_DETAIL[context.detail](box, drawn, context, known);
  }

  return marks;
}
