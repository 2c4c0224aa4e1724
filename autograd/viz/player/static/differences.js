/* Differences: what a number was before a change and what it is now, and by how much it has moved. */

const FEW_NUMBERS = 4; /* that are written one by one */

function makeDifferences(score, options) {
  const { data } = score;

  const elements = (value, arrays) =>
    (value !== null && typeof value === "object" ? arrays[value.array].data : [value]);

  function written(value, arrays) {
    const many = value !== null && typeof value === "object" ? arrays[value.array] : null;
    if (!many) return score.show(value, options.exact);
    return "[" + many.data.map((x) => score.show(x, options.exact, many.dtype)).join(" ") + "]";
  }

  function sizeOfGap(then, now) {
    const gaps = then.map((x, k) => Math.abs(now[k] - x)).filter((gap) => !Number.isNaN(gap));
    return gaps.length ? Math.max(...gaps) : Infinity;
  }

  /* One number or array as a line; null if it is what it was. */
  function of(name, was, now, kind, before) {
    const [then, here] = [elements(was, before.arrays), elements(now, data.arrays)];
    if (!then || !here || then.every((x, k) => Object.is(x, here[k]))) return null;
    const by = sizeOfGap(then, here);
    const text = then.length > FEW_NUMBERS
      ? make("span", { class: kind }, "by up to " + score.show(by))
      : [make("span", { class: "was" }, written(was, before.arrays) + " → "),
        make("span", { class: kind }, written(now, data.arrays))];
    return { by, row: make("span", { class: "difference" }, name + ": ", text) };
  }

  const value = (node, before) =>
    of(data.nodes[node].word, before.nodes[node], data.nodes[node].value, "value", before);

  /* Of the whole gradient of a node. */
  function gradient(node, before) {
    const isTotal = (event) => event.node === node && ["seed", "accumulate"].includes(event.kind);
    const at = data.events.findLastIndex(isTotal);
    if (at < 0) return null;
    return of(data.nodes[node].grad, before.events[at].value, data.events[at].exact.value, "gradient", before);
  }

  function event(at, before) {
    const { kind, exact } = data.events[at];
    return of("changed", before.events[at].value, exact.value, kind === "forward" ? "value" : "gradient", before);
  }

  return { value, gradient, event };
}
