/* The camera: which part of an architecture is seen, and how large; d3-zoom moves it by wheel and fingers. */

const SCALES = [0.05, 8];
const MARGIN = 8;
const FITTED_SCALE = 2.4; /* a small drawing is not blown up further */
const READABLE_SCALE = 0.8; /* below that, a part is shown rather than the whole */

function makeCamera(box, world, gestures, changed) {
  const stage = d3.select(box);
  const listeners = [];
  let now = d3.zoomIdentity;
  let size = { width: 1, height: 1 };
  let view = { width: 0, height: 0 }; /* of the stage, measured when it may have changed */
  let free = false; /* whether the reader has moved or zoomed */

  const behaviour = d3.zoom()
    .clickDistance(4)
    .filter((event) => gestures.allows(event))
    .wheelDelta(gestures.delta)
    .scaleExtent(SCALES)
    .extent(() => [[0, 0], [view.width, view.height]])
    .on("zoom", ({ transform, sourceEvent }) => {
      const zoomed = transform.k !== now.k;
      now = transform;
      free = free || Boolean(sourceEvent);
      world.ownerSVGElement.removeAttribute("viewBox");
      world.setAttribute("transform", now);
      changed(zoomed);
      for (const listener of listeners) listener();
    });
  stage.call(behaviour).on("dblclick.zoom", null);

  const set = (x, y, k) => behaviour.transform(stage, d3.zoomIdentity.translate(x, y).scale(k));

  const scaleOf = ({ width, height }) => Math.min(FITTED_SCALE, view.width / width,
    (view.height - 2 * MARGIN) / height);

  function centred(k) {
    const x = (view.width - size.width * k) / 2;
    const y = (view.height - size.height * k) / 2;
    set(Math.max(0, x), Math.max(MARGIN, y), k);
  }

  /* The whole drawing. */
  function fit() {
    free = false;
    if (view.width) centred(scaleOf(size));
  }

  /* The whole drawing where it can be read, else its beginning, as wide as the room. */
  function home() {
    free = false;
    if (!view.width) return;
    const k = Math.min(1, scaleOf(size));
    centred(k >= READABLE_SCALE ? k : Math.min(1, view.width / size.width));
  }

  function magnify(factor, at) {
    free = true;
    const point = at || { x: view.width / 2, y: view.height / 2 };
    behaviour.scaleBy(stage, factor, [point.x, point.y]);
  }

  /* On paper the whole drawing is there, as wide as the page. */
  function paper() {
    world.ownerSVGElement.setAttribute("viewBox", "0 0 " + size.width + " " + size.height);
    world.removeAttribute("transform");
  }

  function onScreen(x, y) {
    const [left, top] = now.apply([x, y]);
    return { x: left, y: top };
  }

  /* Move by as little as shows a rectangle, its beginning before its end. */
  function reveal(rect, margin = 12) {
    const shift = (low, high, room) => {
      if (low >= margin && high <= room - margin) return 0;
      const by = high > room - margin ? room - margin - high : 0;
      return low + by < margin ? margin - low : by;
    };
    const low = onScreen(rect.x, rect.y);
    const high = onScreen(rect.x + rect.width, rect.y + rect.height);
    const dx = shift(low.x, high.x, view.width);
    const dy = shift(low.y, high.y, view.height);
    if (dx || dy) set(now.x + dx, now.y + dy, now.k);
  }

  /* A drawing that fits is wholly in view; of a larger one no empty margin is. */
  function confine() {
    const within = (at, length, room, margin) => {
      const [low, high] = [margin, room - margin - length];
      return Math.max(Math.min(low, high), Math.min(Math.max(low, high), at));
    };
    set(within(now.x, size.width * now.k, view.width, 0),
      within(now.y, size.height * now.k, view.height, MARGIN), now.k);
  }

  /* Keep a point of the drawing where it was on the screen. */
  const keep = (x, y, screen) => set(screen.x - x * now.k, screen.y - y * now.k, now.k);

  /* Put a point of the drawing in the middle. */
  function centre(x, y) {
    free = true;
    set(view.width / 2 - x * now.k, view.height / 2 - y * now.k, now.k);
  }

  /* Reading a size makes the browser lay out the page, so it is read once a change. */
  function look() {
    view = { width: box.clientWidth, height: box.clientHeight };
    return view;
  }

  return {
    look, fit, home, paper, magnify, reveal, keep, confine, centre, onScreen, scaleOf,
    listen: (listener) => listeners.push(listener),
    isVisible: () => view.width > 0 && view.height > 0,
    seen: () => {
      const [x, y] = now.invert([0, 0]);
      return { x, y, width: view.width / now.k, height: view.height / now.k };
    },
    measure: (width, height) => { size = { width, height }; },
    get view() { return view; },
    get size() { return size; },
    get scale() { return now.k; },
    get free() { return free; },
  };
}
