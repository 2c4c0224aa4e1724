/* What is open stands in the address, so that a link shows it again. */

const KEY = "open=";

/* The address of a notebook that holds a player in it is left alone. */
const addressed = (model) => model.alone && window.parent === window;

/* The open boxes that the address names; without one, those that the page was made with. */
function openedIn(model) {
  const text = addressed(model) ? location.hash.slice(1).split("&").find((part) => part.startsWith(KEY)) : null;
  if (text === undefined || text === null) return new Set(model.first);
  const paths = text.slice(KEY.length).split(",").filter(Boolean).map(readable);
  return new Set(paths.map(model.named).filter(Boolean).map((box) => box.id));
}

function readable(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keepAddress(model, open) {
  if (!addressed(model)) return;
  const usual = open.size === model.first.length && model.first.every((id) => open.has(id));
  const paths = [...open].sort((a, b) => a - b).map((id) => encodeURIComponent(model.boxes[id].path));
  const others = location.hash.slice(1).split("&").filter((part) => part && !part.startsWith(KEY));
  const parts = usual ? others : [...others, KEY + paths.join(",")];
  history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
}

function listenToAddress(model, changed) {
  if (addressed(model)) addEventListener("hashchange", changed);
}
