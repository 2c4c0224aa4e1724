/* A guest in a notebook whose kernel runs: the same place in the page and in Python. */

function render({ model, el }) {
  const root = make("div", { class: "live", "data-lm-suppress-shortcuts": "true", tabindex: "-1" });
  el.append(root);
  let listening = true;

  /* What comes from Python is not sent back. */
  const quietly = (action) => {
    listening = false;
    action();
    listening = true;
  };

  const told = ({ kind, text, label, events }) => ({ kind, text, label, events });
  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const hooks = { changed: (place, why) => {
    if (!listening) return;
    if (why === "move" || why === "step") send("position", place.at);
    if (why === "breakpoints") send("breakpoints", place.breakpoints.map(told));
  } };

  let player;
  quietly(() => {
    player = play(root, { ...model.get("payload"), start: model.get("position"),
      breakpoints: model.get("breakpoints") }, hooks);
  });
  const { place } = player;
  const moved = () => quietly(() => place.go(model.get("position")));
  const broke = () => quietly(() => {
    place.breakpoints = model.get("breakpoints").map((b) => ({ ...b }));
    place.changed("breakpoints");
  });
  model.on("change:position", moved);
  model.on("change:breakpoints", broke);
  return () => {
    place.pause();
    model.off("change:position", moved);
    model.off("change:breakpoints", broke);
    root.remove();
  };
}

export default { render };
