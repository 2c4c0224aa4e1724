/* An event as an equation: its rule as mathematics, and under it the same with the numbers. */

function makeEquation(score, place, options) {
  const { data } = score;

  const rule = (card) => card.product
    ? card.math && card.math.product || ruleAsText(card.product)
    : card.math && card.math.made || "";

  function ruleAsText(p) {
    if (p.rule) return p.target + " += " + p.rule;
    const local = p.text ? p.symbol + " = " + p.text : p.symbol;
    return p.target + " += [" + local + "] × [" + p.upstream_symbol + "]";
  }

  const madeAsText = (event) => {
    const node = data.nodes[event.node];
    if (event.kind === "seed") return node.grad;
    return node.formula ? node.word + " = " + node.formula : node.word;
  };

  /* What is computed, as mathematics; as text where the page has no mathematics of it. */
  function symbols(at) {
    const card = score.cardOf(at);
    const text = rule(card) || madeAsText(data.events[at]);
    return make("div", { class: "symbols" }, mathematics(text) || written(text));
  }

  function number(value, kind, first) {
    const text = score.show(value, options.exact);
    const bare = first || !text.startsWith("-");
    return make("span", { class: kind }, bare ? text : "(" + text + ")");
  }

  const few = (value) => value !== undefined && !score.array(value);

  /* The numbers of an event; null where one of them is a tensor, which the panes show. */
  function numbers(at) {
    const event = data.events[at];
    const vjp = score.ruleOf(at);
    const parts = vjp ? ofRule(vjp) : ofForward(event);
    return parts && make("div", { class: "numbers" }, parts);
  }

  function ofRule(event) {
    const { local, upstream, value } = event.exact;
    if (![local, upstream, value].every(few)) return null;
    const result = place.waiting ? "?" : number(value, "gradient result", true);
    return [number(local, "value"), " × ", number(upstream, "gradient"), " = ", result];
  }

  function ofForward(event) {
    const { value } = event.exact;
    if (!few(value)) return null;
    if (event.kind === "seed") return ["= ", number(value, "gradient result", true)];
    const node = data.nodes[event.node];
    const inputs = new Map(node.inputs.map((i) => [data.nodes[i].word, data.nodes[i]]));
    if (![...inputs.values()].every((input) => few(input.value))) return null;
    const parts = partsOf(node.formula || "", inputs.keys()).map(({ name, text }, k) =>
      name ? number(inputs.get(name).value, "value", k === 0) : written(text));
    return [...parts, parts.length ? " = " : "= ", number(value, "value result", true)];
  }

  function caption(at) {
    const { head, gate } = score.cardOf(at);
    return gate ? head + " · " + gate : head;
  }

  return { symbols, numbers, caption };
}
