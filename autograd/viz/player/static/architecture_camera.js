/* The camera: which part of a drawing is seen, and how large. */

const LARGEST = 8;
const SMALLEST_SCALE = 0.05;
const MARGIN = 8;

function makeCamera(box, world, changed) {
  const now = { x: 0, y: 0, k: 1 };
  let bounds = { width: 1, height: 1 };
  let free = false; /* whether the reader has moved or zoomed */
  let drag = null;

  function set(x, y, k) {
    const scale = Math.max(SMALLEST_SCALE, Math.min(LARGEST, k));
    const zoomed = scale !== now.k;
    Object.assign(now, { x, y, k: scale });
    world.parentNode.removeAttribute("viewBox");
    world.setAttribute("transform", "translate(" + x.toFixed(2) + " " + y.toFixed(2) + ") scale(" +
      scale.toFixed(4) + ")");
    changed(zoomed);
  }

  const whole = () => Math.min(box.clientWidth / bounds.width,
    (box.clientHeight - 2 * MARGIN) / bounds.height);

  function centred(k) {
    const x = (box.clientWidth - bounds.width * k) / 2;
    const y = (box.clientHeight - bounds.height * k) / 2;
    set(Math.max(0, x), Math.max(MARGIN, y), k);
  }

  /* The whole drawing; never larger than text is read best. */
  function fit() {
    free = false;
    if (box.clientWidth) centred(Math.min(1.4, whole()));
  }

  /* As wide as the room: where the whole would be too small to read, its beginning. */
  function home() {
    free = false;
    if (!box.clientWidth) return;
    const k = Math.min(1, whole());
    centred(k >= 0.8 ? k : Math.min(1, box.clientWidth / bounds.width));
  }

  function magnify(factor, at) {
    const point = at || { x: box.clientWidth / 2, y: box.clientHeight / 2 };
    const k = Math.max(SMALLEST_SCALE, Math.min(LARGEST, now.k * factor));
    const ratio = k / now.k;
    free = true;
    set(point.x - (point.x - now.x) * ratio, point.y - (point.y - now.y) * ratio, k);
  }

  /* On paper the whole drawing is there, as wide as the page. */
  function paper() {
    world.parentNode.setAttribute("viewBox", "0 0 " + bounds.width + " " + bounds.height);
    world.removeAttribute("transform");
  }

  const onScreen = (x, y) => ({ x: x * now.k + now.x, y: y * now.k + now.y });

  /* Move by as little as shows a rectangle, its beginning before its end. */
  function reveal(rect, margin) {
    const edge = margin === undefined ? 12 : margin;
    const shift = (low, high, room) => {
      let by = high > room - edge ? room - edge - high : 0;
      if (low + by < edge) by = edge - low;
      return low >= edge && high <= room - edge ? 0 : by;
    };
    const low = onScreen(rect.x, rect.y);
    const high = onScreen(rect.x + rect.width, rect.y + rect.height);
    const dx = shift(low.x, high.x, box.clientWidth);
    const dy = shift(low.y, high.y, box.clientHeight);
    if (dx || dy) set(now.x + dx, now.y + dy, now.k);
  }

  /* A drawing that fits is wholly in view; of a larger one no empty margin is. */
  function confine() {
    const within = (at, size, room, margin) => {
      const [low, high] = [margin, room - margin - size];
      return low <= high ? Math.max(low, Math.min(high, at)) : Math.max(high, Math.min(low, at));
    };
    set(within(now.x, bounds.width * now.k, box.clientWidth, 0),
      within(now.y, bounds.height * now.k, box.clientHeight, MARGIN), now.k);
  }

  /* Keep a point of the drawing where it was on the screen. */
  const keep = (x, y, screen) => set(screen.x - x * now.k, screen.y - y * now.k, now.k);

  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const seen = box.getBoundingClientRect();
    magnify(Math.exp(-event.deltaY * 0.005),
      { x: event.clientX - seen.left, y: event.clientY - seen.top });
  }, { passive: false });
  box.addEventListener("pointerdown", (event) => {
    if (event.button === 0) drag = { x: event.clientX - now.x, y: event.clientY - now.y, moved: false, id: event.pointerId };
  });
  box.addEventListener("pointermove", (event) => {
    if (!drag || event.buttons !== 1) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x - now.x, y - now.y) < 5) return;
    if (!drag.moved) box.setPointerCapture(drag.id);
    drag.moved = true;
    free = true;
    set(x, y, now.k);
  });
  /* A drag is not a click on the box where it ends. */
  box.addEventListener("click", (event) => {
    if (drag && drag.moved) event.stopPropagation();
    drag = null;
  }, true);

  return {
    fit, home, paper, magnify, reveal, keep, confine, onScreen,
    get scale() { return now.k; },
    get free() { return free; },
    measure: (width, height) => { bounds = { width, height }; },
  };
}
