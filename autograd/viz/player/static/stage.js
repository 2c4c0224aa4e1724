/* The stage: the drawing, with the numbers and the states of a moment. */

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
  const folds = makeFolds(data);
  let drawing = null; /* see makeSheet */
  let svg = null;
  let slots = null;
  let carriers = [];
  let groups = new Map();
  let nodes = {};

  const moments = makeMoments(score);

  function open() {
    drawing = folds.drawing();
    ({ svg, groups } = drawing);
    svg.setAttribute("aria-hidden", "true");
    nodes = {};
    for (const [node, id] of Object.entries(drawing.boxes)) {
      (nodes[id] = nodes[id] || []).push(Number(node));
    }
    for (const id of Object.keys(nodes)) groups.get(id).classList.add("box");
    motion.stop();
    carriers = [...groups.values()].filter((group) => group.dataset.node !== undefined);
    slots = makeSlots(score, svg, drawing, (id) => nodes[id]);
    box.replaceChildren(svg);
    box.after(minimap.box, gestures.hint);
    show();
  }

  /* A drawing that is complete: its wires, its place on the stage, its map. */
  function show() {
    const { boxes } = drawing;
    slots.update(moments.at(score.last));
    wires.take(drawing);
    zoom.take(svg, smallestText(), () => groups.get(boxes[nodeNow()]));
    minimap.take(svg, Object.keys(nodes).map((id) => groups.get(id)));
    svg.append(names.layer, motion.layer);
    update();
  }

  const smallestText = () => Math.min(20, ...[...svg.querySelectorAll("text[font-size]")]
    .map((text) => Number(text.getAttribute("font-size"))));

  /* The node that something happens to, at the start the one that will be computed first. */
  const nodeNow = () => (data.events[Math.max(0, place.at)] || { node: null }).node;

  let wasLit = [];

  function update() {
    /* A number that the reader is asked for is not there yet. */
    slots.update(moments.at(place.waiting ? place.at - 1 : place.at));
    const { stateOf, event } = moments.at(place.at);
    for (const [id, inside] of Object.entries(nodes)) groups.get(id).dataset.state = stateOf(inside);
    for (const group of wasLit) group.classList.remove("lit");
    wasLit = event ? carriers.filter((wire) => isBusy(wire.dataset, event)) : [];
    for (const group of wasLit) group.classList.add("lit");
    const selected = drawing.boxes[place.selected];
    for (const [id, group] of groups) group.classList.toggle("selected", id === selected);
    names.update();
    minimap.light(place.at < 0 ? null : drawing.boxes[nodeNow()]);
  }

  /* Something happens on the wires into a node that is computed, and on that back from a rule. */
  function isBusy({ node, edge }, { kind, node: now, position }) {
    if (kind === "seed") return Number(node) === now && !edge;
    const edges = (edge || "").split(" ");
    if (kind === "forward") return edges.some((one) => one.startsWith(now + "-"));
    return kind === "vjp" && edges.includes(now + "-" + position);
  }

  /* What happens now is kept in sight. */
  const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const follow = () => zoom.reveal(groups.get(drawing.boxes[nodeNow()]), !isCalm());

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
    if (group && group.classList.contains("fold") && event.detail > 1) openBox(node);
  });

  /* Pointing at an operation names its wires, and pointing at a wire names it. */
  box.addEventListener("pointerover", (event) => {
    const wire = event.target.closest && event.target.closest("g.wire");
    names.point(wire ? { wire } : { node: nodeUnder(event.target) });
  });
  box.addEventListener("pointerleave", () => names.point({}));

  /* Another drawing, if anything was opened or closed. */
  function redraw(changed) {
    if (!changed) return;
    open();
    place.changed("view");
  }

  const openBox = (node, all) => redraw(folds.openBox(chosen(node), all));
  const chosen = (node) => (node === null || node === undefined ? nodeNow() : node);

  place.listen((why) => {
    if (why === "view" || !svg) return;
    update();
    if (why === "select" && place.selected !== null) {
      zoom.reveal(groups.get(drawing.boxes[place.selected]), !isCalm());
    } else if (why === "move" || why === "step") follow();
    if (why === "step") motion.play();
    else if (why === "move") motion.stop();
  });

  zoom.listen(names.rescale);

  return {
    box, open, openBox,
    closeBox: (node) => redraw(folds.closeBox(chosen(node))),
    unfold: (direction) => redraw(folds.level(direction)),
    fit: zoom.fit, magnify: zoom.magnify, map: minimap.toggle,
    isFold: (node) => drawing.boxes[node] in drawing.folds,
  };
}
