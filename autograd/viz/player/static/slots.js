/* Slots: the places of a drawing that show a number, filled with what is known at a moment. */

/* Whether a slot's block stands above, below or beside its point. */
const ANCHORS = {
  value: ({ height }) => [0, -height],
  badge: ({ height }) => [0, -height],
  beside: ({ width, height }) => [width / 2, -height / 2],
  below: () => [0, 0],
};

function makeSlots(score, svg, view, nodesOf) {
  const { data } = score;
  let colours = null; /* looked up once an update: the browser computes styles for it */
  const blocks = makeBlocks(score, () => {
    colours = colours || tones(svg);
    return colours;
  });
  const slots = [...svg.querySelectorAll(".slot")].map((element) => {
    const { x, y, role, side } = element.dataset;
    return { element, x: Number(x), y: Number(y), role, key: "", owner: element.parentNode,
      anchor: ANCHORS[side || role] || ANCHORS.below };
  });
  const edgesOf = (group) => (group.dataset.edge || "").split(" ").filter(Boolean);

  /* What a wire carries back: of several uses in one box, their sum; out of the drawing, the total.
     Where the backward pass is a graph, it is the value of a node. */
  function gradientOn(wire, moment) {
    if (score.seed > score.last) return moment.value(Number(wire.dataset.node));
    const edges = edgesOf(wire);
    if (!edges.length) return moment.totals.get(Number(wire.dataset.node));
    const known = edges.map((edge) => moment.contributions.get(edge)).filter((x) => x !== undefined);
    return known.length ? sumOf(score, known) : undefined;
  }

  /* What a slot shows at a moment: what it is, and the block that is drawn of it. */
  const contents = {
    value: ({ owner }, moment) => {
      const node = Number(owner.dataset.node);
      const value = moment.value(node);
      return [value, () => blocks.block(value, "value", data.nodes[node].dtype)];
    },
    gradient: ({ owner }, moment) => {
      const value = gradientOn(owner, moment);
      return [value, () => blocks.block(value, "gradient")];
    },
    sum: ({ owner }, moment) => {
      const value = moment.totals.get(Number(owner.dataset.nodes));
      return [value, () => blocks.total(value)];
    },
    badge: ({ owner }, moment) => {
      const words = data.finite ? "" : badgeOf(score, nodesOf(owner.id), moment);
      return [words || undefined, () => blocks.badge(words)];
    },
    chain: ({ owner }, moment) => {
      const words = chainText(score, view.chains[owner.id], moment);
      return [words || undefined, () => blocks.chain(words)];
    },
  };

  function keyOf(value) {
    if (value === undefined) return "";
    return typeof value === "object" ? data.run + " " + JSON.stringify(value) : String(value);
  }

  function update(moment) {
    colours = null;
    for (const slot of slots) {
      const [value, block] = contents[slot.role](slot, moment);
      const key = keyOf(value);
      if (key === slot.key) continue;
      slot.key = key;
      slot.element.replaceChildren(...(key ? drawn(slot, block()) : []));
    }
  }

  function drawn(slot, block) {
    const [dx, dy] = slot.anchor(block);
    const back = svg.dataset.upright && ["value", "gradient"].includes(slot.role)
      ? [{ tag: "rect", x: -block.width / 2, y: 0, width: block.width, height: block.height, fill: "var(--paper)" }]
      : [];
    return blocks.elements({ marks: [...back, ...block.marks] }, slot.x + dx, slot.y + dy);
  }

  return { update };
}

/* The colours of heat maps, as the theme has them now. */
function tones(svg) {
  const style = getComputedStyle(svg);
  const rgb = (role) => (style.getPropertyValue("--" + role).match(/[0-9a-f]{2}/gi) || ["0", "0", "0"])
    .slice(0, 3).map((part) => parseInt(part, 16));
  return { positive: rgb("positive"), negative: rgb("negative"), nan: rgb("nan") };
}
