/* The step card: one event as an equation, in words and in numbers. */

const LONG = 4; /* numbers in a row that a card has room for */
const LEAST = 13; /* pixels of an equation that would be wider than its card */

function makeCard(score, place, options) {
  const { data } = score;
  const equation = makeEquation(score, place, options);
  const box = make("section", { class: "card", "aria-label": "Step" });

  /* Matrices are seen in the panes below; here their shape is enough. */
  const number = (text, exact) => {
    const many = exact === undefined ? null : score.array(exact);
    if (many && many.shape.length > 1) return many.shape.join("x");
    if (many && many.shape[0] > LONG) return "(" + many.shape[0] + ",)";
    return options.exact && exact !== undefined ? score.show(exact, true) : text;
  };

  function given(name, text) {
    const node = data.nodes.find((n) => n.word === name && !n.constant);
    const few = options.exact && node ? score.show(node.value, true) : text;
    if (node && node.shape.length > 1) return name + ": " + node.shape.join("x");
    return few ? name + " = " + few : name;
  }

  function shortened(text, event) {
    const many = event.kind === "forward" && score.array(event.exact.value);
    return many && many.shape.length > 1 ? text.slice(0, text.lastIndexOf(" = ")) : text;
  }

  function head(card) {
    return make("h2", {},
      make("span", {}, card.head),
      card.gate ? make("span", { class: "gate" }, card.gate) : "");
  }

  function made(card, event) {
    const kind = event.kind === "seed" ? "gradient" : "value";
    const parts = [make("span", { class: kind }, shortened(card.made, event))];
    for (const [name, text] of card.given || []) {
      parts.push(make("span", { class: "given" }, given(name, text)));
    }
    if (card.by_input) parts.push(make("span", { class: "given" }, "by input " + card.by_input));
    const forward = event.kind === "forward" || event.kind === "seed";
    const lines = [make("p", { class: forward ? "made aside" : "made" }, parts)];
    if (options.exact && event.kind === "forward") {
      lines.push(make("p", { class: "exact value" }, "exactly " + score.show(event.exact.value, true)));
    }
    return lines;
  }

  const single = ({ exact }) =>
    [exact.local, exact.upstream, exact.value].every((x) => x !== undefined && !score.array(x));

  /* [local gradient] x [upstream gradient] = contribution: a column each. */
  function product(card, event, hidden) {
    const p = card.product;
    const local = number(p.local, event.exact.local);
    const cell = (text, kind) => make("td", { class: kind || "" }, text);
    const sign = (text) => make("td", { class: "sign", "aria-hidden": "true" }, text);
    const heading = (text) => make("th", { scope: "col" }, text);
    const row = (name, ...cells) => make("tr", {}, make("th", { scope: "row" }, name), cells);
    return make("div", { class: "scroll" }, make("table", { class: "product" },
      make("thead", {}, make("tr", {}, make("td", { class: "corner" }), heading("local gradient"),
        sign("×"), heading("upstream gradient"), sign("="), heading("contribution"))),
      make("tbody", {},
        row("symbols", cell(p.text ? p.symbol + " = " + p.text : p.symbol), sign("×"),
          cell(p.upstream_symbol), sign("→"), cell(p.target)),
        row("numbers", cell(local, "value"), sign("×"),
          cell(number(p.upstream, event.exact.upstream), "gradient"), sign("="),
          cell(hidden ? "?" : number(p.value, event.exact.value), "gradient result")))));
  }

  function total(card, event) {
    const { before, after, pattern } = card.total;
    const rule = score.ruleOf(place.at);
    const target = rule && data.nodes[rule.input].grad;
    return make("p", { class: "sum" },
      target + ":  ",
      make("span", {}, number(before, event.exact.before)), " → ",
      make("span", { class: "gradient" },
        place.waiting ? "?" : number(after, event.exact.value)),
      pattern ? make("span", { class: "pattern" }, pattern) : "");
  }

  function source(event) {
    const place = data.nodes[event.node].place;
    if (!place) return "";
    const { text, start, end } = place;
    return make("p", { class: "source" },
      make("span", { class: "where" }, place.line),
      make("code", {}, text.slice(0, start), make("mark", {}, text.slice(start, end)),
        text.slice(end)));
  }

  function update() {
    if (place.at < 0) {
      box.replaceChildren(
        make("h2", {}, "Before the first of " + (score.last + 1) + " events"),
        make("p", { class: "made" }, "Nothing has been computed. Press → to begin."));
      return;
    }
    const event = data.events[place.at];
    const rule = score.ruleOf(place.at);
    const card = score.cardOf(place.at);
    const hidden = place.waiting && event.kind === "vjp";
    const numbers = !card.product ? equation.numbers(place.at)
      : single(rule) ? product(card, rule, hidden) : "";
    box.replaceChildren(head(card),
      make("div", { class: "rule" }, equation.symbols(place.at), numbers),
      make("div", { class: "words" }, made(card, event), card.product ? gradient(card, event) : "",
        source(rule || event)));
    fit();
  }

  /* Of a backward step: the sum so far, and the derivative in general. */
  function gradient(card, event) {
    const { summed, why } = card.product;
    return [
      card.total ? total(card, event) : "",
      summed ? make("p", { class: "note" }, "summed over the copies made by broadcasting") : "",
      why ? make("p", { class: "why" }, "because ", why) : "",
    ];
  }

  /* The equation has the size of the style sheet, or less where the card is too narrow for it. */
  function fit() {
    for (const line of box.querySelectorAll(".symbols, .numbers")) {
      line.style.fontSize = "";
      fitLine(line, parseFloat(getComputedStyle(line).fontSize), LEAST);
    }
  }

  new ResizeObserver(fit).observe(box);
  place.listen(update);
  return { box, update };
}
