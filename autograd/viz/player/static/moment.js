/* A moment: what is known of a graph after some event of its trace, and how far each node is. */

function makeMoments(score) {
  const { data } = score;
  const counted = (key) => {
    const counts = data.nodes.map(() => 0);
    for (const event of data.events) if (event.kind === "vjp") counts[event[key]] += 1;
    return counts;
  };
  const rules = counted("node");
  const uses = counted("input");

  function at(index) {
    const known = new Set(data.nodes.flatMap((node, id) => (node.constant ? [id] : [])));
    const contributions = new Map();
    const locals = new Map();
    const totals = new Map();
    const applied = data.nodes.map(() => 0);
    const arrived = data.nodes.map(() => 0);
    for (const event of data.events.slice(0, index + 1)) {
      const { kind, node, exact } = event;
      if (kind === "forward") known.add(node);
      else if (kind === "vjp") {
        const edge = node + "-" + event.position;
        contributions.set(edge, exact.value);
        locals.set(edge, exact.local);
        applied[node] += 1;
      } else {
        totals.set(node, exact.value);
        arrived[node] += kind === "accumulate" ? 1 : 0;
      }
    }
    const event = data.events[index];
    const lit = litBy(index);

    function state(node) {
      if (lit.includes(node)) return "lit";
      if (!event || event.kind === "forward") return known.has(node) ? "done" : "pending";
      if (!rules[node] && !uses[node]) return ""; /* no gradient ever comes here */
      return applied[node] === rules[node] && arrived[node] === uses[node] ? "done" : "pending";
    }

    return {
      event, contributions, locals, totals, state,
      value: (node) => (known.has(node) ? data.nodes[node].value : undefined),
      stateOf: (nodes) => {
        const among = new Set(nodes.map(state));
        return ["lit", "pending", "done"].find((name) => among.has(name)) || "";
      },
    };
  }

  /* An accumulation belongs to the rule before it. */
  function litBy(index) {
    const event = data.events[index];
    if (!event) return [];
    const rule = event.kind === "accumulate" ? score.ruleOf(index) : null;
    return rule ? [rule.node, event.node] : [event.node];
  }

  return { at };
}

/* The sum of some values of one shape, in the order given, rounded as their type is. */
function sumOf(score, values) {
  if (values.length === 1) return values[0];
  const arrays = values.map(score.array);
  if (!arrays[0]) return values.map(Number).reduce((a, b) => a + b);
  const { shape, dtype } = arrays[0];
  if (arrays.some((many) => !many.data)) return { shape, dtype, data: null, parts: values.length };
  const rounded = dtype === "float32" ? Math.fround : Number;
  const data = arrays[0].data.map((_, k) =>
    arrays.map((many) => score.parsed(many.data[k])).reduce((a, b) => rounded(a + b)));
  return { shape, dtype, data: data.map(score.unparsed) };
}

/* The kinds of numbers that are not finite which first appear at some nodes: "NaN, gradient Inf". */
function badgeOf(score, nodes, moment) {
  const { data } = score;
  const names = { nan: "NaN", inf: "Inf" };
  const found = new Set();
  for (const id of nodes) {
    const inputs = data.nodes[id].inputs.map((input) => data.nodes[input].value);
    const value = moment.value(id);
    const note = (made, sources, word) => {
      for (const [kind, name] of Object.entries(names)) {
        if (score.has(kind, made) && !sources.some((x) => score.has(kind, x))) found.add(word + name);
      }
    };
    note(value, inputs, "");
    inputs.forEach((_, position) => note(moment.contributions.get(id + "-" + position),
      [value, moment.totals.get(id), ...inputs], "gradient "));
  }
  return [...found].join(", ");
}

/* The local gradients inside a closed box, multiplied along every path, and what it hands on. */
function chainText(score, chain, moment) {
  const arrived = chain.edges.map((edge) => moment.contributions.get(edge));
  const upstream = moment.totals.get(chain.exit);
  if (upstream === undefined || arrived.includes(undefined)) return "";
  const paths = chain.paths.map((path) => path.map((edge) => Number(moment.locals.get(edge))));
  const local = paths.map((path) => path.reduce((a, b) => a * b, 1)).reduce((a, b) => a + b, 0);
  const written = paths.map((path) => path.map((x) => score.show(x)).join(" x ")).join(" + ");
  const count = paths.flat().length;
  const product = count > 1 && count <= chain.most ? written + " = " : "";
  const total = arrived.map(Number).reduce((a, b) => a + b, 0);
  return "[" + product + score.show(local) + "] x [" + score.show(upstream) + "] = " + score.show(total);
}
