/* The stage: the drawing, of which each part knows from which event to which it is there. */

function makeStage(score, place) {
  const { data } = score;
  const box = make("div", { class: "stage", tabindex: "0", role: "group",
    "aria-label": "Computational graph. Press arrow keys to step." });
  const gestures = makeGestures(box);
  const zoom = makeZoom(box, gestures);
  const minimap = makeMinimap(zoom);
  const wires = { ...makeWires(score), scale: () => zoom.scale };
  const names = makeNames(score, place, wires);
  const motion = makeMotion(score, place, wires);
  let view = data.view;
  let svg = null;
  let timed = [];
  let groups = new Map();
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
    motion.stop();
    box.replaceChildren(svg);
    box.after(minimap.box, gestures.hint);
    show();
  }

  /* A drawing that is complete: its wires, its place on the stage, its map. */
  function show() {
    const { boxes } = data.views[view];
    wires.take(groups, boxes);
    zoom.take(svg, smallestText(), () => groups.get(boxes[nodeNow()]));
    minimap.take(svg, Object.keys(nodes).map((id) => groups.get(id)));
    svg.append(names.layer, motion.layer);
    update();
  }

  const smallestText = () => Math.min(20, ...[...svg.querySelectorAll("text[font-size]")]
    .map((text) => Number(text.getAttribute("font-size"))));

  /* The node that something happens to, at the start the one that will be computed first. */
  const nodeNow = () => (data.events[Math.max(0, place.at)] || { node: null }).node;

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
    names.update();
    minimap.light(place.at < 0 ? null : data.views[view].boxes[nodeNow()]);
  }

  /* What happens now is kept in sight. */
  const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const follow = () => zoom.reveal(groups.get(data.views[view].boxes[nodeNow()]), !isCalm());

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

  /* Pointing at an operation names its wires, and pointing at a wire names it. */
  box.addEventListener("pointerover", (event) => {
    const wire = event.target.closest && event.target.closest("g.wire");
    names.point(wire ? { wire } : { node: nodeUnder(event.target) });
  });
  box.addEventListener("pointerleave", () => names.point({}));

  function unfold(direction) {
    const next = view + direction;
    if (next >= 0 && next < data.views.length) {
      open(next);
      place.changed("view");
    }
  }

  place.listen((why) => {
    if (why === "view" || !svg) return;
    update();
    if (why === "select" && place.selected !== null) {
      zoom.reveal(groups.get(data.views[view].boxes[place.selected]), !isCalm());
    } else if (why === "move" || why === "step") follow();
    if (why === "step") motion.play();
    else if (why === "move") motion.stop();
  });

  zoom.listen(names.rescale);

  return {
    box, open, unfold, view: () => view,
    fit: zoom.fit, magnify: zoom.magnify, map: minimap.toggle,
    isFold: (node) => data.views[view].folds.includes(data.views[view].boxes[node]),
  };
}
