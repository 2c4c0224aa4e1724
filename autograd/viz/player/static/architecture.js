/* The architecture view: one box a layer, each opened by itself, stepped at the depth that is open. */

function makeArchitecture(score, place) {
  const model = makeArchitectureModel(score);
  const colours = makeColours(model);
  const gradients = makeColours(model);
  gradients.set("gradient");
  const state = { open: openedIn(model), chosen: null, weight: null, drawn: null, lit: null, tall: 0, wide: 0,
    fitted: false };
  const world = shape("g", { class: "world" });
  const svg = shape("svg", { class: "drawing", role: "group", "aria-label": "Boxes and wires" }, world);
  const box = make("div", { class: "stage architecture", tabindex: "0", role: "group",
    "aria-label": "Architecture. Press Tab for the boxes, Enter to open one, arrow keys to step." }, svg);
  const gestures = makeGestures(box);
  const camera = makeCamera(box, world, gestures, (zoomed) => zoomed && rewrite());
  const minimap = makeMinimap(camera);
  const listeners = [];
  const tell = () => quiet || listeners.forEach((listener) => listener());
  const marks = makeBoxMarks(model, {
    layer: (stack, child) => open([stack, child], child),
    weight: (id, name) => choose(id, name),
  });
  let groups = new Map();
  let detail = "mid";
  let quiet = false; /* while a change is drawn, which is announced once at its end */

  /* A number that the reader is asked for is not there yet. */
  const moment = () => (place.waiting ? place.at - 1 : place.at);

  const roomOf = (share) => Math.max(SIZES.width + 2 * SIZES.side, Math.round(camera.view.width * share));

  /* Draw what is open: the layout, and a group for each frame, wire and box in the order of Tab. */
  function draw(room = roomOf(1)) {
    const drawn = layoutArchitecture(model.structure, state.open, room);
    state.drawn = { ...drawn, room };
    camera.measure(drawn.width, drawn.height);
    if (box.parentElement) box.parentElement.style.setProperty("--tall", drawn.height + 2 * MARGIN + 2 + "px");
    const ids = inOrder();
    groups = new Map(ids.map((id) => [id, again(id, drawn.boxes.get(id)) || groupOf(id, drawn.boxes.get(id))]));
    const frames = ids.filter((id) => drawn.boxes.get(id).open).map((id) => frameOf(drawn.boxes.get(id)));
    world.replaceChildren(shape("g", { class: "frames" }, frames),
      shape("g", { class: "wires" }, drawn.wires.map((wire) => drawWire(wire, drawn.boxes))),
      shape("g", { class: "boxes" }, [...groups.values()].map((group) => group.element)),
      shape("rect", { class: "outline off" }));
    minimap.take(svg, ids.filter((id) => !drawn.boxes.get(id).open).map((id) => onMap(id, drawn.boxes.get(id))));
    update();
  }

  const onMap = (id, rect) => ({ id, querySelector: () => ({ getBBox: () => rect }) });

  /* The whole drawing in view, its rows as long as makes it largest. */
  function fit() {
    const shares = [1, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2];
    const found = shares.map((share) => roomOf(share)).map((room) =>
      ({ room, scale: camera.scaleOf(layoutArchitecture(model.structure, state.open, room)) }));
    const best = found.reduce((a, b) => (b.scale > a.scale * 1.05 ? b : a));
    if (best.room !== state.drawn.room) draw(best.room);
    state.fitted = true;
    camera.fit();
  }

  /* The boxes that are seen, a frame before what is in it: the order along the wires. */
  function inOrder() {
    const found = [];
    const visit = (ids) => {
      for (const id of ids) {
        const drawn = state.drawn.boxes.get(id);
        if (drawn) found.push(id);
        if (!drawn || drawn.open) visit(model.boxes[id].children);
      }
    };
    visit(model.boxes.filter((one) => one.parent === null).map((one) => one.id));
    return found;
  }

  /* A box that only moves is not drawn again. */
  function again(id, drawn) {
    const group = groups.get(id);
    const same = group && ["open", "width", "height"].every((key) => group.drawn[key] === drawn[key]);
    if (!same) return null;
    group.drawn = drawn;
    group.element.setAttribute("transform", "translate(" + drawn.x + " " + drawn.y + ")");
    return group;
  }

  function groupOf(id, drawn) {
    const one = model.boxes[id];
    const inside = shape("g", { class: "inside" });
    const tag = shape("g", { class: "tag" });
    const element = shape("g", {
      class: "box " + one.role + (drawn.open ? " open" : "") + (one.pill ? " pill" : ""),
      transform: "translate(" + drawn.x + " " + drawn.y + ")", tabindex: "0", role: "button",
      "data-box": id, "aria-expanded": model.opens(id) ? String(drawn.open) : null,
    }, drawn.open ? titleBar(drawn, () => close(id)) : closedBox(one, drawn, model.opens(id)), inside, tag);
    return { element, inside, tag, drawn, key: "" };
  }

  /* Write again what depends on the size on the screen. */
  function rewrite() {
    if (!state.drawn) return;
    detail = detailOf(camera.scale);
    svg.dataset.detail = detail;
    for (const group of groups.values()) group.key = "";
    update();
  }

  function context() {
    const at = moment();
    const tone = colours.at(at);
    return { at, detail, scale: camera.scale, tone, gradientTone: gradients.at(at),
      centre: model.centre(at) };
  }

  function update() {
    if (!state.drawn) return;
    const now = context();
    const node = model.nodeAt(place.at);
    const holder = model.owner.get(node);
    state.lit = holder === undefined ? null : model.seen(holder, state.open);
    minimap.light(state.lit === null ? [] : [{ id: state.lit }]);
    for (const [id, group] of groups) refresh(id, group, now, node);
    const used = model.edgesInto(node);
    for (const wire of world.querySelectorAll(".wire")) {
      wire.classList.toggle("lit", wire.dataset.edges.split(" ").some((edge) => used.has(edge)));
    }
    tell();
  }

  function refresh(id, group, now, node) {
    const lit = id === state.lit;
    group.element.classList.toggle("lit", lit);
    group.element.classList.toggle("selected", id === state.chosen);
    const progress = lit && !group.drawn.open ? model.progress(id, node) : "";
    const known = Object.keys(model.known(id, now.at)).length;
    const weights = model.boxes[id].weights.map((entry) => Object.keys(model.weight(id, entry, now.at)).length);
    const key = [known, weights, model.boxes[id].role === "stack" ? now.at : "", now.centre, colours.mode].join(" ");
    if (group.progress !== progress) {
      group.progress = progress;
      group.tag.replaceChildren(...(progress ? tagOf(progress, group.drawn) : []));
    }
    const band = group.element.querySelector(".band");
    if (band) band.style.fill = now.tone(id);
    if (group.key === key) return;
    group.key = key;
    group.inside.replaceChildren(...contents(id, group.drawn, now));
    group.element.setAttribute("aria-label", spokenBox(model.boxes[id], model.known(id, now.at)));
  }

  function contents(id, drawn, now) {
    const one = model.boxes[id];
    if (drawn.open) return frameTitle(one, drawn, now, model.known(id, now.at)).filter(Boolean);
    const band = now.detail === "far" && !one.pill ? 7 / now.scale : 7;
    groups.get(id).element.querySelector(".band").setAttribute("d",
      bandOf(drawn, cornerOf(one, drawn), band));
    return marks(one, drawn, now).filter(Boolean);
  }

  /* The box that is drawn for a box: itself, the closed one around it, or the first one inside. */
  function shownOf(id) {
    const seen = model.seen(id, state.open);
    return groups.has(seen) ? seen : [...groups.keys()].find((one) => model.lineage(one).includes(seen));
  }

  const placeOf = (id) => state.drawn.boxes.get(shownOf(id));

  /* Opening and closing: the corner stays where it is on the screen, if the frame then fits. */
  function change(next, anchor) {
    const old = anchor !== null && placeOf(anchor);
    const corner = old ? camera.onScreen(old.x, old.y) : null;
    const focused = box.contains(document.activeElement) || document.activeElement === document.body;
    state.open = next;
    quiet = true;
    draw(state.fitted ? state.drawn.room : roomOf(1));
    quiet = false;
    state.tall = camera.look().height;
    const there = anchor !== null && placeOf(anchor);
    if (there && corner) {
      camera.keep(there.x, there.y, corner);
      camera.confine();
      camera.reveal(there);
      if (old) outline(old, there);
    } else if (!camera.free) camera.home();
    const chosen = state.chosen === null ? undefined : shownOf(state.chosen);
    if (focused && chosen !== undefined) groups.get(chosen).element.focus({ preventScroll: true });
    keepAddress(model, state.open);
  }

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches || place.playing;

  /* The outline of a box grows into its frame, or shrinks again. */
  function outline(from, to) {
    if (calm() || from.width === to.width && from.height === to.height) return;
    const mark = world.querySelector(".outline");
    mark.classList.remove("off");
    const frame = (rect) => ({ x: rect.x + "px", y: rect.y + "px", width: rect.width + "px", height: rect.height + "px" });
    mark.animate([frame({ ...from, x: to.x, y: to.y }), frame(to)], { duration: 250, easing: "ease-out" })
      .finished.then(() => mark.classList.add("off"), () => {});
  }

  function open(ids, choice) {
    const next = new Set(state.open);
    for (const id of ids) if (model.opens(id)) next.add(id);
    state.chosen = choice === undefined ? state.chosen : choice;
    change(next, ids[0]);
    announce();
  }

  function close(id) {
    if (id === null || id === undefined) return;
    const next = new Set([...state.open].filter((one) => one !== id));
    state.chosen = id;
    change(next, id);
    announce();
  }

  /* The innermost boxes and the panel of the page hear of a choice. */
  function announce() {
    const node = state.chosen === null ? null : model.output(state.chosen);
    if (node !== place.selected) place.select(node);
    else update();
  }

  function choose(id, weight) {
    state.chosen = id;
    state.weight = weight || null;
    announce();
  }

  /* Show a box wherever it is: everything around it is opened. */
  function reveal(id, weight) {
    const around = model.lineage(id).slice(1).filter((one) => !state.open.has(one));
    state.chosen = id;
    state.weight = weight || null;
    if (around.length) change(new Set([...state.open, ...around]), around[around.length - 1]);
    camera.reveal(placeOf(id), 30);
    announce();
  }

  function openLevel(direction) {
    if (direction > 0) {
      const closed = [...groups.keys()].filter((id) => model.opens(id) && !state.open.has(id));
      change(new Set([...state.open, ...closed]), null);
      tell();
      return;
    }
    const depth = (id) => model.lineage(id).length;
    const visible = [...groups.keys()].filter((id) => state.open.has(id));
    const deepest = Math.max(0, ...visible.map(depth));
    change(new Set([...state.open].filter((id) => depth(id) < deepest)), null);
    tell();
  }

  /* The boxes whose name, path or kind holds a text. */
  function found(text) {
    const words = text.trim().toLowerCase();
    if (!words) return [];
    return model.boxes.filter((one) => one.role !== "operation" &&
      [one.path, one.name, one.kind].join(" ").toLowerCase().includes(words))
      .map((one) => ({ name: one.path || one.name, kind: one.kind, go: () => reveal(one.id) }));
  }

  const idOf = (target) => {
    const group = target.closest && target.closest("g.box");
    return group ? Number(group.dataset.box) : null;
  };

  box.addEventListener("click", (event) => {
    const id = idOf(event.target);
    if (id === null) return;
    if (model.opens(id) && !state.open.has(id)) open([id], id);
    else choose(id);
  });
  box.addEventListener("focusin", (event) => {
    const id = idOf(event.target);
    if (id === null || id === state.chosen) return;
    choose(id);
    camera.reveal(state.drawn.boxes.get(id));
  });

  const keys = {
    Enter: (shift) => {
      if (state.chosen === null) state.chosen = state.lit;
      const id = state.chosen;
      if (id !== null && groups.has(id)) open(shift ? model.equals(id) : [id], id);
    },
    Backspace: () => {
      if (state.chosen === null) state.chosen = state.lit;
      const id = state.chosen;
      if (id !== null) close(state.open.has(id) ? id : model.boxes[id].parent);
    },
    e: () => openLevel(1),
    E: () => openLevel(-1),
    f: fit,
    0: fit,
    c: () => recolour(colours.next),
  };

  /* The keys of this view; true where one was meant for it. */
  function key(event) {
    const elsewhere = event.composedPath()[0].matches("button, a, input, select, summary");
    const action = keys[event.key];
    if (!action || (elsewhere && event.key.length > 1)) return false;
    action(event.shiftKey);
    return true;
  }

  function recolour(how) {
    how();
    rewrite();
  }

  place.listen((why) => {
    if (why === "select" && place.selected !== null && (state.chosen === null || model.output(state.chosen) !== place.selected)) {
      const holder = model.owner.get(place.selected);
      if (holder !== undefined) {
        reveal(holder);
        return;
      }
    }
    if (why === "select" && place.selected === null) state.chosen = null;
    if (why === "numbers") rewrite();
    else update();
    if (["move", "step"].includes(why) && state.lit !== null) follow();
  });

  /* Zooming keeps the chosen box where it is; without one, the middle. */
  function middle() {
    const drawn = state.chosen !== null && state.drawn.boxes.get(state.chosen);
    if (!drawn) return null;
    const point = camera.onScreen(drawn.x + drawn.width / 2, drawn.y + drawn.height / 2);
    const inside = point.x > 0 && point.y > 0 && point.x < camera.view.width && point.y < camera.view.height;
    return inside ? point : null;
  }

  function follow() {
    const drawn = state.drawn.boxes.get(state.lit);
    if (drawn && !drawn.open) camera.reveal(drawn, 24);
  }

  /* A room of another width has other rows; a change of height that opening made moves nothing. */
  new ResizeObserver(() => {
    const { width, height } = camera.look();
    if (!width) return;
    const wider = !state.drawn || Math.abs(state.wide - width) > 1;
    if (!state.drawn || (wider && !state.fitted)) draw();
    const tall = camera.look().height;
    if (!camera.free && (wider || height !== state.tall)) (state.fitted ? fit : camera.home)();
    state.tall = tall;
    state.wide = width;
  }).observe(box);
  addEventListener("beforeprint", () => camera.paper());
  addEventListener("afterprint", () => camera.home());
  listenToAddress(model, () => {
    change(openedIn(model), null);
    tell();
  });

  return {
    box, model, colours, state, key, found, reveal, choose, close, recolour, moment,
    open: () => {},
    openBox: (id) => open([id], id),
    fit, map: minimap.toggle, around: [minimap.box, gestures.hint],
    magnify: (factor) => camera.magnify(factor, middle()),
    unfold: openLevel,
    isFold: () => false,
    listen: (listener) => listeners.push(listener),
    visible: () => [...groups.keys()],
    light: (id, on) => {
      const group = id !== null && groups.get(model.seen(id, state.open));
      if (group) group.element.classList.toggle("pointed", on);
    },
  };
}
