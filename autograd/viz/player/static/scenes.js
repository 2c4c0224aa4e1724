/* Scenes: the tensors of an event in the order of its equation, with the operators between them. */

function makeScenes(score) {
  const { data } = score;
  const pane = (key, title, value, role) => ({ key, title, value, role });
  const sign = (text) => ({ sign: written(text).trim() });
  const linkOf = (node, position) => data.cells[node + "-" + position];

  /* An expression with a pane for each name that has one left; other names stay text. */
  function spelled(text, panes) {
    const left = new Map();
    for (const [name, made] of panes) left.set(name, [...left.get(name) || [], made]);
    const bare = text.replace(/\((d\w+\/d[\w.]+)\)(?=\.m?T\b)/g, "$1");
    const parts = partsOf(bare, left.keys());
    return parts.map((part, k) => {
      const made = part.name && left.get(part.name).shift();
      if (!made) return sign(part.name || untransposed(part.text, parts[k - 1]));
      return transposed(parts[k + 1]) && score.array(made.value)
        ? { ...made, title: made.title.replace(/(,|$)/, "ᵀ$1"), turn: true } : made;
    }).filter((item) => item.key || item.sign);
  }

  const transposed = (part) => Boolean(part && part.text && /^\.m?T\b/.test(part.text));
  const untransposed = (text, before) =>
    before && before.name ? text.replace(/^\.m?T\b/, "") : text;

  const inputsOf = (node) => data.nodes[node].inputs.map((input, position) => {
    const { word, value } = data.nodes[input];
    return [word, pane("in" + position, word, value, "value")];
  });

  /* What is there to see at an event: lines of panes and signs, links from cell to cell, the pane
     of the result, and the factors of a product. */
  function scene(at) {
    const event = data.events[at];
    if (!event || event.kind === "seed") return { lines: [], links: [] };
    if (event.kind === "forward") return forwardScene(event);
    const shown = ruleScene(score.ruleOf(at));
    return event.kind === "accumulate" ? withSum(shown, event) : shown;
  }

  function forwardScene(event) {
    const node = data.nodes[event.node];
    const out = pane("out", node.word, event.exact.value, "value");
    const inputs = inputsOf(event.node);
    if (!inputs.length) return { lines: [[out]], links: [], result: "out" };
    let items = spelled(node.formula, inputs);
    if (items.filter((item) => item.key).length < inputs.length) {
      items = [sign(node.gate), ...inputs.map(([, made]) => made)];
    }
    const links = node.inputs.flatMap((input, position) => {
      const rows = linkOf(event.node, position);
      const known = score.numbers(event.exact.value) && score.numbers(data.nodes[input].value);
      return rows && known ? [{ from: "out", to: "in" + position, rows, forward: true }] : [];
    });
    return { lines: [[...items, sign("="), out]], links, result: "out", node };
  }

  function ruleScene(event) {
    const { exact, node, position } = event;
    const p = event.card.product;
    const up = pane("up", p.upstream_symbol + ", upstream", exact.upstream, "gradient");
    const gift = pane("gift", "contribution to " + p.target, exact.value, "gradient");
    const local = exact.local === undefined ? null
      : pane("local", p.text ? p.symbol + " = " + p.text : p.symbol, exact.local, "value");
    const items = local ? [local, sign(score.array(exact.local) ? "⊙" : "×"), up] : ruleItems(event, up);
    const rows = linkOf(node, position);
    const gone = score.numbers(exact.value);
    const links = rows && gone && score.numbers(exact.upstream)
      ? [{ from: "gift", to: "up", rows: turned(rows, gone.length), forward: false }] : [];
    return { lines: [[...items, sign("="), gift]], links, result: "gift",
      factors: links.length ? factorsOf(event) : [] };
  }

  /* The rule as an expression; where it names nothing, the upstream gradient and other inputs. */
  function ruleItems(event, up) {
    const { rule, upstream_symbol: symbol } = event.card.product;
    const { word, value } = data.nodes[event.node];
    const inputs = inputsOf(event.node);
    const named = spelled(rule || "", [[symbol, up], ...inputs,
      [word, pane("made", word, value, "value")]]);
    if (named.some((item) => item.key === "up")) return named;
    return [up, ...inputs.map(([, made]) => made).filter((_, k) => k !== event.position)];
  }

  /* Where the factors of a cell of the contribution stand: [pane, function of (out, cell)]. */
  function factorsOf(event) {
    const { node, position, exact } = event;
    const { inputs } = data.nodes[node];
    const many = (value) => score.numbers(value) || [];
    const found = inputs.flatMap((input, k) => {
      if (k === position || !many(data.nodes[input].value).length) return [];
      const factor = makeFactors(linkOf(node, position), linkOf(node, k),
        score.numbers(data.nodes[input].value));
      return factor ? [["in" + k, factor]] : [];
    });
    if (many(exact.local).length === many(exact.upstream).length) found.push(["local", (out) => out]);
    return found;
  }

  /* A gradient that had something before: its sum is a line of its own. */
  function withSum(shown, event) {
    if (event.exact.before === undefined) return shown;
    const before = pane("before", "so far", event.exact.before, "gradient");
    const now = pane("now", data.nodes[event.node].grad, event.exact.value, "gradient");
    return { ...shown, result: "now",
      lines: [...shown.lines, [before, sign("+ contribution ="), now]],
      links: [...shown.links, { from: "now", to: "before", rows: null },
        { from: "now", to: "gift", rows: null }] };
  }

  return { scene };
}
