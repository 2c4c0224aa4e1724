/* The stage: the drawing, of which each part knows from which event to which it is there. */

const SMALLEST = 0.68;

function makeStage(score, place) {
  const { data } = score;
  const box = make("div", { class: "stage", tabindex: "0", role: "group",
    "aria-label": "Computational graph. Press arrow keys to step." });
  let view = data.view;
  let svg = null;
  let timed = [];
  let groups = new Map();
  let zoom = null;
  let nodes = {};

  const spansOf = (text) => text.split(" ").map((part) => {
    const [, from, to] = part.match(/^(-?\d+)-(\d*)$/);
    return [Number(from), to === "" ? Infinity : Number(to)];
  });

  function open(index) {
    view = index;
    const parsed = new DOMParser().parseFromString(data.views[index].svg, "image/svg+xml");
    svg = document.importNode(parsed.documentElement, true);
    svg.setAttribute("aria-hidden", "true");
    timed = [...svg.querySelectorAll("[data-at]")].map((element) => ({
      element, spans: spansOf(element.getAttribute("data-at")), there: true,
    }));
    groups = new Map([...svg.querySelectorAll("g[id]")].map((g) => [g.id, g]));
    nodes = {};
    for (const [node, id] of Object.entries(data.views[index].boxes)) {
      (nodes[id] = nodes[id] || []).push(Number(node));
    }
    for (const id of Object.keys(nodes)) groups.get(id).classList.add("box");
    box.replaceChildren(svg);
    fit();
    update();
  }

  const natural = (side) => Number(svg.getAttribute(side || "width"));

  /* Small graphs are shown whole, and larger ones as small as can be read. */
  function fit() {
    zoom = null;
    const wide = (box.clientWidth - 24) / natural();
    const tall = (box.clientHeight - 12) / natural("height");
    const framed = box.closest(".framed") !== null && tall > 0;
    const whole = wide > 0 ? Math.min(1.4, wide, framed ? tall : wide) : 1;
    resize(Math.max(whole, SMALLEST));
  }

  function resize(scale) {
    svg.style.width = Math.round(natural() * scale) + "px";
    svg.style.height = "auto";
  }

  function magnify(factor) {
    const now = svg.getBoundingClientRect().width / natural();
    zoom = Math.max(0.1, Math.min(4, now * factor));
    resize(zoom);
  }

  const stateAt = (changes, at) => {
    let state = "";
    for (const [from, name] of changes) if (from <= at) state = name;
    return state;
  };

  let wasLit = [];

  function update() {
    /* A number that the reader is asked for is not there yet. */
    const at = place.waiting ? place.at - 1 : place.at;
    for (const part of timed) {
      const there = part.spans.some(([from, to]) => from <= at && at <= to);
      if (there !== part.there) {
        part.element.classList.toggle("off", !there);
        part.there = there;
      }
    }
    for (const [id, changes] of Object.entries(data.views[view].states)) {
      const group = groups.get(id);
      const state = stateAt(changes, place.at);
      if (group && group.dataset.state !== state) group.dataset.state = state;
    }
    for (const group of wasLit) group.classList.remove("lit");
    wasLit = (data.views[view].lit[place.at] || []).map((id) => groups.get(id)).filter(Boolean);
    for (const group of wasLit) group.classList.add("lit");
    const chosen = data.views[view].boxes[place.selected];
    for (const [id, group] of groups) group.classList.toggle("selected", id === chosen);
    follow();
  }

  /* What happens now is kept in sight. */
  function follow() {
    const event = data.events[place.at];
    const target = event && groups.get(data.views[view].boxes[event.node]);
    if (!target || !box.isConnected) return;
    const seen = box.getBoundingClientRect();
    const there = target.getBoundingClientRect();
    const dx = there.left + there.width / 2 - seen.left - seen.width / 2;
    const dy = there.top + there.height / 2 - seen.top - seen.height / 2;
    const outside = Math.abs(dx) > seen.width * 0.38 || Math.abs(dy) > seen.height * 0.38;
    if (outside) box.scrollBy({ left: dx, top: dy, behavior: calm() ? "auto" : "smooth" });
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches || place.playing;

  function nodeUnder(target) {
    const group = target.closest && target.closest("g.box");
    if (!group) return null;
    const event = data.events[place.at];
    const inside = nodes[group.id];
    return event && inside.includes(event.node) ? event.node : inside[inside.length - 1];
  }

  box.addEventListener("click", (event) => {
    const node = nodeUnder(event.target);
    const group = event.target.closest && event.target.closest("g.box");
    if (node === null) return;
    place.select(node);
    if (group && group.classList.contains("fold") && event.detail > 1) unfold(1);
  });

  function unfold(direction) {
    const next = view + direction;
    if (next >= 0 && next < data.views.length) {
      open(next);
      place.changed("view");
    }
  }

  place.listen((why) => {
    if (why !== "view") update();
  });
  new ResizeObserver(() => {
    if (zoom === null && svg) fit();
  }).observe(box);

  return {
    box, open, fit, magnify, unfold, view: () => view,
    isFold: (node) => data.views[view].folds.includes(data.views[view].boxes[node]),
  };
}
