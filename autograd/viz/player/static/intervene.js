/* Intervene: change a number or cut a wire, and both passes follow; what differs from before is shown. */

const FIELDS = 64; /* numbers of a leaf that have a field each */
const SHOWN = 8; /* differences in a row */

function makeIntervene(score, place, stage, options) {
  const { data } = score;
  const repaint = makeRepaint(score, place, stage);
  const changes = new Map();
  const cutBefore = () => (data.program && data.program.cut) || [];
  const cuts = new Set(cutBefore());
  let rerun = null;
  let before = null;
  let own = false; /* whether the numbers that have changed are ours */
  let chosen = 0; /* the element that the slider moves */
  let drawn = null; /* the node whose fields stand there */

  const engine = () => rerun || (rerun = makeRerun(data));
  const isCutElse = () => cuts.size !== cutBefore().length || !cutBefore().every((use) => cuts.has(use));
  const isChanged = () => changes.size > 0 || isCutElse();
  const numbersAt = (node) => changes.get(node) || engine().recorded[node].data;

  function recorded() {
    const { arrays, cells, born, proof } = data;
    return { arrays, cells, born, proof, nodes: data.nodes.map((node) => node.value),
      events: data.events.map((event) => event.exact) };
  }

  /* Compute both passes, and show them in place of the recorded ones. */
  function apply() {
    before = before || recorded();
    if (isChanged()) {
      const leaves = new Map([...changes].map(([node, x]) => [node, engine().leaf(node, x)]));
      const run = engine().run(leaves, cuts);
      score.renumber({ ...numbersOf(data, run), cells: factorsOf(data, engine(), run, before), proof: null });
    } else {
      score.renumber(before);
      before = null;
    }
    own = true;
    place.changed("numbers");
    own = false;
  }

  function change(node, index, value) {
    const numbers = Float64Array.from(numbersAt(node));
    numbers[index] = value;
    const same = numbers.every((x, k) => Object.is(x, engine().recorded[node].data[k]));
    if (same) changes.delete(node);
    else changes.set(node, numbers);
    apply();
  }

  function forget() {
    changes.clear();
    cuts.clear();
    for (const use of cutBefore()) cuts.add(use);
    drawn = null;
  }

  function reset() {
    forget();
    apply();
  }

  const usesOf = (source, target) => data.nodes[target].inputs.flatMap((input, position) =>
    (input === source ? [target + "-" + position] : []));

  function cut(source, target) {
    const uses = usesOf(source, target);
    const isCut = uses.every((use) => cuts.has(use));
    for (const use of uses) {
      if (isCut) cuts.delete(use);
      else cuts.add(use);
    }
    apply();
  }

  /* What is there to change: fields for the numbers of a leaf, and the wires of any node. */

  const box = make("section", { class: "intervene", "aria-label": "Change the chosen value" });
  const fields = make("div", {});
  const wires = make("div", { class: "wires" });
  const facts = make("table", { class: "facts" }, make("tbody", {}));
  const note = make("p", { class: "note" });
  box.append(fields, wires, facts, note);

  const isLeaf = (node) => data.program && !data.program.missing && String(node) in data.program.leaves;

  const brief = (x) => Number(x.toPrecision(7));

  function nameOf(node, index) {
    const { word, shape } = data.nodes[node];
    return shape.length ? word + "[" + score.unravel(index, shape).join(", ") + "]" : word;
  }

  function draw() {
    const node = place.selected;
    fields.replaceChildren();
    chosen = 0;
    if (node === null || !isLeaf(node) || engine().missing) return;
    const { shape } = data.nodes[node];
    const count = numbersAt(node).length;
    const columns = shape.length ? shape[shape.length - 1] : 1;
    const slider = make("input", { type: "range", "aria-label": "Move it", oninput: () => {
      set(node, chosen, Number(slider.value));
      const field = fields.querySelector('[data-index="' + chosen + '"]');
      if (field) field.value = slider.value;
    } });
    const name = make("span", {});
    const choose = (index) => {
      chosen = index;
      const value = numbersAt(node)[index];
      const middle = engine().recorded[node].data[index];
      const room = Math.max(1, 2 * Math.abs(middle)) || 1;
      Object.assign(slider, { min: middle - room, max: middle + room, step: "any", value });
      name.textContent = nameOf(node, index);
      slider.setAttribute("aria-label", "Move " + nameOf(node, index));
    };
    const field = (index) => make("input", { type: "text", inputmode: "decimal", value: brief(numbersAt(node)[index]),
      "data-index": index, "aria-label": nameOf(node, index), onfocus: () => choose(index),
      oninput: ({ target }) => {
        const value = target.value.trim() === "" ? NaN : Number(target.value);
        target.setAttribute("aria-invalid", String(Number.isNaN(value)));
        if (!Number.isNaN(value)) set(node, index, value);
      } });
    const rows = [];
    for (let start = 0; start < Math.min(count, FIELDS); start += columns) {
      const cells = seriesTo(Math.min(columns, FIELDS - start)).map((k) => make("td", {}, field(start + k)));
      rows.push(make("tr", {}, cells));
    }
    fields.append(make("h3", {}, "Change " + data.nodes[node].word),
      make("div", { class: "scroll" }, make("table", { class: "leaf" }, make("tbody", {}, rows))),
      make("label", { class: "slider" }, name, slider));
    if (count > FIELDS) fields.append(make("p", { class: "note" }, "the first " + FIELDS + " of " + count + " numbers"));
    choose(0);
  }

  function set(node, index, value) {
    change(node, index, value);
    const slider = fields.querySelector("input[type=range]");
    if (slider && index === chosen) slider.value = value;
  }

  function mark() {
    const node = place.selected;
    for (const field of fields.querySelectorAll("input[data-index]")) {
      const index = Number(field.dataset.index);
      const was = engine().recorded[node].data[index];
      field.classList.toggle("moved", !Object.is(numbersAt(node)[index], was));
      field.title = "recorded: " + was;
    }
  }

  function updateWires() {
    const node = place.selected;
    const into = [...new Set(data.nodes[node].inputs)].map((source) => [source, node]);
    const out = data.nodes.flatMap(({ inputs }, user) => (inputs.includes(node) ? [[node, user]] : []));
    wires.replaceChildren(...[...into, ...out].map(([source, target]) => {
      const isCut = usesOf(source, target).every((use) => cuts.has(use));
      const name = data.nodes[source].word + " → " + data.nodes[target].word;
      return make("button", { type: "button", "aria-pressed": String(isCut),
        title: isCut ? "Join it again" : "Cut it: zeros arrive, and no gradient flows back",
        "aria-label": (isCut ? "Join " : "Cut ") + name, onclick: () => cut(source, target) }, name);
    }));
    if (wires.children.length) wires.prepend(make("span", {}, "Cut a wire:"));
  }

  /* What was there before. */

  const write = (value, arrays) => {
    const many = value !== null && typeof value === "object" ? arrays[value.array] : null;
    if (!many) return score.show(value, options.exact);
    if (!many.data || many.data.length > 4) return many.shape.join("x");
    return "[" + many.data.map((x) => score.show(x, options.exact, many.dtype)).join(" ") + "]";
  };
  const flat = (value, arrays) => (value !== null && typeof value === "object" ? arrays[value.array].data : [value]);

  function difference(name, was, now, kind) {
    const [then, here] = [flat(was, before.arrays), flat(now, data.arrays)];
    if (!then || !here || then.every((x, k) => Object.is(x, here[k]))) return null;
    const gaps = then.map((x, k) => Math.abs(here[k] - x)).filter((x) => !Number.isNaN(x));
    const by = gaps.length ? Math.max(...gaps) : Infinity;
    const text = then.length > 4 ? make("span", { class: kind }, "by up to " + score.show(by))
      : [make("span", { class: "was" }, write(was, before.arrays) + " → "),
        make("span", { class: kind }, write(now, data.arrays))];
    return { by, row: make("span", { class: "difference" }, name + ": ", text) };
  }

  const last = (node, of) => data.events.reduce((found, event, at) =>
    (event.node === node && ["seed", "accumulate"].includes(event.kind) ? of(at) : found), undefined);

  function gradientDifference(node) {
    const was = last(node, (at) => before.events[at].value);
    const now = last(node, (at) => data.events[at].exact.value);
    return was === undefined ? null : difference(data.nodes[node].grad, was, now, "gradient");
  }

  const strip = make("div", { class: "changed", role: "status", hidden: true });
  const card = make("p", { class: "was", hidden: true });

  function updateStrip() {
    strip.hidden = !isChanged();
    if (strip.hidden) return;
    const moved = [...changes.keys()].map((node) =>
      difference(data.nodes[node].word, before.nodes[node], data.nodes[node].value, "value"));
    const wireOf = (use) => {
      const [target, position] = use.split("-").map(Number);
      return data.nodes[data.nodes[target].inputs[position]].word + " → " + data.nodes[target].word;
    };
    const severed = [...new Set([...[...cuts].filter((use) => !cutBefore().includes(use)).map((use) => "cut " + wireOf(use)),
      ...cutBefore().filter((use) => !cuts.has(use)).map((use) => "joined " + wireOf(use))])]
      .map((text) => make("span", { class: "difference" }, text));
    const output = data.events[score.seed].node;
    const leaves = data.nodes.map((_, id) => id).filter((id) => !data.nodes[id].operation && data.nodes[id].tracked);
    const found = leaves.map(gradientDifference).filter(Boolean).sort((a, b) => b.by - a.by);
    const shown = options.predict ? [] : [difference(data.nodes[output].word, before.nodes[output], data.nodes[output].value, "value"),
      ...found].filter(Boolean);
    strip.replaceChildren(make("span", { class: "what" }, "Changed"),
      ...moved.filter(Boolean).map(({ row }) => row), ...severed,
      make("span", { class: "what" }, shown.length ? "so" : options.predict ? "" : "nothing else changes"),
      ...shown.slice(0, SHOWN).map(({ row }) => row),
      shown.length > SHOWN ? make("span", {}, shown.length - SHOWN + " more") : "",
      make("button", { type: "button", onclick: reset }, "Reset"));
  }

  function updateCard() {
    const event = data.events[place.at];
    const was = isChanged() && event && !place.waiting
      ? difference("changed", before.events[place.at].value, event.exact.value, event.kind === "forward" ? "value" : "gradient") : null;
    card.hidden = !was;
    if (was) card.replaceChildren(was.row);
  }

  function updateFacts() {
    const node = place.selected;
    const rows = !isChanged() ? [] : [
      difference("value", before.nodes[node], data.nodes[node].value, "value"), gradientDifference(node)];
    facts.tBodies[0].replaceChildren(...rows.filter(Boolean).map(({ row }) => make("tr", {}, make("td", {}, row))));
  }

  function update() {
    updateStrip();
    updateCard();
    const node = place.selected;
    box.hidden = node === null || options.predict || (data.nodes[node].constant && !isChanged());
    if (box.hidden) return;
    if (drawn !== node) draw();
    drawn = node;
    const { missing } = engine();
    wires.hidden = Boolean(missing);
    note.textContent = missing ? "Its numbers cannot be changed here: " + missing + "."
      : data.program.chosen.includes(node)
        ? "What the code chose by looking at data stays chosen." : "";
    if (missing) return;
    mark();
    updateWires();
    updateFacts();
  }

  /* The chosen leaf, or the first one, with its field ready for a number. */
  function open() {
    if (options.predict) return;
    if (place.selected === null) {
      const first = data.nodes.findIndex((node) => !node.operation && !node.constant);
      place.select(first);
    }
    const field = box.querySelector("input, button");
    if (!field) return;
    field.focus();
    if (field.select) field.select();
    box.scrollIntoView({ block: "nearest" });
  }

  const paint = () => repaint.update(isChanged() ? before : null, cuts);

  place.listen((why) => {
    if (why === "numbers" && !own) { /* another run has come */
      forget();
      [rerun, before] = [null, null];
    }
    if (["numbers", "view"].includes(why)) paint();
    if (!["play", "breakpoints"].includes(why)) update();
  });
  update();
  return { box, strip, card, open, paint, isChanged };
}
