/* The view of a drawing: which part of it the stage shows, and how large.

The drawing is moved as a whole, by a transform that d3-zoom keeps.  Three modes: "first", as the page
chose it, "fit", the whole drawing, and "free", as the reader left it. */

const ROOM_AROUND = 16; /* around a drawing, in its own pixels */
const CLOSEST = 8; /* the closest that one can come */
const WHOLE_SCALE = 2.4; /* a small drawing is not blown up further */
const READABLE_TEXT = 11; /* pixels of the smallest text, for a drawing to be shown whole at first */
const COMFORTABLE_TEXT = 12; /* pixels of the smallest text, where only a part can be shown */
const GLIDE_TIME = 260; /* milliseconds */

function makeZoom(box, wheels) {
  const listeners = [];
  const stage = d3.select(box);
  let svg = null;
  let size = { width: 1, height: 1, text: READABLE_TEXT };
  let mode = "first";
  let now = d3.zoomIdentity;
  let target = now;
  let gliding = null;
  let focus = () => null;

  const behaviour = d3.zoom()
    .clickDistance(4)
    .filter((event) => wheels.allows(event))
    .wheelDelta(wheels.delta)
    .extent(() => [[0, 0], [box.clientWidth, box.clientHeight]])
    .on("zoom", ({ transform, sourceEvent }) => {
      now = transform;
      if (sourceEvent) {
        stop();
        mode = "free";
      }
      svg.style.transform = "translate(" + now.x + "px, " + now.y + "px) scale(" + now.k + ")";
      for (const listener of listeners) listener();
    });
  stage.call(behaviour).on("dblclick.zoom", null);

  const bounds = () => [[-ROOM_AROUND, -ROOM_AROUND],
    [size.width + ROOM_AROUND, size.height + ROOM_AROUND]];
  const isVisible = () => box.clientWidth > 0 && box.clientHeight > 0;

  function stop() {
    cancelAnimationFrame(gliding);
    gliding = null;
    target = now;
  }

  /* Nothing beyond the edges is shown; a drawing smaller than the stage stands in its middle. */
  const within = (transform) =>
    behaviour.constrain()(transform, behaviour.extent()(), bounds());

  function jump(transform) {
    stop();
    behaviour.transform(stage, within(transform));
    target = now;
  }

  /* Frames may be late; where one is at the end, the target itself is taken. */
  function glide(transform) {
    stop();
    const from = now;
    const to = within(transform);
    const start = performance.now();
    target = to;
    const frame = (time) => {
      const done = Math.min(1, Math.max(0, (time - start) / GLIDE_TIME));
      const t = done * done * (3 - 2 * done);
      const mixed = (key) => from[key] + (to[key] - from[key]) * t;
      const { x, y, k } = { x: mixed("x"), y: mixed("y"), k: mixed("k") };
      behaviour.transform(stage, d3.zoomIdentity.translate(x, y).scale(k));
      gliding = done < 1 ? requestAnimationFrame(frame) : null;
    };
    gliding = requestAnimationFrame(frame);
  }

  const wholeScale = () => Math.min(box.clientWidth / (size.width + 2 * ROOM_AROUND),
    box.clientHeight / (size.height + 2 * ROOM_AROUND));

  const centred = (k, x, y) => d3.zoomIdentity
    .translate(box.clientWidth / 2 - x * k, box.clientHeight / 2 - y * k).scale(k);

  function show(k, x, y) {
    behaviour.scaleExtent([Math.min(wholeScale(), 1) / 2, CLOSEST]);
    jump(centred(k, x, y));
  }

  function fit() {
    mode = "fit";
    if (isVisible()) show(Math.min(WHOLE_SCALE, wholeScale()), size.width / 2, size.height / 2);
  }

  /* The whole drawing if it can be read, or else what happens now, as large as can be read. */
  function first() {
    mode = "first";
    if (!isVisible()) return;
    const whole = Math.min(WHOLE_SCALE, wholeScale());
    if (whole * size.text >= READABLE_TEXT) {
      fit();
      mode = "first";
      return;
    }
    const { x, y } = centreOf(focus()) || { x: 0, y: size.height / 2 };
    show(COMFORTABLE_TEXT / size.text, x, y);
  }

  /* Another drawing, or the same one opened further; a scale that the reader chose is kept. */
  function take(drawing, texts, focused) {
    svg = drawing;
    focus = focused;
    size = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")),
      text: texts };
    behaviour.translateExtent(bounds());
    tellHeight();
    if (mode !== "free") {
      first();
      return;
    }
    const middle = centreOf(focus()) || { x: size.width / 2, y: size.height / 2 };
    show(now.k, middle.x, middle.y);
  }

  /* The style gives a flat drawing no more height than it can use. */
  function tellHeight() {
    const wide = Math.min(WHOLE_SCALE, box.clientWidth / (size.width + 2 * ROOM_AROUND));
    const scale = wide * size.text < READABLE_TEXT ? COMFORTABLE_TEXT / size.text : wide;
    const view = box.closest(".view");
    if (view && wide > 0) {
      view.style.setProperty("--tall", Math.ceil(scale * (size.height + 2 * ROOM_AROUND)) + 2 + "px");
    }
  }

  function resized() {
    if (!svg || !isVisible()) return;
    tellHeight();
    if (mode === "free") jump(now);
    else if (mode === "fit") fit();
    else first();
  }

  /* Where an element stands, in pixels of the drawing. */
  function placeOf(element) {
    if (!element || !box.isConnected) return null;
    const seen = box.getBoundingClientRect();
    const there = element.getBoundingClientRect();
    if (!there.width) return null;
    const [x, y] = now.invert([there.left - seen.left - box.clientLeft,
      there.top - seen.top - box.clientTop]);
    return { x, y, width: there.width / now.k, height: there.height / now.k };
  }

  function centreOf(element) {
    const found = placeOf(element);
    return found && { x: found.x + found.width / 2, y: found.y + found.height / 2 };
  }

  /* Move the view if an element, with some room around it, is not all in it. */
  function reveal(element, smoothly) {
    const place = isVisible() && placeOf(element);
    if (!place) return;
    const room = (of, part) => Math.min(90, Math.max(0, (of - part) / 2));
    const [x, y] = target.apply([place.x, place.y]);
    const wide = place.width * target.k;
    const tall = place.height * target.k;
    const dx = room(box.clientWidth, wide);
    const dy = room(box.clientHeight, tall) / 2;
    const inside = x >= dx && x + wide <= box.clientWidth - dx &&
      y >= dy && y + tall <= box.clientHeight - dy;
    const moved = centred(target.k, place.x + place.width / 2, place.y + place.height / 2);
    const kept = inside ? target : within(moved);
    if (Math.abs(kept.x - target.x) + Math.abs(kept.y - target.y) < 1) return;
    if (smoothly) glide(kept);
    else jump(kept);
  }

  function magnify(factor) {
    if (!isVisible()) return;
    stop();
    mode = "free";
    behaviour.scaleBy(stage, factor, [box.clientWidth / 2, box.clientHeight / 2]);
    target = now;
  }

  /* Put a point of the drawing in the middle. */
  function centre(x, y) {
    mode = "free";
    jump(centred(now.k, x, y));
  }

  new ResizeObserver(resized).observe(box);
  return {
    take, fit, first, magnify, reveal, centre, isVisible,
    listen: (listener) => listeners.push(listener),
    /* The part of the drawing that is seen, in its own pixels. */
    seen: () => {
      const [x, y] = now.invert([0, 0]);
      return { x, y, width: box.clientWidth / now.k, height: box.clientHeight / now.k };
    },
    get size() { return size; },
    get scale() { return now.k; },
  };
}
