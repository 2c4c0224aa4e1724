/* Rerun: both passes of the trace once more, from other numbers or with wires cut.  The forward pass
   is an operation for each node; the backward pass is the recorded rules, event by event. */

function makeRerun(data) {
  const { program } = data;
  const use = (node, position) => node + "-" + position;

  const shapeOf = (node) => data.nodes[node].shape;
  const numbered = (value) => (value === null || typeof value !== "object" ? [value] : data.arrays[value.array].data);
  const parsed = (x) => (typeof x === "string" ? Number(x.replace("inf", "Infinity").replace("nan", "NaN")) : x);

  /* Why nothing can be computed again here; empty if it can. */
  function missing() {
    if (!program) return "no program was recorded";
    if (program.missing) return program.missing;
    const long = data.nodes.find((node) => node.operation === "" && !numbered(node.value));
    return long ? long.word + " has too many numbers to be listed" : "";
  }

  const recorded = missing() ? [] : data.nodes.map((node, id) =>
    (node.operation ? null : { shape: shapeOf(id), data: Float64Array.from(numbered(node.value), parsed) }));

  const zerosOf = (x) => full(x.shape);
  const onesLike = (x) => full(x.shape, 1);

  const given = (values, node, cut) => data.nodes[node].inputs.map((input, position) =>
    (cut.has(use(node, position)) ? zerosOf(values[input]) : values[input]));

  function forwards(changes, cut) {
    const values = [];
    data.nodes.forEach((node, id) => {
      const step = program.nodes[id];
      if (!step) {
        values[id] = changes.get(id) || recorded[id];
        return;
      }
      const inputs = given(values, id, cut);
      const side = program.sides[id];
      if (side !== undefined) {
        inputs[0] = { shape: inputs[0].shape, data: values[side].data.map((x) => Number(x > 0)) };
        values[node.inputs[0]] = inputs[0];
      }
      values[id] = computed(step, inputs);
    });
    return values;
  }

  /* Run a rule on what it is given: the cotangent, the result, and the inputs of its operation. */
  function ruled(rule, all) {
    const made = [];
    rule.steps.forEach((step, id) => {
      if (step.op === "input") made[id] = all[step.index];
      else if (step.op === "constant") made[id] = { shape: step.shape, data: Float64Array.from(step.data, parsed) };
      else made[id] = computed(step, step.inputs.map((input) => made[input]));
    });
    return made;
  }

  function contributed(values, event, at, upstream, cut) {
    const rule = program.rules[program.rule_of[at]];
    const inputs = given(values, event.node, cut);
    const givenTo = (ct) => [ct, values[event.node], ...rule.positions.map((position) => inputs[position])];
    const isCut = cut.has(use(event.node, event.position));
    const by = (ct, out) => {
      const made = ruled(rule, givenTo(ct))[out];
      return isCut ? zerosOf(made) : made;
    };
    const found = { value: by(upstream, rule.out), upstream };
    if (event.exact.local !== undefined) found.local = by(onesLike(values[event.node]), rule.local);
    return found;
  }

  /* What a rule makes of a cotangent that is 1 at one element of the result. */
  function row(values, event, at, element) {
    const one = full(values[event.node].shape);
    one.data[element] = 1;
    return contributed(values, event, at, one, new Set()).value;
  }

  function summed(before, added, node) {
    if (!before) return added;
    const { dtype } = program.nodes[node] || program.leaves[node];
    return computed({ op: "add", shape: added.shape, dtype }, [before, added]);
  }

  /* Compute both passes: the values by node, and the numbers of each event, all as arrays. */
  function run(changes, cut) {
    const values = forwards(changes, cut);
    const totals = new Map();
    let added = null;
    const events = data.events.map((event, at) => {
      if (event.kind === "forward") return { value: values[event.node] };
      if (event.kind === "vjp") {
        const found = contributed(values, event, at, totals.get(event.node), cut);
        added = found.value;
        return found;
      }
      const before = totals.get(event.node);
      const value = event.kind === "seed" ? seed : summed(before, added, event.node);
      totals.set(event.node, value);
      return before ? { value, before } : { value };
    });
    return { values, events };
  }

  const begin = data.events.find((event) => event.kind === "seed");
  const seed = missing() || !begin ? null
    : { shape: shapeOf(begin.node), data: Float64Array.from(numbered(begin.exact.value) || [], parsed) };

  /* A number of float32 as it is kept. */
  function leaf(node, numbers) {
    const { dtype } = program.leaves[node];
    const kept = dtype === "float32" ? Math.fround : Number;
    return { shape: shapeOf(node), data: Float64Array.from(numbers, (x) => kept(parsed(x))) };
  }

  return { missing: missing(), run, row, leaf, recorded };
}

/* The numbers of a run as the score keeps them: single ones, and arrays by their places. */
function numbersOf(data, { values, events }) {
  const arrays = [];
  const places = new Map();
  const asJson = (x) => (Number.isFinite(x) ? x : Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf");

  function kept(value, dtype) {
    if (!value.shape.length) return asJson(value.data[0]);
    if (!places.has(value)) {
      places.set(value, arrays.length);
      const sizes = [...value.data].map(Math.abs);
      const largest = sizes.reduce((a, b) => (Number.isNaN(b) ? a : Math.max(a, b)), 0);
      arrays.push({ shape: value.shape, dtype, largest: asJson(largest), data: [...value.data].map(asJson) });
    }
    return { array: places.get(value) };
  }

  const dtypeOf = (id) => (data.program.nodes[id] || data.program.leaves[id] || { dtype: "float64" }).dtype;
  const nodes = values.map((value, id) => kept(value, dtypeOf(id)));
  const exact = events.map((event, at) => {
    const dtype = dtypeOf(data.events[at].kind === "vjp" ? data.events[at].input : data.events[at].node);
    return Object.fromEntries(Object.entries(event).map(([key, value]) => [key, kept(value, dtype)]));
  });
  const born = { nan: firstAt(Number.isNaN), inf: firstAt((x) => Math.abs(x) === Infinity) };
  return { nodes, events: exact, arrays, born };

  /* The events whose value is the first to hold a kind of number: what it was made from has none. */
  function firstAt(test) {
    const has = (value) => value !== undefined && value.data.some(test);
    return events.flatMap((event, at) => (has(event.value) && !sources(at).some(has) ? [at] : []));
  }

  function sources(at) {
    const { kind, node } = data.events[at];
    const inputs = data.nodes[node].inputs.map((input) => values[input]);
    if (kind === "forward") return inputs;
    if (kind === "vjp") return [events[at].upstream, values[node], ...inputs];
    return kind === "accumulate" ? [events[at - 1].value, events[at].before] : [];
  }
}
