/* Repaint: the wires that are cut, in the drawing. */

function makeRepaint(score, place, stage) {
  let touched = [];

  function update(changed, cuts) {
    for (const wire of touched) wire.classList.remove("cut");
    touched = [...cuts].map((use) => stage.box.querySelector("#w" + use)).filter(Boolean);
    for (const wire of touched) wire.classList.add("cut");
  }

  return { update };
}
