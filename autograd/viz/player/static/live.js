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

  const plain = ({ kind, text, label, events }) => ({ kind, text, label, events });
  const send = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  const hooks = { changed: (place, why) => {
    if (!listening) return;
    if (why === "move" || why === "step") send("position", place.at);
    if (why === "breakpoints") send("breakpoints", place.breakpoints.map(plain));
  } };

  /* A new structure is a new player; new numbers are written into the one that is there. */
  let player;
  const begin = () => quietly(() => {
    if (player) player.place.pause();
    root.replaceChildren();
    player = play(root, { ...model.get("payload"), structure: model.get("structure"),
      numbers: model.get("numbers"), start: model.get("position"),
      breakpoints: model.get("breakpoints") }, hooks);
  });
  begin();
  const changes = {
    "change:structure": begin,
    "change:numbers": () => quietly(() => {
      player.score.renumber(model.get("numbers"));
      player.place.changed("numbers");
    }),
    "change:position": () => quietly(() => player.place.go(model.get("position"))),
    "change:breakpoints": () => quietly(() => {
      player.place.breakpoints = model.get("breakpoints").map((b) => ({ ...b }));
      player.place.changed("breakpoints");
    }),
  };
  for (const [name, action] of Object.entries(changes)) model.on(name, action);
  return () => {
    player.place.pause();
    for (const [name, action] of Object.entries(changes)) model.off(name, action);
    root.remove();
  };
}

export default { render };
