/* Lessons: nudge an input, compare a fold with its closed form, find a wrong rule. */

function makeNudge(score) {
  const box = make("section", { class: "nudge" });
  const { nudges, moved } = score.data;
  if (!nudges || !nudges.length) return null;
  let leaf = nudges.find((n) => moved && n.name === moved.name) || nudges[0];
  let chosen = leaf.steps.length - 1;
  if (moved) {
    const far = leaf.steps.map(([by]) => Math.abs(by - moved.by));
    chosen = far.indexOf(Math.min(...far));
  }

  const select = make("select", { "aria-label": "Input to move", onchange: () => {
    leaf = nudges[select.selectedIndex];
    chosen = leaf.steps.length - 1;
    draw();
  } }, nudges.map((n) => make("option", { selected: n === leaf }, n.name)));
  const slider = make("input", { type: "range", min: 0, step: 1, "aria-label": "How far",
    oninput: () => {
      chosen = Number(slider.value);
      draw();
    } });
  const body = make("div", {});
  const far = make("output", {});
  box.append(make("p", {}, "Move ", select, " by ", slider, " ", far), body);

  /* Enough digits to see what is left over. */
  const fine = (x) => (x === 0 ? "0" : Math.abs(x) >= 1e5 || Math.abs(x) < 1e-6
    ? x.toExponential(3) : x.toPrecision(4));

  function draw() {
    slider.max = leaf.steps.length - 1;
    slider.value = chosen;
    const [by, real] = leaf.steps[chosen];
    const predicted = leaf.gradient * by;
    const rest = real - predicted;
    const rounded = Math.abs(rest) <= leaf.rounding;
    const share = rounded ? "" : fine(rest / (by * by));
    slider.setAttribute("aria-valuetext", fine(by));
    far.textContent = fine(by);
    const row = (name, formula, value, kind) => make("tr", {},
      make("th", { scope: "row" }, name), make("td", {}, formula),
      make("td", { class: kind }, value));
    body.replaceChildren(plot(leaf, chosen),
      make("table", { class: "facts" }, make("tbody", {},
        row("real change", leaf.output + " at " + fine(leaf.value + by) + " minus " + leaf.output +
          " at " + fine(leaf.value), fine(real), "value"),
        row("gradient × change", leaf.symbol + " × " + fine(by), fine(predicted), "gradient"),
        row("left over", "real change minus gradient × change",
          rounded ? "nothing but rounding" : fine(rest), ""),
        row("left over / change²", "on a smooth curve about the same for all small changes: " +
          "half of the second derivative", share, ""))),
      leaf.chosen ? make("p", { class: "note" },
        "What was chosen by data, as by where or an index, stays as it was recorded.") : "");
  }
  draw();
  return { box };
}

/* The output along one input, and the line that the gradient promises. */
function plot(leaf, chosen) {
  const [width, height, edge] = [300, 150, 12];
  const steps = [...leaf.steps, [0, 0]].sort((a, b) => a[0] - b[0]);
  const line = steps.map(([by]) => leaf.gradient * by);
  const numbers = [...steps.map(([, real]) => real), ...line].filter(Number.isFinite);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const [first, last] = [steps[0][0], steps[steps.length - 1][0]];
  const x = (by) => edge + ((by - first) / (last - first || 1)) * (width - 2 * edge);
  const y = (v) => height - edge - ((v - low) / (high - low || 1)) * (height - 2 * edge);
  const shape = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const svg = shape("svg", { viewBox: "0 0 " + width + " " + height, class: "plot",
    role: "img", "aria-label": "The output along this input, and the straight line of its gradient" });
  const path = (values) => values.map((v, i) =>
    (i ? "L" : "M") + x(steps[i][0]).toFixed(1) + " " + y(v).toFixed(1)).join("");
  const [by, real] = leaf.steps[chosen];
  svg.append(
    shape("path", { d: "M" + x(0) + " 0V" + height, class: "axis" }),
    shape("path", { d: path(line), class: "tangent" }),
    shape("path", { d: path(steps.map(([, real]) => real)), class: "curve" }),
    shape("path", { d: "M" + x(by) + " " + y(real) + "V" + y(leaf.gradient * by), class: "gap" }),
    shape("circle", { cx: x(by), cy: y(real), r: 4, class: "real" }),
    shape("circle", { cx: x(by), cy: y(leaf.gradient * by), r: 4, class: "promised" }));
  return svg;
}

/* A fold's chain of local gradients beside its closed form. */
function makeCompare(score, stage) {
  const { chains, views } = score.data;
  if (!chains || !chains.length) return null;
  const one = (chain) => make("div", { class: "chain" },
    make("h3", {}, chain.title),
    make("table", { class: "facts" }, make("tbody", {},
      chain.rows.map(([name, formula, value]) => make("tr", {}, make("th", { scope: "row" }, name),
        make("td", {}, formula), make("td", { class: "gradient" }, value))))),
    make("p", { class: "note" }, chain.verdict));
  const fold = (text, direction) => make("button", { type: "button",
    onclick: () => stage.unfold(direction) }, text);
  const box = make("section", { class: "compare" }, chains.map(one),
    views.length > 1
      ? make("p", {}, fold("Close boxes (Shift+e)", -1), " ", fold("Open boxes (e)", 1)) : "");
  return { box };
}

/* Two runs beside each other, up to the first event at which they differ. */
function makeSpot(score, place) {
  const { beside } = score.data;
  if (!beside) return null;
  const box = make("section", { class: "spot", "aria-label": "Yours and the right one" });
  function update() {
    const here = beside.index !== null && place.at >= beside.index;
    const children = [make("p", { class: here ? "hint" : "" }, beside.verdict)];
    if (beside.index !== null) {
      if (here) {
        children.push(make("div", { class: "two" },
          make("div", {}, make("h3", {}, "Yours"), make("pre", {}, beside.mine)),
          make("div", {}, make("h3", {}, "Right"), make("pre", {}, beside.right))),
        make("p", {}, beside.hint));
      } else {
        children.push(make("button", { type: "button", onclick: () => place.go(beside.index) },
          "Go to the first difference"));
      }
    }
    box.replaceChildren(...children);
  }
  place.listen(update);
  update();
  return { box };
}
