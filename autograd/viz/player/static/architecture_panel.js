/* The panel of the chosen box: what it is, its numbers, its weights, and the operations inside. */

const INSIDE = 60;
const CONTRIBUTIONS = 12;

function makeBoxPanel(score, place, view) {
  const { data } = score;
  const { model } = view;
  let listed = false; /* whether the operations inside are listed */
  const box = make("section", { class: "box-panel", "aria-label": "Chosen box", hidden: true });

  const row = (name, text, kind) => (text === "" || text === undefined ? ""
    : make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: kind || "" }, text)));
  const button = (text, action) => make("button", { type: "button", onclick: action }, text);
  const at = () => view.moment();

  function facts(one) {
    const known = model.known(one.id, at());
    const inputs = one.input.map(times).join(", ");
    return make("table", { class: "facts" }, make("tbody", {}, [
      row("in", [inputs && inputs + " →", times(one.shape) || "one number"].filter(Boolean).join(" ")),
      row("options", one.options || ""),
      row("layers", one.role === "stack" ? one.count + (one.shared ? ", shared weights" : ", own weights") : ""),
      row("parameters", one.parameters ? one.parameters.toLocaleString("en") : ""),
      row("value, rms", brief(known.rms), "value"),
      row("gradient, rms", brief(known.gradient), "gradient"),
      row("zeros", percent(known.zeros)),
      row("forward", milliseconds(known.forward_ms)),
      row("backward", milliseconds(known.backward_ms)),
      row("saved", bytesOf(known.bytes)),
    ]));
  }

  function weightTable(one) {
    if (!one.weights.length) return "";
    const head = ["weight", "|W|", "|dW|", "ratio"].map((text) => make("th", { scope: "col" }, text));
    return make("table", { class: "weights" }, make("thead", {}, make("tr", {}, head)),
      make("tbody", {}, one.weights.map((entry) => weightRow(one, entry))));
  }

  function weightRow(one, entry) {
    const { rms, gradient, ratio } = model.weight(one.id, entry, at());
    const chosen = view.state.weight === entry.name;
    const open = make("button", { type: "button", "aria-expanded": String(chosen),
      onclick: () => view.choose(one.id, chosen ? null : entry.name) }, entry.name + " " + times(entry.shape));
    const uses = entry.uses > 1 ? make("small", {}, " used " + entry.uses + " times") : "";
    return make("tr", {}, make("th", { scope: "row" }, open, uses),
      make("td", { class: "value" }, brief(rms)), make("td", { class: "gradient" }, brief(gradient)),
      make("td", {}, brief(ratio)));
  }

  /* Value and gradient of a weight side by side, and what an update would change. */
  function opened(one) {
    const entry = one.weights.find((weight) => weight.name === view.state.weight);
    if (!entry) return "";
    const known = model.weight(one.id, entry, at());
    const there = at() < 0 ? {} : score.known(entry.node, at());
    return make("div", { class: "weight-open" },
      make("div", { class: "maps" },
        heatMap(score, there.value, entry.name, "value", known.rms, entry.shape),
        heatMap(score, there.gradient, data.nodes[entry.node].grad, "gradient", known.gradient, entry.shape)),
      known.ratio === undefined ? "" : make("p", { class: "note" }, "A step of " +
        "0.01 × gradient changes the weight by " + share(known.ratio) + "."),
      entry.uses > 1 ? contributions(entry) : "");
  }

  const share = (ratio) => (typeof ratio === "number" ? brief(ratio) + " %" : String(ratio));

  /* Each use of a weight adds its own contribution to the gradient. */
  function contributions(entry) {
    const found = data.events.flatMap((event, index) =>
      (event.kind === "vjp" && event.input === entry.node && index <= at() ? [index] : []));
    if (!found.length) return "";
    const items = found.slice(0, CONTRIBUTIONS).map((index, k) => make("li", {},
      button("use " + (k + 1) + ": " + score.show(data.events[index].exact.value), () => place.go(index))));
    return make("div", {}, make("p", {}, found.length + " contributions, summed:"), make("ul", {}, items));
  }

  function inside(one) {
    const nodes = model.operations(one.id);
    if (!nodes.length) return [];
    const items = nodes.slice(0, INSIDE).map((node) => make("li", {},
      button(data.nodes[node].gate + " → " + data.nodes[node].word, () => place.go(model.made.get(node)))));
    const rest = nodes.length - INSIDE;
    const more = rest > 0 ? make("li", { class: "note" }, "and " + rest + " more") : "";
    return [
      make("button", { type: "button", "aria-expanded": String(listed), onclick: () => {
        listed = !listed;
        update();
      } }, counts(nodes.length, "operation")),
      listed ? make("ul", { class: "found" }, items, more) : ""];
  }

  function gradientEvent(one) {
    const found = model.collected.get(model.output(one.id));
    return found === undefined ? "" : button("Its gradient", () => place.go(found));
  }

  function update() {
    const one = view.state.chosen === null ? null : model.boxes[view.state.chosen];
    box.hidden = !one;
    if (!one) return;
    const open = view.state.open.has(one.id);
    const had = document.activeElement && box.contains(document.activeElement) ? document.activeElement.textContent : null;
    box.replaceChildren(
      make("h3", {}, one.name, make("small", {}, " " + (one.kind !== one.name ? one.kind : ""))),
      one.path && one.path !== one.name ? make("p", { class: "note" }, one.path) : "",
      facts(one), weightTable(one), opened(one),
      make("p", { class: "buttons-row" },
        model.opens(one.id) ? button(open ? "Close" : "Open", () => (open ? view.close(one.id) : view.openBox(one.id))) : "",
        one.nodes.length ? button("Its value", () => place.go(model.made.get(model.output(one.id)))) : "",
        gradientEvent(one), ...inside(one)));
    const again = had && [...box.querySelectorAll("button")].find((one) => one.textContent === had);
    if (again) again.focus({ preventScroll: true });
  }

  view.listen(update);
  return { box, update };
}
