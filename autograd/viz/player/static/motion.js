/* Motion: when a step is played, its number travels along the wire, forwards or back. */

const TRAVEL_TIME = 350; /* milliseconds */
const TRAVEL_LETTERS = 9; /* a longer number is a dot, an array its shape */

function makeMotion(score, place, scene) {
  const { data } = score;
  const NS = "http://www.w3.org/2000/svg";
  const layer = document.createElementNS(NS, "g");
  layer.setAttribute("class", "motion");
  let frame = null;
  let stepped = -Infinity;

  /* Nothing moves if the system asks for reduced motion, or while steps follow each other quickly. */
  function isCalm() {
    const before = stepped;
    stepped = performance.now();
    return matchMedia("(prefers-reduced-motion: reduce)").matches || stepped - before < TRAVEL_TIME;
  }

  function written(value) {
    const many = score.array(value);
    const text = many ? many.shape.join("x") : score.show(value);
    return text.length <= TRAVEL_LETTERS ? text : "•";
  }

  /* What moves: values into an operation, or the contribution back from it. */
  function moving() {
    const event = data.events[place.at];
    if (!event || place.waiting) return [];
    if (event.kind === "forward") {
      return data.nodes[event.node].inputs.map((input, k) => ({ wire: scene.into(event.node, k),
        text: written(data.nodes[input].value), kind: "value" }));
    }
    if (event.kind !== "vjp") return [];
    return [{ wire: scene.into(event.node, event.position), text: written(event.exact.value),
      kind: "gradient" }];
  }

  function mover({ wire, text, kind }) {
    const [into, out] = scene.line(wire);
    const lengths = [into.getTotalLength(), out.getTotalLength()];
    const label = document.createElementNS(NS, "text");
    label.setAttribute("class", kind);
    label.setAttribute("font-size", Math.max(13, 13 / scene.scale()));
    label.textContent = text;
    const start = into.getPointAtLength(lengths[0]);
    const end = out.getPointAtLength(0);
    const gap = Math.hypot(end.x - start.x, end.y - start.y);
    const all = lengths[0] + gap + lengths[1];
    /* Along the first line, straight through the numbers, and along the second. */
    const at = (share) => {
      const far = (kind === "value" ? share : 1 - share) * all;
      if (far <= lengths[0]) return into.getPointAtLength(far);
      if (far >= lengths[0] + gap) return out.getPointAtLength(far - lengths[0] - gap);
      const t = (far - lengths[0]) / (gap || 1);
      return { x: start.x + (end.x - start.x) * t, y: start.y + (end.y - start.y) * t };
    };
    return { label, at };
  }

  function stop() {
    cancelAnimationFrame(frame);
    layer.replaceChildren();
  }

  function play() {
    stop();
    if (isCalm()) return;
    const movers = moving().filter(({ wire }) => wire && scene.line(wire)).map(mover);
    if (!movers.length) return;
    const start = performance.now();
    const draw = (time) => {
      const share = Math.min(1, Math.max(0, (time - start) / TRAVEL_TIME));
      for (const { label, at } of movers) {
        const { x, y } = at(share * share * (3 - 2 * share));
        label.setAttribute("x", x);
        label.setAttribute("y", y);
      }
      if (share < 1) frame = requestAnimationFrame(draw);
      else stop();
    };
    draw(start);
    layer.replaceChildren(...movers.map(({ label }) => label));
    frame = requestAnimationFrame(draw);
  }

  return { layer, play, stop };
}
