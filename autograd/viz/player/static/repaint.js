/* Repaint: the numbers in the drawing, while they are not those that it was made with.  Each number
   appears at the event that made it, so where its stretch of events begins says which one it is. */

function makeRepaint(score, place, stage) {
  const { data } = score;
  let touched = [];

  const begins = (element) => Number(element.dataset.at.match(/^-?\d+/)[0]);

  /* The numbers that stand in a group of marks, written; null where it shows them as a picture. */
  function textsFor(group, count) {
    const event = data.events[begins(group)];
    if (!event) return null;
    const value = score.array(event.exact.value) || event.exact.value;
    const isArray = typeof value === "object";
    const numbers = isArray ? value.data : [value];
    if (!numbers || numbers.length !== count) return null;
    return numbers.map((x) => score.show(x, false, isArray ? value.dtype : undefined));
  }

  /* What a wire into a closed box carries back is the sum over the uses inside. */
  function summed(group) {
    const [, source, fold] = group.closest("g[id]").id.match(/^w(\d+)-(f\d+)$/) || [];
    if (!fold || !group.querySelector(".gradient")) return null;
    const { boxes } = data.views[stage.view()];
    const parts = data.events.slice(0, begins(group) + 1).filter((event) => event.kind === "vjp" &&
      event.input === Number(source) && boxes[event.node] === fold && typeof event.exact.value === "number");
    return parts.length ? [score.show(parts.reduce((sum, event) => sum + event.exact.value, 0))] : null;
  }

  const written = (group) => [...group.querySelectorAll("text.value, text.gradient")];
  const isCaption = (text) => /^\(?\d[\d, x]*\)?$/.test(text.textContent) && text.getAttribute("font-size") === "9";

  function repaint(group) {
    const texts = written(group).filter((text) => !isCaption(text));
    const now = summed(group) || textsFor(group, texts.length);
    const pictures = [...group.querySelectorAll("image")];
    for (const picture of pictures) {
      picture.setAttribute("data-stale", "");
      touched.push(() => picture.removeAttribute("data-stale"));
    }
    if (!now) return;
    texts.forEach((text, k) => {
      const before = text.textContent;
      touched.push(() => { text.textContent = before; });
      text.textContent = (before.startsWith("Σ") ? "Σ " : "") + now[k];
    });
  }

  function restore() {
    for (const undo of touched.reverse()) undo();
    touched = [];
  }

  function update(changed, cuts) {
    restore();
    const groups = changed ? [...stage.box.querySelectorAll("g.wire g[data-at], g.box g[data-at]")] : [];
    for (const group of groups) if (written(group).length) repaint(group);
    for (const use of cuts) {
      const wire = stage.box.querySelector("#w" + use);
      if (!wire) continue;
      wire.classList.add("cut");
      touched.push(() => wire.classList.remove("cut"));
    }
  }

  return { update };
}
