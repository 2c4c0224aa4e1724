/* Colour modes of the architecture view: what the band of a box says. */

const MODES = [["kind", "Kind"], ["gradient", "Gradient"], ["zeros", "Zeros"], ["time", "Time"],
  ["memory", "Memory"]];

function makeColours(model) {
  const family = new Map(model.boxes.map((box) => [box.id, box.family]));
  let mode = "kind";

  const time = (known) => (known.forward_ms || 0) + (known.backward_ms || 0);
  const largest = (at, read) =>
    Math.max(...model.boxes.map((box) => Number(read(model.known(box.id, at))) || 0));

  /* Each mode reads a box's statistics; null where there is nothing to say. */
  const readers = {
    gradient: (at) => {
      const centre = model.centre(at);
      return (one) => (one.gradient > 0 && centre ? Math.log10(one.gradient / centre) / 2 : null);
    },
    zeros: () => (one) => (typeof one.zeros === "number" ? one.zeros : null),
    time: (at) => {
      const most = largest(at, time);
      return (one) => (most && time(one) ? time(one) / most : null);
    },
    memory: (at) => {
      const most = largest(at, (one) => one.bytes);
      return (one) => (most && one.bytes ? one.bytes / most : null);
    },
  };

  /* The colour of every box at an event, by its id. */
  function at(event) {
    if (mode === "kind") return (id) => "var(--" + family.get(id) + ")";
    const read = readers[mode](event);
    return (id) => tone(read(model.known(id, event)));
  }

  function tone(share) {
    if (share === null) return "var(--edge)";
    const part = Math.max(12, Math.min(1, Math.abs(share)) * 100).toFixed(0) + "%";
    return "color-mix(in srgb, var(--" + (share < 0 ? "negative" : "positive") + ") " + part +
      ", var(--edge))";
  }

  const ENDS = { gradient: ["÷100", "median", "×100"], zeros: ["0 %", "", "100 %"],
    time: ["0 ms", "", "slowest"], memory: ["0", "", "largest"] };

  function legend(visible) {
    if (mode === "kind") {
      const there = [...new Set(visible.map((id) => family.get(id)))];
      return there.map((name) => {
        const square = make("i", {});
        square.style.background = "var(--" + name + ")";
        return make("span", {}, square, name);
      });
    }
    const [low, middle, high] = ENDS[mode];
    return [make("span", {}, low), make("i", { class: "ramp " + mode }),
      make("span", {}, [middle && middle + " in the middle, ", high].filter(Boolean).join(""))];
  }

  return {
    at, legend,
    get mode() { return mode; },
    set: (name) => { mode = name; },
    next: () => { mode = MODES[(MODES.findIndex(([id]) => id === mode) + 1) % MODES.length][0]; },
  };
}
