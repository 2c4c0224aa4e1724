/* The model of the architecture view: its boxes, who holds a node, and what is known at an event. */

function makeArchitectureModel(score) {
  const { data } = score;
  const structure = data.architecture;
  const { boxes } = structure;
  const owner = new Map();
  const made = new Map();
  const collected = new Map();

  /* Parents stand before their children, so that the innermost box is the last to write. */
  for (const box of boxes) for (const node of box.nodes) owner.set(node, box.id);
  /* What has no box of its own, a weight or its transpose, belongs to the first operation that uses it. */
  const drawn = new Set([...owner].filter(([, id]) => !boxes[id].children.length).map(([node]) => node));
  for (let id = data.nodes.length - 1; id >= 0; id -= 1) {
    if (!owner.has(id)) continue;
    for (const input of data.nodes[id].inputs) if (!drawn.has(input)) owner.set(input, owner.get(id));
  }
  data.events.forEach((event, at) => {
    if (event.kind === "forward") made.set(event.node, at);
    if (event.kind === "seed" || event.kind === "accumulate") collected.set(event.node, at);
  });

  const numbers = makeStatistics(score, structure, collected);

  /* The box and those around it, from the inside to the outside. */
  function lineage(id) {
    const found = [];
    for (let here = id; here !== null && here !== undefined; here = boxes[here].parent) found.push(here);
    return found;
  }

  /* The box that is seen of a box: itself, or the outermost closed one around it. */
  const seen = (id, open) => lineage(id).reduce((shown, here) => (open.has(here) ? shown : here), id);

  const operations = (id) => boxes[id].nodes.filter((node) => data.nodes[node].operation);
  /* The node whose value leaves a box. */
  const output = (id) => boxes[id].output;
  const ends = boxes.map((box) => Math.max(-1, ...box.nodes.map((node) => made.get(node) ?? -1)));
  const before = (table, node, at) => table.has(node) && table.get(node) <= at;

  /* The statistics of a box as far as they have been computed; the others are left out. */
  function known(id, at) {
    const all = numbers().boxes[id] || {};
    const forward = at >= ends[id] && at >= 0;
    const backward = before(collected, output(id), at);
    const only = (there, names) =>
      (there ? Object.fromEntries(names.map((name) => [name, all[name]])) : {});
    return {
      ...only(forward, ["rms", "zeros", "histogram", "bytes", "forward_ms"]),
      ...only(backward, ["gradient", "gradient_histogram", "backward_ms"]),
    };
  }

  function weight(id, entry, at) {
    const all = numbers().weights[id + ":" + entry.name] || {};
    if (at < 0) return {};
    return before(collected, entry.node, at) ? all : { rms: all.rms };
  }

  /* The gradient's profile, layer by layer, as far as it has been computed. */
  const profile = (at) => numbers().profile.map(({ box, gradient, ratio }) => {
    const weights = boxes[box].weights;
    const there = weights.some((entry) => before(collected, entry.node, at));
    return { box, gradient: before(collected, output(box), at) ? gradient : null,
      ratio: there ? ratio : null };
  });

  /* The middle one of the layers' gradients, which the others are compared with. */
  const centre = (at) => median(profile(at).map((point) => point.gradient));

  /* The node that an event is about: an accumulation belongs to the rule before it. */
  function nodeAt(at) {
    if (at < 0) return null;
    const rule = score.ruleOf(at);
    return (rule || data.events[at]).node;
  }

  /* The edges on which values come to the operation that made a node, by their places. */
  const into = new Map();
  structure.edges.forEach((edge, index) => {
    for (const node of boxes[edge.target].nodes) {
      if (boxes[edge.target].children.length || !data.nodes[node].inputs.includes(edge.node)) continue;
      if (!into.has(node)) into.set(node, new Set());
      into.get(node).add(String(index));
    }
  });
  const edgesInto = (node) => into.get(node) || new Set();

  function progress(id, node) {
    const all = operations(id);
    const index = all.indexOf(node);
    return index < 0 || all.length < 2 ? "" : "op " + (index + 1) + " of " + all.length;
  }

  /* Siblings of the same kind that can be opened. */
  const equals = (id) => boxes.filter((box) => box.parent === boxes[id].parent &&
    box.kind === boxes[id].kind && box.children.length).map((box) => box.id);

  return {
    structure, boxes, owner, lineage, seen, output, operations, known, weight, profile, centre,
    nodeAt, progress, edgesInto, equals, numbers, collected, made,
    first: structure.open,
    alone: Boolean(data.alone),
    opens: (id) => boxes[id].children.length > 0,
    named: (path) => boxes.find((box) => box.path === path),
  };
}

const times = (shape) => shape.join("×");

/* 75008 as 75.0k, 11173962 as 11.2M. */
function counted(number) {
  for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (number >= size) return (number / size).toFixed(1) + unit;
  }
  return String(number);
}

const counts = (number, singular) => number + " " + singular + (number === 1 ? "" : "s");

/* Three digits are enough to compare layers; what is exact is never rounded away from zero. */
function brief(number) {
  if (number === null || number === undefined) return "";
  if (typeof number === "string") return number;
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size >= 1e4 || size < 1e-2) return number.toExponential(1);
  const three = Number(number.toPrecision(3));
  return three.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(three)))));
}

function median(numbers) {
  const sorted = numbers.filter((one) => typeof one === "number" && one > 0).sort((a, b) => a - b);
  if (!sorted.length) return null;
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
