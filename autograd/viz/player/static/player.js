/* The player: everything put together in one element. */

function play(root, given, hooks) {
  const score = makeScore(given);
  const { data } = score;
  const options = { exact: false, predict: false, focus: false };
  const place = makePlace(score, data.start);
  const gates = makeStage(score, place);
  const stage = data.architecture ? makeViews(score, place, gates) : gates;
  const predict = makePredict(score, place, options);
  const card = makeCard(score, place, options);
  const panes = makePanes(score, place, options);
  const spot = makeSpot(score, place);
  const intervene = makeIntervene(score, place, stage, options);
  const live = make("div", { class: "aside", "aria-live": "polite" });
  const steps = makeSteps(score, place);
  const search = makeSearch(score, place, stage.found);
  const tools = [
    ["find", "Find", search],
    ["break", "Breakpoints", makeBreakpoints(score, place)],
    ["nudge", "Nudge", makeNudge(score)],
    ["compare", "Compare", makeCompare(score, stage)],
    ["steps", "All steps", steps],
  ].filter(([, , tool]) => tool);
  tools.push(["help", "Keys ?", makeHelp([...tools.map(([id]) => id), ...(stage.parts || [])])]);

  const tabs = new Map();
  const panels = make("div", { class: "panels" });
  const tablist = make("div", { class: "tabs", role: "group", "aria-label": "Tools" });
  for (const [id, title, tool] of tools) {
    const panel = make("div", { class: "panel", hidden: true }, tool.box);
    const tab = make("button", { type: "button", "aria-expanded": "false",
      onclick: () => openTool(tab.getAttribute("aria-expanded") === "true" ? null : id) }, title);
    tabs.set(id, { tab, panel });
    tablist.append(tab);
    panels.append(panel);
  }

  function openTool(id) {
    for (const [other, { tab, panel }] of tabs) {
      tab.setAttribute("aria-expanded", String(other === id));
      panel.hidden = other !== id;
    }
    if (id === "steps") steps.fill();
    if (id === "find") search.open(false);
  }

  /* While predicting, other tools do not show the answers. nor those of another run. */
  function hideAnswers() {
    for (const id of ["steps", "nudge", "compare"].filter((name) => tabs.has(name))) {
      const { tab, panel } = tabs.get(id);
      tab.hidden = options.predict || (id !== "steps" && intervene.isChanged());
      if (tab.hidden && !panel.hidden) openTool(null);
    }
  }

  const theme = make("button", { type: "button", title: "Colours (t)", onclick: () => {
    const next = THEMES[(THEMES.indexOf(frame.dataset.theme) + 1) % THEMES.length];
    colours.choose(next);
    theme.textContent = "Colours: " + next;
  } }, "Colours: " + data.theme);
  const exact = make("button", { type: "button", "aria-pressed": "false",
    title: "Exact digits (x)", onclick: () => {
      options.exact = !options.exact;
      exact.setAttribute("aria-pressed", String(options.exact));
      place.changed("digits");
    } }, "Exact digits");
  const predicting = make("button", { type: "button", "aria-pressed": "false",
    title: "Say each gradient before it is shown (p)", onclick: () => predict.toggle() }, "Predict");
  predicting.hidden = score.seed > score.last;

  const presenting = make("button", { type: "button", "aria-pressed": "false",
    title: "Present: drawing and equation alone (P)", onclick: () => present.toggle() }, "Present");

  const zoom = make("div", { class: "zoom" },
    make("button", { type: "button", "aria-label": "Larger", title: "Larger (+)",
      onclick: () => stage.magnify(1.25) }, "+"),
    make("button", { type: "button", "aria-label": "Smaller", title: "Smaller (−)",
      onclick: () => stage.magnify(0.8) }, "−"),
    make("button", { type: "button", "aria-label": "Fit", title: "Fit the whole drawing (f)",
      onclick: () => stage.fit() }, "fit"),
    make("button", { type: "button", "aria-label": "Map", title: "Map (m)",
      onclick: () => stage.map() }, "map"));

  /* Alone in its window, in a frame of a notebook, or a live guest in another page. */
  const kind = hooks ? "guest" : data.alone ? "alone" : "framed";
  const matrices = data.arrays.length ? " tensors" : "";
  const frame = make("main", { class: "glassgrad " + kind + matrices, "data-theme": data.theme },
    make("header", {}, make("h1", {}, data.title), makeProof(score, place).box, make("div", { class: "options" },
      stage.switches || "", presenting, predicting, exact, theme)),
    make("div", { class: "view" }, stage.box, zoom),
    intervene.strip,
    makeBar(score, place).box,
    make("div", { class: "desk" },
      make("div", { class: "now" }, predict.box, card.box, intervene.card, spot ? spot.box : "", panes.box,
        make("div", { class: "chosen-node" }, makeInspector(score, place, stage, options).box, intervene.box)),
      stage.panel || "",
      make("div", { class: "tools" }, tablist, panels)),
    live);
  root.append(frame);
  const colours = makeTheme(frame, data.theme, theme);
  const present = makePresent(frame, stage, place, presenting, makeEquation(score, place, options));

  const keys = {
    ArrowRight: (shift) => (shift ? place.operation(1) : place.step(1)),
    ArrowLeft: (shift) => (shift ? place.operation(-1) : place.step(-1)),
    Home: () => place.go(START),
    End: () => place.go(score.last),
    " ": () => place.play(),
    "/": () => openTool("find"),
    g: () => {
      openTool("find");
      search.open(true);
    },
    b: () => {
      const event = data.events[place.at];
      const node = place.selected !== null ? place.selected : event && event.node;
      if (node !== undefined && node !== null) place.breakOn("id", String(node));
    },
    r: () => place.run(),
    i: () => intervene.open(),
    e: () => stage.unfold(1),
    E: () => stage.unfold(-1),
    f: () => stage.fit(),
    m: () => stage.map(),
    Enter: (shift) => stage.openBox(place.selected, shift),
    Backspace: () => stage.closeBox(place.selected),
    x: () => exact.click(),
    t: () => theme.click(),
    p: () => predicting.click(),
    P: () => present.toggle(),
    n: () => tabs.has("nudge") && !options.predict && openTool("nudge"),
    c: () => tabs.has("compare") && !options.predict && openTool("compare"),
    "+": () => stage.magnify(1.25),
    "-": () => stage.magnify(0.8),
    0: () => stage.fit(),
    "?": () => openTool("help"),
    Escape: () => {
      if (present.leave()) return;
      openTool(null);
      stage.box.focus();
    },
  };

  /* A page of its own hears every key; a guest hears those meant for it, and keeps them. */
  (hooks ? root : document).addEventListener("keydown", (event) => {
    if (hooks) event.stopPropagation();
    const target = event.composedPath()[0];
    const writing = target.matches("input:not([type=range]), textarea");
    const own = target.matches("select") ||
      target.matches(".nudge input, .intervene input") ||
      ([" ", "Enter"].includes(event.key) && target.matches("button"));
    if (event.altKey && !writing && panes.move(event.key)) event.preventDefault();
    if (event.ctrlKey && event.key === "f" && stage.key) {
      event.preventDefault();
      openTool("find");
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((writing || own) && event.key !== "Escape") return;
    if (stage.key && stage.key(event)) {
      event.preventDefault();
      return;
    }
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    options.focus = true;
    action(event.shiftKey);
  });

  place.listen((why) => {
    predicting.setAttribute("aria-pressed", String(options.predict));
    hideAnswers();
    if (["move", "step"].includes(why)) {
      live.textContent = place.waiting ? "" : score.sentence(place.at);
    }
    if (hooks && hooks.changed) hooks.changed(place, why);
  });

  stage.open();
  intervene.paint();
  for (const b of data.breakpoints || []) place.addBreakpoint(b, true);
  card.update();
  panes.update();
  if (data.mode === "predict") predict.toggle();
  else predict.ask();
  if (data.tool) openTool(data.tool);
  addEventListener("beforeprint", () => steps.fill());
  return { place, stage, score };
}
