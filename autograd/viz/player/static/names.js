/* Names on wires: the names that a card speaks of, where they are in the drawing.

Those of the current step always stand there; those of another operation while one points at it. */

const NEAR_LEAF = 120; /* pixels of the drawing from a leaf to the numbers on its wire */
const NAME_LENGTH = 30; /* characters that a wire has room for */

function makeNames(score, place, scene) {
  const { data } = score;
  const NS = "http://www.w3.org/2000/svg";
  const layer = document.createElementNS(NS, "g");
  layer.setAttribute("class", "names");
  let pointed = {}; /* a node or a wire */
  let written = null; /* the scale that the names are written for */

  /* A value's name, and how it is made where the wire has room for it. */
  function titleOf(node) {
    const { operation, word, formula } = data.nodes[node];
    const whole = word + " = " + formula;
    return operation && whole.length <= NAME_LENGTH ? whole : word;
  }

  /* What to write on which wire, above it and below: `{wire, above, below}`. */
  function namesOf(node, backward, position) {
    const found = [];
    data.nodes[node].inputs.forEach((input, k) => {
      const below = backward && (position === undefined || position === k) ? data.nodes[input].grad : "";
      const above = data.nodes[input].constant ? "" : data.nodes[input].word;
      const wire = scene.into(node, k);
      found.push({ wire, above, below, named: scene.isNamed(input, wire) });
    });
    const [first] = scene.leaving(node);
    found.push({ wire: first, above: titleOf(node), below: backward ? data.nodes[node].grad : "",
      named: scene.isNamed(node, first) });
    return found;
  }

  /* An accumulation speaks of the rule before it. */
  function current() {
    if (place.at < 0) return [];
    const event = score.ruleOf(place.at) || data.events[place.at];
    return namesOf(event.node, event.kind !== "forward", event.position);
  }

  function wanted() {
    const { wire, node } = pointed;
    if (wire) {
      const input = scene.nodeOf(wire.id);
      return input === null ? [] : [{ wire, above: titleOf(input), below: data.nodes[input].grad }];
    }
    return [node, place.selected].flatMap((one) =>
      (one === null || one === undefined ? [] : namesOf(one, false)));
  }

  function update() {
    const named = [...current(), ...wanted()];
    const wires = new Map();
    for (const name of named) {
      if (name.wire && scene.line(name.wire) && !wires.has(name.wire)) wires.set(name.wire, name);
    }
    const groups = [...wires.values()].map((name) => ({ wire: name.wire, texts: labels(name) }));
    layer.replaceChildren(...groups.flatMap(({ texts }) => texts));
    for (const { wire, texts } of groups) texts.forEach((text) => makeRoom(text, wire));
  }

  /* A gradient's name that would cover another wire's numbers stands before its own. */
  function makeRoom(label, wire) {
    const number = label.matches(".gradient") && wire.querySelector("g:not(.off) > text.gradient");
    if (!number || !covers(label, wire)) return;
    const { x, y, height } = number.getBBox();
    label.setAttribute("x", x - 4);
    label.setAttribute("y", y + height * 0.8);
    label.classList.add("before");
  }

  function covers(label, wire) {
    const { left, right, top, bottom } = label.getBoundingClientRect();
    if (!layer.isConnected) return false;
    const root = layer.getRootNode();
    return [left + 2, (left + right) / 2, right - 2].some((x) => {
      const hit = root.elementFromPoint(x, top + (bottom - top) * 0.75);
      return hit && hit.tagName === "text" && !wire.contains(hit);
    });
  }

  /* A leaf's name stands in its box already, right before the wire's numbers. */
  function labels({ wire, above, below, named }) {
    const bare = named && scene.line(wire)[0].getTotalLength() < NEAR_LEAF;
    const { x, top, bottom } = roomOf(wire);
    const size = Math.max(12, 12 / scene.scale());
    const label = (text, y, kind) => {
      const element = document.createElementNS(NS, "text");
      element.setAttribute("x", x);
      element.setAttribute("y", y);
      element.setAttribute("font-size", size);
      element.setAttribute("class", kind);
      element.textContent = text;
      return element;
    };
    return [above && !bare ? label(above, top - size * 0.16, "name") : null,
      below ? label(below, bottom + size * 0.76, "name gradient") : null].filter(Boolean);
  }

  /* The middle of the numbers on a wire, and where they begin and end. */
  function roomOf(wire) {
    const [into, out] = scene.line(wire);
    const from = into.getPointAtLength(into.getTotalLength());
    const to = out.getPointAtLength(0);
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const boxes = [...wire.querySelectorAll("text, rect, image")]
      .map((mark) => mark.getBBox()).filter(({ width }) => width > 0);
    return { x: middle.x, top: Math.min(middle.y - 3, ...boxes.map(({ y }) => y)),
      bottom: Math.max(middle.y + 3, ...boxes.map(({ y, height }) => y + height)) };
  }

  function point(at) {
    if (at.wire === pointed.wire && at.node === pointed.node) return;
    pointed = at;
    update();
  }

  /* Names are as large on the screen at any scale. */
  function rescale() {
    if (scene.scale() === written) return;
    written = scene.scale();
    update();
  }

  return { layer, update, rescale, point };
}
