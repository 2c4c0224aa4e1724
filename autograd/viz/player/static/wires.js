/* The wires of a drawing, by the operations that they join. */

function makeWires(score) {
  const { data, seed } = score;
  let groups = new Map();
  let boxes = {};
  let ends = {};
  let leaving = new Map();

  /* The node whose value a wire carries: `w5-0` is input 0 of node 5, `w5-f7` goes from node 5 to a
     closed box, `out0` is where the output leaves. */
  function nodeOf(id) {
    if (id.startsWith("out")) return data.events[seed] ? data.events[seed].node : null;
    const [, node, position] = id.match(/^w(\d+)-(.+)$/) || [];
    if (node === undefined) return null;
    return /^\d+$/.test(position) ? data.nodes[node].inputs[position] : Number(node);
  }

  function take(drawing) {
    ({ groups, boxes, ends } = drawing);
    leaving = new Map();
    for (const [id, group] of groups) {
      const node = group.classList.contains("wire") ? nodeOf(id) : null;
      if (node !== null) leaving.set(node, [...(leaving.get(node) || []), group]);
    }
  }

  /* A wire into a closed box is shared by all that goes from one value into it. */
  function into(node, position) {
    const input = data.nodes[node].inputs[position];
    return groups.get("w" + node + "-" + position) || groups.get("w" + input + "-" + boxes[node]) || null;
  }

  /* From its source to its numbers, and on to its head: the lines right before the arrow's. */
  function line(wire) {
    const head = wire && wire.querySelector(":scope > polygon");
    const out = head && head.previousElementSibling;
    const first = out && out.previousElementSibling;
    return first && first.tagName === "path" && out.tagName === "path" ? [first, out] : null;
  }

  return {
    take, into, line, nodeOf,
    leaving: (node) => leaving.get(node) || [],
    /* A leaf's name is in its box, where a wire begins there. */
    isNamed: (node, wire) => Boolean(wire && ends[wire.id]) && ends[wire.id][0] === boxes[node] &&
      /leaf|constant/.test(groups.get(boxes[node]).classList),
  };
}
