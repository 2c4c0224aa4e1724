/* Gestures over the stage: which are the stage's own, and which belong to the page around it.

As with maps: a wheel over a page that scrolls goes on scrolling it, unless Ctrl is held or the
drawing has been clicked; a page that has nothing to scroll zooms at once. */

const HINT_TIME = 1600; /* milliseconds that a hint is there */

function makeGestures(box) {
  const hint = make("div", { class: "gesture", "aria-hidden": "true" });
  let entered = false; /* whether the drawing was clicked since the pointer came */
  let hiding = null;

  box.addEventListener("pointerdown", () => { entered = true; });
  box.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse") entered = false;
  });

  const isAlone = () => box.closest(".alone") !== null;
  function scrolls() {
    const { scrollHeight, clientHeight } = document.documentElement;
    return !isAlone() || scrollHeight > clientHeight + 1;
  }

  function tell(text) {
    hint.textContent = text;
    hint.classList.add("shown");
    clearTimeout(hiding);
    hiding = setTimeout(() => hint.classList.remove("shown"), HINT_TIME);
  }

  function allowsWheel(event) {
    if (event.ctrlKey || event.metaKey || entered || !scrolls()) return true;
    tell("Ctrl + wheel zooms, or click the drawing first");
    return false;
  }

  /* In a page with other things, one finger scrolls the page and two move the drawing. */
  function allowsTouch(event) {
    if (isAlone() || event.touches.length > 1) return true;
    tell("two fingers move the drawing");
    return false;
  }

  function allows(event) {
    if (event.type === "wheel") return allowsWheel(event);
    if (event.type === "touchstart") return allowsTouch(event);
    return !event.ctrlKey && !event.button;
  }

  /* A notch of a wheel is a step; fingers on a touch pad send many small ones, with Ctrl. */
  function delta(event) {
    const unit = event.deltaMode === 1 ? 0.05 : event.deltaMode ? 1 : 0.002;
    const pinched = event.ctrlKey && Math.abs(event.deltaY) < 50;
    return -event.deltaY * unit * (pinched ? 10 : 1);
  }

  return { hint, allows, delta };
}
