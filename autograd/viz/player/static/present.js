/* Present: the drawing and one large equation fill the screen, for a lecture room. */

const IDLE = 2000; /* milliseconds until a pointer that rests is hidden */
const LARGEST_EQUATION = 60; /* pixels of an equation */
const SMALLEST_EQUATION = 16;

function makePresent(frame, stage, place, button, equation) {
  const box = make("section", { class: "lecture", "aria-label": "Equation of this step", hidden: true });
  frame.querySelector(".desk .now").prepend(box);
  let idle = null;

  const on = () => frame.classList.contains("presenting");

  function update() {
    if (!on()) return;
    const begun = place.at >= 0;
    box.replaceChildren(...[
      begun && equation.symbols(place.at), begun && equation.numbers(place.at),
      make("p", { class: "caption" }, begun ? equation.caption(place.at) : "Press → to begin."),
    ].filter(Boolean));
    fit();
  }

  /* As large as the screen allows: the equation by its width, the tensors by width and height. */
  function fit() {
    const most = Math.min(LARGEST_EQUATION, innerHeight * 0.055, innerWidth * 0.08);
    for (const line of box.querySelectorAll("div")) fitLine(line, Math.max(most, SMALLEST_EQUATION), SMALLEST_EQUATION);
    fitPanes();
    stage.fit();
  }

  function fitPanes() {
    const panes = frame.querySelector(".panes");
    panes.style.zoom = "";
    if (!on() || panes.hidden) return;
    const widest = Math.max(...[...panes.querySelectorAll(".row")].map((row) => row.scrollWidth));
    const share = Math.min(panes.clientWidth / widest, (innerHeight * 0.36) / panes.scrollHeight);
    panes.style.zoom = Math.max(0.5, Math.min(2.2, Math.floor(share * 20) / 20));
  }

  function enter() {
    frame.classList.add("presenting");
    box.hidden = false;
    button.setAttribute("aria-pressed", "true");
    if (document.fullscreenEnabled) frame.requestFullscreen().catch(() => {});
    rest();
    update();
    stage.box.focus();
  }

  /* Back to the page; whether it was left by this. */
  function leave() {
    if (!on()) return false;
    frame.classList.remove("presenting", "resting");
    box.hidden = true;
    button.setAttribute("aria-pressed", "false");
    if (document.fullscreenElement === frame) document.exitFullscreen();
    fitPanes();
    stage.fit();
    return true;
  }

  /* The pointer is seen while it moves. */
  function rest() {
    clearTimeout(idle);
    frame.classList.remove("resting");
    idle = setTimeout(() => frame.classList.toggle("resting", on()), IDLE);
  }

  frame.addEventListener("pointermove", rest);
  frame.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) leave();
  });
  addEventListener("resize", () => on() && fit());
  place.listen(update);
  return { toggle: () => leave() || enter(), leave };
}
