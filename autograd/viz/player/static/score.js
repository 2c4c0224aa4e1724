/* The score: the data of one trace, and questions that are asked of it. */

const START = -1;

/* The page is made of elements, never of text that is taken for code. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== "") element.append(child);
  }
  return element;
}

/* Fields and a button that belong together.  No form: a frame in a notebook may not submit one. */
function makeForm(submit, name, ...children) {
  const send = make("button", { type: "button", onclick: submit }, name);
  return make("div", { class: "form", onkeydown: (event) => {
    if (event.key === "Enter" && event.target.matches("input")) submit();
  } }, children, send);
}

/* From structure and numbers to the data that all parts read; the numbers can be given anew. */
function makeScore(given) {
  const { structure } = given;
  const data = { ...given, ...structure, structure: null, numbers: null,
    nodes: structure.nodes.map((node) => ({ ...node })),
    events: structure.events.map((event) => ({ input: null, ...event, words: event.card })) };
  const last = data.events.length - 1;
  /* Where the backward pass is drawn as a graph, too, nothing but values is computed. */
  const forward = data.events.findIndex((event) => event.kind !== "forward");
  const seed = forward < 0 ? last + 1 : forward;
  const written = makeNumbers(data);
  const { show, has } = written;

  /* Every number of the run is replaced; then the caller says that numbers have changed. */
  function renumber(fresh) {
    const { nodes, events, architecture, ...rest } = fresh;
    Object.assign(data, rest, { statistics: architecture });
    data.nodes.forEach((node, id) => { node.value = nodes[id]; });
    data.events.forEach((event, at) => { event.exact = events[at]; });
    for (const event of data.events) event.card = cardWith(event);
    data.run = (data.run || 0) + 1;
    const values = [...nodes, ...events.map((event) => event.value)];
    data.finite = !values.some((value) => has("nan", value) || has("inf", value));
  }

  /* The words of a card, and the numbers of its event in them. */
  function cardWith(event) {
    const { words, exact, kind } = event;
    const node = data.nodes[event.node];
    if (kind === "accumulate") return { total: totalWith(words.total, exact) };
    const card = { ...words };
    if (kind === "forward") card.made += " = " + show(exact.value, false, node.dtype);
    if (kind === "seed") card.made += " = " + show(exact.value);
    if (node.inputs.length && kind !== "seed") card.given = givenOf(node);
    if (words.product) card.product = productWith(words.product, exact);
    return card;
  }

  const totalWith = (words, exact) => ({ ...words, after: show(exact.value),
    before: exact.before === undefined ? "nothing yet" : show(exact.before) });

  function productWith(words, exact) {
    const product = { ...words, upstream: show(exact.upstream), value: show(exact.value) };
    if (exact.local !== undefined && !product.rule) product.local = show(exact.local);
    return product;
  }

  /* The inputs of an operation with their numbers, the first of many. */
  function givenOf(node) {
    const inputs = [...new Set(node.inputs)].filter((id) => !data.nodes[id].constant);
    const first = inputs.slice(0, data.many).map((id) => {
      const { word, value, dtype } = data.nodes[id];
      return [word, show(value, false, dtype)];
    });
    const more = inputs.length - data.many;
    return more > 0 ? [...first, [more + " more", ""]] : first;
  }

  /* An operation forwards is one event; backwards it is all the gifts of one rule. */
  function group(at) {
    if (at < 0) return "start";
    const event = data.events[at];
    if (event.kind === "forward") return "forward " + event.node;
    if (event.kind === "seed") return "seed";
    return "rule " + ruleOf(at).node;
  }

  /* The rule that an event of the backward pass is part of. */
  function ruleOf(at) {
    const event = data.events[at];
    if (event.kind === "vjp") return event;
    return event.kind === "accumulate" ? data.events[at - 1] : null;
  }

  function cardOf(at) {
    const event = data.events[at];
    const rule = ruleOf(at);
    return rule && rule !== event ? { ...rule.card, ...event.card } : event.card;
  }

  function phaseOf(at) {
    if (at < 0) return "before the first event";
    if (seed > last) return "both passes";
    return at < seed ? "forward" : "backward";
  }

  /* What is known of a node at some event: its value, and its gradient so far. */
  function known(node, at) {
    let value;
    let gradient;
    if (data.nodes[node].constant) value = data.nodes[node].value;
    for (let i = 0; i <= at; i += 1) {
      const event = data.events[i];
      if (event.node !== node) continue;
      if (event.kind === "forward") value = event.exact.value;
      if (event.kind === "seed" || event.kind === "accumulate") gradient = event.exact.value;
    }
    return { value, gradient };
  }

  function sentence(at) {
    if (at < 0) return "Before the first of " + (last + 1) + " events.";
    const card = cardOf(at);
    if (data.events[at].kind === "accumulate") {
      const { before, after } = card.total;
      return card.head + ". " + card.product.target + ": " + before + " → " + after + ".";
    }
    const parts = [card.head, card.gate, card.made].filter(Boolean);
    if (card.given) parts.push(card.given.map(([n, x]) => (x ? n + " = " + x : n)).join(", "));
    if (card.product) {
      const p = card.product;
      parts.push(
        p.target + " gets local gradient " + [p.symbol, p.text, p.local || p.rule].filter(Boolean)
          .join(" = ") + " times upstream gradient " + p.upstream_symbol + " = " + p.upstream +
          ", contribution " + p.value);
    }
    return parts.join(". ") + ".";
  }

  renumber(given.numbers);
  return {
    ...written, data, last, seed, renumber, group, ruleOf, cardOf, phaseOf, known, sentence,
  };
}
