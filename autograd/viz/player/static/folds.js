/* Folds: boxes that are opened and closed one by one, in place.

An open box is a frame around a drawing of its inside.  The rest makes room: what is right of the box
or below it moves by what the frame is larger, and what is beside it moves in proportion.  Distances
only grow, so that nothing comes to lie on anything else. */

function makeFolds(data) {
  const open = new Set(data.open);
  let sheet = null;

  /* The drawing as Python made it where all is open that is open there, or else that of closed boxes. */
  const root = () => (data.open.every((k) => open.has(k)) ? data.view : 0);

  function compose(index) {
    const made = makeSheet(data.views[index]);
    for (const [id, k] of Object.entries(data.views[index].folds)) {
      if (open.has(k)) openInPlace(made, id, compose(k), data.views[k].title, k);
    }
    return made;
  }

  function drawing() {
    sheet = compose(root());
    sheet.svg.setAttribute("width", sheet.width);
    sheet.svg.setAttribute("height", sheet.height);
    sheet.svg.setAttribute("viewBox", "0 0 " + sheet.width + " " + sheet.height);
    return sheet;
  }

  const nodesOf = (k) => data.views[k].nodes;
  const isWithin = (k, other) => nodesOf(k).length < nodesOf(other).length &&
    nodesOf(other).includes(nodesOf(k)[0]);
  const depthOf = (k) => [...open].filter((other) => isWithin(k, other)).length;

  /* Whether anything is another now. */
  function change(views, action) {
    const before = open.size;
    views.forEach(action);
    return open.size !== before;
  }
  const opening = (views) => change(views, (k) => open.add(k));
  const closing = (views) => change([...open].filter((k) =>
    views.some((other) => k === other || isWithin(k, other))), (k) => open.delete(k));

  function openBox(node, all) {
    const chosen = sheet.folds[sheet.boxes[node]];
    if (chosen === undefined) return false;
    const { alike } = data.views[chosen];
    return opening(Object.values(sheet.folds).filter((k) =>
      k === chosen || (all && data.views[k].alike === alike)));
  }

  /* The innermost of the open boxes around a node. */
  function closeBox(node) {
    const around = [...open].filter((k) => nodesOf(k).includes(node));
    around.sort((a, b) => nodesOf(a).length - nodesOf(b).length);
    return closing(around.slice(0, 1));
  }

  function level(direction) {
    if (direction > 0) return opening(Object.values(sheet.folds));
    const deepest = Math.max(...[...open].map(depthOf));
    return closing([...open].filter((k) => depthOf(k) === deepest));
  }

  return { drawing, openBox, closeBox, level };
}
