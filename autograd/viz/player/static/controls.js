/* Controls: buttons, keys, search, breakpoints; whatever a button does, a key does, too. */

const THEMES = ["lecture", "safe", "dark"];

const ICONS = {
  start: "M4 3h2v10H4zM14 3v10L7 8z",
  backOperation: "M14 3v10L9 8zM8 3v10L3 8z",
  back: "M11 3v10L5 8z",
  play: "M4 3v10l9-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M5 3v10l6-5z",
  operation: "M2 3v10l5-5zM8 3v10l5-5z",
  end: "M2 3v10l7-5zM10 3h2v10h-2z",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function makeBar(score, place) {
  const button = (name, label, key, action) => make("button", { type: "button", class: name,
    "aria-label": label, title: label + " (" + key + ")", onclick: action }, icon(name));
  const play = button("play", "Play", "Space", () => place.play());
  const slider = make("input", { type: "range", min: START, max: score.last, step: 1,
    "aria-label": "Event", class: "scrubber",
    oninput: () => place.go(Number(slider.value)) });
  const where = make("output", { class: "where" });
  const speed = make("select", { "aria-label": "Speed", title: "Speed", class: "speed",
    onchange: () => { place.speed = Number(speed.value); } },
    [["0.5", "slow"], ["1", "normal"], ["3", "fast"]].map(([value, name]) =>
      make("option", { value, selected: value === "1" }, name)));
  const ticks = make("div", { class: "ticks", "aria-hidden": "true" });
  const share = (at) => ((at - START) / (score.last - START || 1)) * 100;
  ticks.style.setProperty("--seed", share(score.seed) + "%");
  const box = make("div", { class: "bar", role: "toolbar", "aria-label": "Stepping" },
    make("div", { class: "buttons" },
      button("start", "To the start", "Home", () => place.go(START)),
      button("backOperation", "Back one operation", "Shift+←", () => place.operation(-1)),
      button("back", "Back", "←", () => place.step(-1)),
      play,
      button("step", "Step", "→", () => place.step(1)),
      button("operation", "Forward one operation", "Shift+→", () => place.operation(1)),
      button("end", "To the end", "End", () => place.go(score.last))),
    make("div", { class: "track" }, ticks, slider),
    where, speed);

  function update() {
    slider.value = place.at;
    const phase = score.phaseOf(place.at);
    where.textContent = place.at < 0 ? "start" : place.at + 1 + " of " + (score.last + 1) + ", " + phase;
    slider.setAttribute("aria-valuetext", "event " + where.textContent);
    play.replaceChildren(icon(place.playing ? "pause" : "play"));
    play.setAttribute("aria-label", place.playing ? "Pause" : "Play");
    ticks.replaceChildren(...place.breakpoints.flatMap((b) => b.events).slice(0, 300).map((at) => {
      const tick = make("i", {});
      tick.style.left = share(at) + "%";
      return tick;
    }));
  }
  place.listen(update);
  update();
  return { box };
}

/* A node by itself: what it is, what is known of it now, and what can be done with it. */
function makeInspector(score, place, stage, options) {
  const { data } = score;
  const box = make("section", { class: "inspector", "aria-label": "Chosen node" });
  function update() {
    const node = data.nodes[place.selected];
    box.hidden = !node;
    if (!node) return;
    const { value, gradient } = score.known(place.selected, place.waiting ? place.at - 1 : place.at);
    const row = (name, text, kind) => make("tr", {}, make("th", { scope: "row" }, name),
      make("td", { class: kind }, text));
    const rows = [
      node.formula ? row("computed as", node.word + " = " + node.formula) : "",
      row("value", value === undefined ? "not yet computed" : score.show(value, true), "value"),
      !node.tracked ? ""
        : row(node.grad, gradient === undefined ? "not yet computed" : score.show(gradient, true),
          "gradient"),
      node.shape.length ? row("shape", "(" + node.shape.join(", ") + (node.shape.length === 1 ? "," : "") + ")") : "",
      node.scope ? row("in", node.scope) : "",
    ];
    const buttons = [
      node.constant ? "" : make("button", { type: "button",
        onclick: () => place.runTo(place.selected) }, "Go to its next event"),
      node.constant ? "" : make("button", { type: "button",
        onclick: () => place.breakOn("id", String(place.selected)) }, "Break here (b)"),
      stage.isFold(place.selected) ? make("button", { type: "button",
        onclick: () => stage.openBox(place.selected) }, "Open (Enter)") : "",
      make("button", { type: "button", onclick: () => place.select(null) }, "Close"),
    ];
    box.replaceChildren(make("h3", {}, node.operation ? node.gate + " makes " + node.word
      : (node.constant ? "constant " : "leaf ") + node.word),
      make("table", { class: "facts" }, make("tbody", {}, rows.filter(Boolean))),
      make("p", {}, buttons.filter(Boolean)));
  }
  place.listen(update);
  update();
  return { box };
}

/* Find a node by its name, its operation, its formula or its scope. */
function makeSearch(score, place, boxesFound) {
  const { data } = score;
  const list = make("ul", { "aria-label": "Nodes", class: "found" });
  const input = make("input", { type: "search", placeholder: "name, operation or scope",
    "aria-label": "Find a node", autocomplete: "off" });
  const box = make("section", { class: "search" }, input, list);
  let going = false;

  function matching() {
    const text = input.value.trim().toLowerCase();
    return data.nodes.flatMap((node, id) => {
      const words = [node.word, node.name, node.gate, node.operation, node.scope].join(" ");
      const exact = [node.word, node.name].includes(input.value.trim());
      return !node.constant && words.toLowerCase().includes(text) ? [{ id, node, exact }] : [];
    }).sort((a, b) => b.exact - a.exact).slice(0, 40);
  }

  function choose(id) {
    place.select(id);
    if (going) place.runTo(id);
  }

  function draw() {
    const found = matching();
    const boxes = boxesFound ? boxesFound(input.value).slice(0, 12) : [];
    list.replaceChildren(...boxes.map(({ name, kind, go }) => make("li", {},
      make("button", { type: "button", onclick: go }, make("b", {}, name), " ", kind))), ...found.map(({ id, node }) => make("li", {},
      make("button", { type: "button", onclick: () => choose(id) },
        make("b", {}, node.word), " ", node.gate || "leaf", " ", node.formula,
        node.scope ? make("small", {}, " in " + node.scope) : ""))));
    if (!found.length && !boxes.length) list.replaceChildren(make("li", { class: "note" }, "no node is called so"));
  }

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    const first = event.key === "Enter" && list.querySelector("button");
    if (!first) return;
    first.click();
    /* So that the next key is one of the drawing's. */
    input.closest(".glassgrad").querySelector(".stage").focus();
  });

  return { box, open: (go) => {
    going = go;
    input.placeholder = go ? "go to: name, operation or scope" : "name, operation or scope";
    draw();
    input.focus();
    input.select();
  } };
}

function makeBreakpoints(score, place) {
  const kind = make("select", { "aria-label": "Break on" }, [["node", "node"],
    ["operation", "operation"], ["name", "name like"], ["below", "gradient below"],
    ["above", "gradient above"], ["nan", "first NaN"], ["inf", "first infinity"]].map(
    ([value, text]) => make("option", { value }, text)));
  const input = make("input", { type: "text", "aria-label": "Which", autocomplete: "off" });
  const said = make("p", { class: "hint", role: "status" });
  const list = make("ul", { class: "breakpoints" });
  const form = makeForm(() => {
    const done = place.breakOn(kind.value, input.value.trim());
    said.textContent = done ? "" : "There is nothing like that here.";
    if (done) input.value = "";
  }, "Add", kind, input);
  kind.addEventListener("change", () => {
    input.hidden = ["nan", "inf"].includes(kind.value);
  });
  const run = make("button", { type: "button", onclick: () => place.run() }, "Run to the next (r)");
  const box = make("section", {}, form, said, list, make("p", {}, run));
  function update() {
    list.replaceChildren(...place.breakpoints.map((b) => make("li", {},
      b.label + ", " + (b.events.length === 1 ? "1 event" : b.events.length + " events") + " ",
      make("button", { type: "button", "aria-label": "Remove " + b.label,
        onclick: () => place.removeBreakpoint(b) }, "×"))));
    run.hidden = !place.breakpoints.length;
  }
  place.listen((why) => {
    if (why === "breakpoints" || why === "silent") update();
  });
  update();
  return { box };
}

/* Every step in words, for reading, and for paper. */
function makeSteps(score, place) {
  const list = make("ol", { class: "steps" });
  const box = make("section", {}, list);
  let filled = false;
  function fill() {
    if (filled) return;
    filled = true;
    list.append(...score.data.events.map((_, at) => make("li", {},
      make("button", { type: "button", onclick: () => place.go(at) }, score.sentence(at)))));
    update();
  }
  function update(why) {
    if (!filled) return;
    if (why === "numbers") {
      filled = false;
      list.replaceChildren();
      fill();
    }
    for (const [at, item] of [...list.children].entries()) {
      item.classList.toggle("now", at === place.at);
      if (at === place.at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }
  place.listen(update);
  return { box, fill };
}

const HELP = [
  ["← →", "step back, step"], ["Shift ← →", "by operation"], ["Home End", "first, last event"],
  ["Space", "play, pause"], ["/", "find a node"], ["g", "go to a node"],
  ["b", "break at the chosen or current node"], ["r", "run to the next breakpoint"],
  ["i", "change the chosen value, or cut its wires"],
  ["e Shift e", "open one level, fold it"], ["Enter", "open the chosen box"],
  ["Backspace", "close the box around it"], ["Shift Enter", "open all boxes like it"],
  ["x", "exact digits"], ["p", "predict before it is shown"],
  ["P Escape", "present, leave"], ["Alt ← → ↑ ↓", "choose a cell of a tensor"],
  ["n", "nudge an input", "nudge"], ["c", "compare folds", "compare"],
  ["f 0", "fit the whole drawing"], ["+ −", "zoom; also the wheel, and two fingers"], ["m", "map of the drawing"],
  ["t", "colours"],
  ["v", "gates or architecture", "gates"], ["Tab", "along the wires", "architecture"],
  ["c", "colour by kind, gradient, zeros, time, memory", "architecture"],
  ["?", "this list"],
];

function makeHelp(tools) {
  const here = HELP.filter(([, , tool]) => !tool || tools.includes(tool));
  return { box: make("section", {}, make("dl", { class: "help" }, here.flatMap(([key, what]) =>
    [make("dt", {}, key), make("dd", {}, what)]))) };
}
