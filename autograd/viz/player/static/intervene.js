/* Intervene: change a number or cut a wire, and both passes follow; what differs from before is shown. */

const SHOWN = 8; /* differences in a row */

/* Which numbers and wires are others than those that were recorded, and the numbers that follow. */
function makeIntervention(score, place) {
  const { data } = score;
  const cutBefore = () => (data.program && data.program.cut) || [];
  const changes = new Map();
  const cuts = new Set(cutBefore());
  const state = { changes, cuts, cutBefore, before: null, isFresh: false };
  let rerun = null;
  let own = false; /* whether the numbers that have changed are ours */

  state.engine = () => rerun || (rerun = makeRerun(data));
  state.numbersAt = (node) => changes.get(node) || state.engine().recorded[node].data;

  const isCutElse = () => cuts.size !== cutBefore().length || !cutBefore().every((use) => cuts.has(use));
  state.isChanged = () => changes.size > 0 || isCutElse();

  function recorded() {
    const { arrays, cells, born, proof, statistics } = data;
    return { arrays, cells, born, proof, architecture: statistics, nodes: data.nodes.map((node) => node.value),
      events: data.events.map((event) => event.exact) };
  }

  function rerunNumbers() {
    const leaves = new Map([...changes].map(([node, x]) => [node, state.engine().leaf(node, x)]));
    const run = state.engine().run(leaves, cuts);
    const cells = factorsOf(data, state.engine(), run, state.before);
    return { ...numbersOf(data, run), cells, proof: null };
  }

  /* Compute both passes, and show them in place of the recorded ones. */
  function apply() {
    state.before = state.before || recorded();
    score.renumber(state.isChanged() ? rerunNumbers() : state.before);
    if (!state.isChanged()) state.before = null;
    own = true;
    place.changed("numbers");
    own = false;
  }

  state.change = (node, index, value) => {
    const numbers = Float64Array.from(state.numbersAt(node));
    numbers[index] = value;
    const same = numbers.every((x, k) => Object.is(x, state.engine().recorded[node].data[k]));
    if (same) changes.delete(node);
    else changes.set(node, numbers);
    apply();
  };

  state.usesOf = (source, target) => data.nodes[target].inputs.flatMap((input, position) =>
    (input === source ? [target + "-" + position] : []));

  state.isCut = (source, target) => state.usesOf(source, target).every((use) => cuts.has(use));

  state.cut = (source, target) => {
    const isCut = state.isCut(source, target);
    for (const use of state.usesOf(source, target)) {
      if (isCut) cuts.delete(use);
      else cuts.add(use);
    }
    apply();
  };

  function forget() {
    changes.clear();
    cuts.clear();
    for (const use of cutBefore()) cuts.add(use);
  }

  state.reset = () => {
    forget();
    state.isFresh = true;
    apply();
  };

  /* When the numbers of another run have come, those are the recorded ones. */
  place.listen((why) => {
    if (why !== "numbers" || own) return;
    forget();
    rerun = null;
    Object.assign(state, { before: null, isFresh: true });
  });
  return state;
}

function makeIntervene(score, place, stage, options) {
  const { data } = score;
  const state = makeIntervention(score, place);
  const { engine, isChanged, cuts, cutBefore } = state;
  const repaint = makeRepaint(score, place, stage);
  const differences = makeDifferences(score, options);
  const fields = makeFields(score, engine, state.numbersAt, state.change);
  const wires = make("div", { class: "wires" });
  const facts = make("table", { class: "facts" }, make("tbody", {}));
  const note = make("p", { class: "note" });
  const box = make("section", { class: "intervene", "aria-label": "Change the chosen value" },
    fields.box, wires, facts, note);
  const strip = make("div", { class: "changed", role: "status", hidden: true });
  const card = make("p", { class: "was", hidden: true });
  let drawn = null; /* the node whose fields stand there */

  const isLeaf = (node) => node !== null && !engine().missing && String(node) in data.program.leaves;

  /* The wires into and out of the chosen node. */
  function updateWires() {
    const node = place.selected;
    const into = [...new Set(data.nodes[node].inputs)].map((source) => [source, node]);
    const out = data.nodes.flatMap(({ inputs }, user) => (inputs.includes(node) ? [[node, user]] : []));
    wires.replaceChildren(...[...into, ...out].map(wire));
    if (wires.children.length) wires.prepend(make("span", {}, "Cut a wire:"));
  }

  function wire([source, target]) {
    const isCut = state.isCut(source, target);
    const name = data.nodes[source].word + " → " + data.nodes[target].word;
    return make("button", { type: "button", "aria-pressed": String(isCut),
      title: isCut ? "Join it again" : "Cut it: zeros arrive, and no gradient flows back",
      "aria-label": (isCut ? "Join " : "Cut ") + name, onclick: () => state.cut(source, target) }, name);
  }

  const wireOf = (use) => {
    const [target, position] = use.split("-").map(Number);
    return data.nodes[data.nodes[target].inputs[position]].word + " → " + data.nodes[target].word;
  };

  /* What the reader has done. */
  function causes() {
    const moved = [...state.changes.keys()].map((node) => differences.value(node, state.before));
    const cut = [...cuts].filter((use) => !cutBefore().includes(use)).map((use) => "cut " + wireOf(use));
    const joined = cutBefore().filter((use) => !cuts.has(use)).map((use) => "joined " + wireOf(use));
    return [...moved.filter(Boolean).map(({ row }) => row),
      ...[...new Set([...cut, ...joined])].map((text) => make("span", { class: "difference" }, text))];
  }

  /* What follows: the output, and the gradients of the leaves, the most changed first. */
  function effects() {
    const isVariable = ({ operation, tracked }) => !operation && tracked;
    const leaves = data.nodes.flatMap((node, id) => (isVariable(node) ? [id] : []));
    const found = leaves.map((id) => differences.gradient(id, state.before)).filter(Boolean);
    const output = differences.value(data.events[Math.min(score.seed, score.last)].node, state.before);
    return [output, ...found.sort((a, b) => b.by - a.by)].filter(Boolean).map(({ row }) => row);
  }

  function updateStrip() {
    strip.hidden = !isChanged();
    if (strip.hidden) return;
    const shown = options.predict ? [] : effects();
    const so = shown.length ? "so" : options.predict ? "" : "nothing else changes";
    strip.replaceChildren(make("span", { class: "what" }, "Changed"), ...causes(),
      make("span", { class: "what" }, so), ...shown.slice(0, SHOWN),
      shown.length > SHOWN ? make("span", {}, shown.length - SHOWN + " more") : "",
      make("button", { type: "button", onclick: state.reset }, "Reset"));
  }

  function updateCard() {
    const isShown = isChanged() && place.at >= 0 && !place.waiting;
    const was = isShown ? differences.event(place.at, state.before) : null;
    card.hidden = !was;
    if (was) card.replaceChildren(was.row);
  }

  function updateFacts() {
    const node = place.selected;
    const found = isChanged()
      ? [differences.value(node, state.before), differences.gradient(node, state.before)] : [];
    facts.tBodies[0].replaceChildren(...found.filter(Boolean).map(({ row }) =>
      make("tr", {}, make("td", {}, row))));
  }

  function updateNote() {
    const { missing } = engine();
    note.textContent = missing ? "Its numbers cannot be changed here: " + missing + "."
      : data.program.chosen.includes(place.selected)
        ? "What the code chose by looking at data stays chosen." : "";
    wires.hidden = Boolean(missing);
  }

  function update() {
    updateStrip();
    updateCard();
    const node = place.selected;
    box.hidden = node === null || options.predict || (data.nodes[node].constant && !isChanged());
    if (box.hidden) return;
    if (drawn !== node || state.isFresh) fields.draw(isLeaf(node) ? node : null);
    drawn = node;
    state.isFresh = false;
    updateNote();
    if (engine().missing) return;
    fields.mark();
    updateWires();
    updateFacts();
  }

  /* The chosen node, or the first leaf, with its field ready for a number. */
  function open() {
    if (options.predict) return;
    if (place.selected === null) {
      place.select(data.nodes.findIndex((node) => !node.operation && !node.constant));
    }
    const field = box.querySelector("input, button");
    if (!field) return;
    field.focus();
    if (field.select) field.select();
    box.scrollIntoView({ block: "nearest" });
  }

  const paint = () => repaint.update(isChanged() ? state.before : null, cuts);

  place.listen((why) => {
    if (["numbers", "view"].includes(why)) paint();
    if (!["play", "breakpoints"].includes(why)) update();
  });
  update();
  return { box, strip, card, open, paint, isChanged };
}
