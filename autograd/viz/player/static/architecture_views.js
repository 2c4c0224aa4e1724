/* The two views of a trace, gates and architecture, one at a time, and what stands around them. */

function makeViews(score, place, gates) {
  if (!score.data.architecture) return gates;
  const both = (score.data.views || []).length > 0;
  const view = makeArchitecture(score, place);
  const profile = makeProfile(view);
  const lanes = makeTimelineLanes(score, place, view);
  const panel = makeBoxPanel(score, place, view);
  const head = makeArchitectureHead(view);
  const strips = makeStrips([profile, lanes]);
  const shell = make("div", { class: "architecture-view" }, head.box,
    make("div", { class: "canvas" }, view.box, view.around), strips);
  const box = make("div", { class: "views" }, shell, both ? gates.box : "");
  let shown = view;
  const switches = both ? [["Gates", gates], ["Architecture", view]].map(([name, one]) =>
    make("button", { type: "button", title: name + " (v)", onclick: () => show(one) }, name)) : [];

  function show(one) {
    shown = one;
    shell.hidden = one !== view;
    gates.box.hidden = one !== gates;
    const frame = box.closest(".glassgrad");
    if (frame) frame.dataset.view = one === view ? "architecture" : "gates";
    [gates, view].forEach((other, i) => switches[i] && switches[i].setAttribute("aria-pressed", String(other === one)));
    if (one === view) view.open();
    else if (both && !one.opened) {
      one.opened = true;
      gates.open();
    }
    panel.update();
  }
  box.focus = () => shown.box.focus();

  return {
    box, panel: panel.box, architecture: view,
    switches: both ? make("div", { class: "switch", role: "group", "aria-label": "View" }, switches) : "",
    open: () => show(view),
    fit: () => shown.fit(),
    map: () => shown.map(),
    magnify: (factor) => shown.magnify(factor),
    map: () => shown === gates && gates.map(),
    unfold: (direction) => shown.unfold(direction),
    openBox: (node, all) => (shown === gates ? gates.openBox(node, all) : view.unfold(1)),
    closeBox: (node) => (shown === gates ? gates.closeBox(node) : view.unfold(-1)),
    isFold: (node) => shown.isFold(node),
    key: (event) => {
      if (event.key === "v" && both) {
        show(shown === view ? gates : view);
        return true;
      }
      return shown === view && view.key(event);
    },
    found: (text) => view.found(text),
    parts: both ? ["architecture", "gates"] : ["architecture"],
  };
}

/* One strip under the drawing at a time, its key beside its name. */
function makeStrips(strips) {
  const tabs = strips.map(({ name }, i) => make("button", { type: "button", onclick: () => show(i) }, name));
  const row = make("div", { class: "strip-tabs" }, tabs, strips.map(({ caption }) => caption));
  function show(chosen) {
    strips.forEach(({ box, caption, update }, i) => {
      box.hidden = caption.hidden = i !== chosen;
      tabs[i].setAttribute("aria-pressed", String(i === chosen));
      if (i === chosen) update();
    });
  }
  show(0);
  return make("div", { class: "strips" }, row, strips.map(({ box }) => box));
}

/* What is said once, above the drawing: the batch, the worst layer, the colours. */
function makeArchitectureHead(view) {
  const { model, colours } = view;
  const total = model.structure.parameters;
  const worst = make("span", { class: "worst" });
  const legend = make("span", { class: "legend" });
  const mode = make("select", { "aria-label": "Colour by", title: "Colour by (c)",
    onchange: () => view.recolour(() => colours.set(mode.value)) },
  MODES.map(([id, name]) => make("option", { value: id }, name)));
  const box = make("div", { class: "architecture-head" },
    make("b", {}, model.structure.title),
    make("span", {}, [total ? counted(total) + " parameters" : "",
      model.structure.batch ? "batch of " + model.structure.batch : ""].filter(Boolean).join(", ")),
    worst, make("span", { class: "colour" }, "Colour ", mode), legend);

  function update() {
    const point = worstLayer(model.profile(view.moment()));
    const there = point && point.gradient !== null && point.gradient !== undefined;
    worst.replaceChildren(...(there ? ["furthest gradient: ", make("button", { type: "button",
      onclick: () => view.reveal(point.box) }, model.boxes[point.box].path + " " + brief(point.gradient))] : []));
    mode.value = colours.mode;
    legend.replaceChildren(...colours.legend(view.visible()));
  }
  view.listen(update);
  return { box };
}
