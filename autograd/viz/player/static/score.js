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

function makeScore(data) {
  for (const event of data.events) {
    event.input = event.input === undefined ? null : event.input;
  }
  const last = data.events.length - 1;
  const seed = data.events.findIndex((event) => event.kind === "seed");
  const array = (value) =>
    value !== null && typeof value === "object" ? data.arrays[value.array] : null;

  /* The numbers of a value in a row; null where they are too many to be told. */
  const numbers = (value) => {
    const many = array(value);
    return many ? many.data : [value];
  };

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

  /* Numbers with the digits of all cards, halves rounded to even as Python does. */
  function rounded(value) {
    const digits = data.digits;
    const size = Math.abs(value);
    const scaled = size * 10 ** digits;
    const tie = Number.isInteger(size * 2 ** (digits + 1)) && scaled - Math.floor(scaled) === 0.5;
    if (!tie) return value.toFixed(digits);
    const even = Math.floor(scaled) + (Math.floor(scaled) % 2);
    return (value < 0 ? "-" : "") + (even / 10 ** digits).toFixed(digits);
  }

  function show(value, exact, whole) {
    if (value === undefined || value === null) return "";
    const many = array(value);
    if (many) {
      const shape = many.shape.join("x") || "empty";
      if (!many.data || many.data.length > 12) return "array " + shape;
      const integers = !many.dtype.startsWith("float");
      return "[" + many.data.map((one) => show(one, exact, integers)).join(" ") + "]";
    }
    if (typeof value === "string" || exact || whole) return String(value);
    const fixed = rounded(value);
    if ((value === 0 || Number(fixed) !== 0) && Math.abs(value) < 1e6) return fixed;
    return scientific(value).replace(/e([+-])(\d)$/, "e$10$2");
  }

  function scientific(value) {
    const { digits } = data;
    const [, whole, rest, power] = value.toExponential(100).match(/^(-?\d)\.(\d*)(.*)$/);
    const kept = whole + rest.slice(0, digits);
    const tie = /^50*$/.test(rest.slice(digits));
    if (!tie || Number(kept.slice(-1)) % 2) return value.toExponential(digits);
    return whole + (digits ? "." + rest.slice(0, digits) : "") + power;
  }

  /* The largest size of the elements, for breakpoints on gradients. */
  function size(value) {
    const many = array(value);
    const largest = many ? many.largest : value;
    return /^-?inf$/.test(largest) ? Infinity : Math.abs(Number(largest));
  }

  /* The place of an element in a shape, from its place in the list. */
  function unravel(index, shape) {
    const found = [];
    let rest = index;
    for (const length of [...shape].reverse()) {
      found.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    return found;
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

  return {
    data, last, seed, array, numbers, group, ruleOf, cardOf, phaseOf, known, show, size, unravel, sentence,
  };
}
