/* The timeline: when each box computes, forwards and backwards, and the memory that is saved. */

const LANES = { row: 17, levels: 3, left: 64, right: 14, memory: 34, top: 16 };

function makeTimelineLanes(score, place, view) {
  const { data } = score;
  const { model } = view;
  const box = make("div", { class: "lanes" });
  const caption = make("span", { class: "key" },
    make("span", {}, "from the first to the last event of each box; beneath, bytes saved for the backward pass"));
  const spans = spansOf();
  const saved = savedOf();
  let width = 0;

  /* For each box the events of its nodes, forwards and backwards, as stretches from first to last. */
  function spansOf() {
    const found = model.boxes.map(() => [null, null]);
    data.events.forEach((event, at) => {
      const node = model.nodeAt(at);
      const holder = model.owner.get(node);
      if (holder === undefined) return;
      const pass = at < score.seed ? 0 : 1;
      for (const id of model.lineage(holder)) {
        const span = found[id][pass];
        if (span) span[1] = at;
        else found[id][pass] = [at, at];
      }
    });
    return found;
  }

  /* Bytes that are saved after each event, by the outermost box that holds them. */
  function savedOf() {
    const freed = new Map();
    data.events.forEach((event, at) => {
      if (event.kind === "vjp") freed.set(event.node, at);
    });
    const changes = data.events.map(() => []);
    for (const leaf of model.boxes) {
      if (leaf.children.length || !leaf.nodes.length) continue;
      const { bytes } = model.numbers().boxes[leaf.id] || {};
      const made = model.made.get(model.output(leaf.id));
      if (!bytes || made === undefined || made >= score.seed) continue;
      const outer = topOf(leaf.id);
      changes[made].push([outer, bytes]);
      const last = freed.get(model.output(leaf.id));
      if (last !== undefined) changes[last].push([outer, -bytes]);
    }
    return accumulated(changes);
  }

  function topOf(id) {
    return model.lineage(id).pop();
  }

  function accumulated(changes) {
    const now = new Map();
    return changes.map((some) => {
      for (const [id, bytes] of some) now.set(id, (now.get(id) || 0) + bytes);
      return new Map([...now].filter(([, bytes]) => bytes > 0));
    });
  }

  const x = (at) => LANES.left + ((at + 1) * (width - LANES.left - LANES.right)) / (score.last + 2);
  const tall = LANES.top + LANES.levels * LANES.row;

  function draw() {
    if (box.hidden || !box.clientWidth) return;
    width = Math.max(240, box.clientWidth);
    box.replaceChildren(shape("svg", { width, height: tall + LANES.memory + 8, role: "img",
      "aria-label": "Timeline: the boxes by the events that compute them, saved memory beneath",
      onclick: (event) => walk(event) },
      headings(), bars(), memory(), shape("path", { class: "cursor" })));
    cursor();
  }

  function headings() {
    const label = (text, at) => shape("text", { x: at, y: 11, "font-size": 11, class: "soft" }, text);
    const most = Math.max(0, ...saved.map(sumOf));
    return [label("Forward", LANES.left), label("Backward", x(score.seed)),
      shape("path", { class: "tick", d: "M" + x(score.seed) + " 0V" + (tall + LANES.memory) }),
      shape("text", { x: LANES.left - 6, y: tall + 14, "font-size": 11, class: "end soft" }, bytesOf(most))];
  }

  const depthOf = (id) => model.lineage(id).length - 1;

  function bars() {
    const colour = view.colours.at(view.moment());
    return model.boxes.flatMap((one) => (depthOf(one.id) >= LANES.levels ? []
      : spans[one.id].filter(Boolean).map((span) => bar(one, span, colour(one.id)))));
  }

  function bar(one, [from, to], fill) {
    const [left, right] = [x(from - 0.5), x(to + 0.5)];
    const y = LANES.top + depthOf(one.id) * LANES.row;
    const room = right - left - 6;
    return shape("g", { class: "lane", "data-box": one.id,
      onclick: (event) => {
        event.stopPropagation();
        view.reveal(one.id);
        place.go(from);
      },
      onpointerenter: () => view.light(one.id, true),
      onpointerleave: () => view.light(one.id, false) },
    shape("rect", { x: left, y, width: Math.max(0.5, right - left - 0.5), height: LANES.row - 2, rx: 2 }),
    shape("path", { d: "M" + left + " " + (y + LANES.row - 3) + "H" + Math.max(left + 0.5, right - 0.5), style: "stroke:" + fill }),
    room > 14 ? line(left + 3, y + 9.5, 10, one.name, room, "") : null,
    shape("title", {}, (one.path || one.name) + ", events " + (from + 1) + " to " + (to + 1)));
  }

  const sumOf = (table) => [...table.values()].reduce((sum, bytes) => sum + bytes, 0);

  /* Stacked steps, one colour for each outermost box. */
  function memory() {
    const most = Math.max(1, ...saved.map(sumOf));
    const ids = [...new Set(saved.flatMap((table) => [...table.keys()]))].sort((a, b) => a - b);
    const base = saved.map(() => 0);
    const colour = view.colours.at(view.moment());
    const height = (bytes) => (bytes * (LANES.memory - 4)) / most;
    const foot = tall + LANES.memory;
    return ids.map((id, i) => {
      const under = [...base];
      saved.forEach((table, at) => { base[at] += table.get(id) || 0; });
      return shape("path", { class: "memory", style: "fill:" + colour(id), "fill-opacity": i % 2 ? 0.55 : 0.9,
        d: area(under, base, height, foot) },
        shape("title", {}, model.boxes[id].name));
    });
  }

  function area(under, over, height, foot) {
    const step = (values, at) => x(at).toFixed(1) + " " + (foot - height(values[at])).toFixed(1);
    const there = over.map((value, at) => (value > under[at] ? at : -1)).filter((at) => at >= 0);
    if (!there.length) return "";
    const [first, last] = [there[0], there[there.length - 1]];
    const upper = [];
    const lower = [];
    for (let at = first; at <= last; at += 1) {
      upper.push(step(over, at));
      lower.unshift(step(under, at));
    }
    return "M" + [...upper, ...lower].join("L") + "z";
  }

  function cursor() {
    const mark = box.querySelector(".cursor");
    if (mark) mark.setAttribute("d", "M" + x(place.at).toFixed(1) + " 0V" + (tall + LANES.memory));
    for (const lane of box.querySelectorAll(".lane")) {
      const id = Number(lane.dataset.box);
      lane.classList.toggle("lit", view.state.lit !== null && model.lineage(view.state.lit).includes(id));
    }
  }

  function walk(event) {
    const seen = box.querySelector("svg").getBoundingClientRect();
    const part = (event.clientX - seen.left - LANES.left) / (width - LANES.left - LANES.right);
    place.go(Math.round(part * (score.last + 2)) - 1);
  }

  view.listen(cursor);
  new ResizeObserver(draw).observe(box);
  return { name: "Timeline", box, caption, update: draw };
}
