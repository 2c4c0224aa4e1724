/* Rows of columns, each open box laid out by itself; as viz/layout/rows.py, where the rules are explained. */

const SIZES = { width: 142, title: 24, pad: 12, side: 28 };
const GAPS = { narrow: 28, wide: 64, letter: 6, lane: 14 };

const shapeText = (shape) => shape.join("×") || "scalar";

function layoutArchitecture(architecture, open, room) {
  const { boxes } = architecture;
  const isOpen = (id) => open.has(id) && boxes[id].children.length > 0;
  const links = new Map();
  const inside = new Map();

  /* What stands in a frame: parts that have no frame are replaced by theirs. */
  function unitsOf(frame) {
    const children = frame === null ? boxes.filter((box) => box.parent === null).map((box) => box.id)
      : boxes[frame].children;
    return children.flatMap((child) =>
      (isOpen(child) && boxes[child].framed === false ? unitsOf(child) : [child]));
  }

  /* The frames around a box, and at the end what is visible of it. */
  function visibleOf(box) {
    const lineage = [];
    for (let id = box; id !== null; id = boxes[id].parent) lineage.unshift(id);
    const found = [];
    for (const id of lineage) {
      if (!isOpen(id)) return [...found, id];
      if (boxes[id].framed !== false) found.push(id);
    }
    return found;
  }

  /* Every edge is cut into its parts inside of each frame. */
  function link() {
    architecture.edges.forEach((edge, index) => {
      const [ours, theirs] = [visibleOf(edge.source), visibleOf(edge.target)];
      if (ours[ours.length - 1] === theirs[theirs.length - 1]) return;
      let k = 0;
      while (ours[k] === theirs[k]) k += 1;
      for (let i = k; i + 1 < ours.length; i += 1) add(ours[i], ours[i + 1], OUT, index, edge);
      add(k ? ours[k - 1] : null, ours[k], theirs[k], index, edge);
      for (let i = k; i + 1 < theirs.length; i += 1) add(theirs[i], IN, theirs[i + 1], index, edge);
    });
  }

  function add(frame, source, target, index, edge) {
    if (!links.has(frame)) links.set(frame, new Map());
    const table = links.get(frame);
    const key = source + " " + target;
    if (!table.has(key)) table.set(key, { source, target, edges: [], nodes: new Map(), label: "" });
    const one = table.get(key);
    one.edges.push(index);
    if (!one.nodes.has(edge.node)) one.nodes.set(edge.node, edge.name || "");
    if (source === IN || target === OUT || one.label) return;
    const label = changesShape(boxes[source], edge) ? shapeText(edge.shape) : "";
    const shown = [...table.values()].some((other) => other.source === source && other.label);
    one.label = shown ? "" : label;
  }

  function layOut(frame, space) {
    const units = unitsOf(frame);
    const here = [...(links.get(frame) || new Map()).values()];
    const order = new Map(units.map((unit, k) => [unit, k]));
    const before = new Map();
    for (const { source, target } of here) {
      if (order.has(source) && order.has(target) && order.get(source) < order.get(target)) {
        before.set(target, [...sourcesOf(before, target), source]);
      }
    }
    const width = space - 2 * SIZES.side;
    for (const unit of units) if (isOpen(unit)) layOut(unit, Math.max(width, SIZES.width + 2 * SIZES.side));
    const blocks = blocksOf(seriesOf(units, before), before, here, width);
    const rows = flowedRows(blocks, skipsOf(blocks, here), width);
    const table = (read) => new Map(units.map((unit) => [unit, read(unit)]));
    const found = routesOf(rows, table(sizeOf), here, table(portOf));
    inside.set(frame, lowered(found, frame === null ? 0 : SIZES.title));
  }

  function lowered(found, top) {
    return {
      places: new Map([...found.places].map(([unit, [x, y]]) => [unit, [x, y + top]])),
      routes: found.routes.map((route) => movedRoute(route, 0, top)),
      width: found.width, height: found.height + top + SIZES.pad,
      enter: found.enter + top, leave: found.leave + top };
  }

  function sizeOf(unit) {
    return isOpen(unit) ? [inside.get(unit).width, inside.get(unit).height] : [boxes[unit].width, boxes[unit].height];
  }

  /* How far below its upper edge wires enter and leave a unit. */
  function portOf(unit) {
    if (isOpen(unit)) return [inside.get(unit).enter, inside.get(unit).leave];
    const half = Math.floor(sizeOf(unit)[1] / 2);
    return [half, half];
  }

  function blocksOf(parts, before, here, space) {
    return parts.flatMap((part) => {
      if (typeof part === "number") return [single(part, here)];
      if (part.units) {
        const block = tangle(part.units, before, here);
        return block.width <= space ? [block] : part.units.map((unit) => single(unit, here));
      }
      const made = part.series.map((one) => blocksOf(one, before, here, space));
      const block = sideBySide(made);
      return block.width <= space ? [block] : [...made].sort((a, b) => a.length - b.length).flat();
    });
  }

  function single(unit, here) {
    const [width, height] = sizeOf(unit);
    const labels = here.filter((one) => one.target === unit && one.label).map((one) => one.label);
    const before = Math.max(GAPS.narrow,
      ...labels.map((label) => Math.max(GAPS.wide, GAPS.letter * [...label].length + 24)));
    return { width, height, axis: portOf(unit)[0], cells: [[unit, 0, 0]], before };
  }

  /* Columns by the longest path to each unit, and lanes that wires have to themselves. */
  function tangle(units, before, here) {
    const column = columnsOf(units, before);
    const lanes = lanesOf(units, column, before);
    return gridOf(units.map((unit) => [column.get(unit), lanes.get(unit), single(unit, here)]));
  }

  function settle(plan, frame, x, y) {
    const { places, routes } = inside.get(frame);
    for (const [unit, [left, top]] of places) {
      const [width, height] = sizeOf(unit);
      plan.boxes.set(unit, { x: x + left, y: y + top, width, height, open: isOpen(unit) });
    }
    for (const route of routes) {
      const { link: one, points, label_at, kind } = movedRoute(route, x, y);
      plan.wires.push({ source: one.source, target: one.target, frame, edges: one.edges, points,
        label: one.label, label_at, name: wireName(one), kind });
    }
    for (const [unit, [left, top]] of places) if (isOpen(unit)) settle(plan, unit, x + left, y + top);
  }

  link();
  layOut(null, room);
  const { width, height } = inside.get(null);
  const plan = { boxes: new Map(), wires: [], width, height };
  settle(plan, null, 0, 0);
  return plan;
}

const changesShape = (box, edge) => box.role === "input" ||
  !box.input.some((shape) => shape.join() === edge.shape.join());

/* The names of the values of a wire, if they are several. */
const wireName = (link) => (link.nodes.size > 1 ? [...link.nodes.values()].filter(Boolean).join(", ") : "");

const movedRoute = (route, dx, dy) => ({ ...route, points: route.points.map(([x, y]) => [x + dx, y + dy]),
  label_at: [route.label_at[0] + dx, route.label_at[1] + dy] });

function columnsOf(units, before) {
  const column = new Map();
  for (const unit of units) {
    const known = sourcesOf(before, unit).filter((source) => column.has(source)).map((source) => column.get(source));
    column.set(unit, known.length ? Math.max(...known) + 1 : 0);
  }
  for (const unit of units) {
    const after = units.filter((other) => sourcesOf(before, other).includes(unit)).map((other) => column.get(other));
    const first = !sourcesOf(before, unit).some((source) => column.has(source));
    if (after.length && first) column.set(unit, Math.min(...after) - 1);
  }
  return column;
}

/* Lanes for units in columns, so that their wires have the lanes to themselves. */
function lanesOf(units, column, before) {
  const lanes = new Map();
  const taken = new Set();
  const path = longestPath(units, column, before);
  for (const unit of [...path, ...units.filter((one) => !path.includes(one))]) {
    const known = sourcesOf(before, unit).filter((source) => column.has(source));
    const after = units.filter((one) => sourcesOf(before, one).includes(unit)).map((one) => column.get(one));
    const first = known.length ? column.get(unit) : 0;
    const last = Math.max(...(after.length ? after : column.values()));
    const span = (lane) => Array.from({ length: last + 1 - first }, (_, k) => first + k + " " + lane);
    const sources = known.filter((source) => lanes.has(source)).map((source) => lanes.get(source));
    let lane = sources.length ? Math.min(...sources) : 0;
    while (!path.includes(unit) && span(lane).some((cell) => taken.has(cell))) lane += 1;
    lanes.set(unit, lane);
    span(lane).forEach((cell) => taken.add(cell));
  }
  return lanes;
}

/* The longest path, which has the first lane. */
function longestPath(units, column, before) {
  const better = (a, b) => ((column.get(b) - column.get(a) || a - b) < 0 ? a : b);
  const path = [units.reduce(better)];
  for (;;) {
    const sources = sourcesOf(before, path[0]).filter((source) => column.has(source));
    if (!sources.length) return path;
    path.unshift(sources.reduce(better));
  }
}

/* Branches as lanes with common columns. */
const sideBySide = (branches) => gridOf(branches.flatMap((blocks, lane) =>
  blocks.map((block, column) => [column, lane, block])));

/* Blocks at (column, lane) as one; the wire in the middle lane is straight. */
function gridOf(cells) {
  const upTo = (axis) => Array.from({ length: 1 + Math.max(...cells.map((cell) => cell[axis])) }, (_, k) => k);
  const most = (axis, k, read) => Math.max(0, ...cells.filter((cell) => cell[axis] === k).map((cell) => read(cell[2])));
  const widths = upTo(0).map((k) => most(0, k, (block) => block.width));
  const gaps = upTo(0).map((k) => most(0, k, (block) => block.before));
  const above = upTo(1).map((k) => most(1, k, (block) => block.axis));
  const below = upTo(1).map((k) => most(1, k, (block) => block.height - block.axis));
  const sum = (list) => list.reduce((total, one) => total + one, 0);
  const axes = above.map((_, k) => sum(above.slice(0, k + 1)) + sum(below.slice(0, k)) + GAPS.lane * k);
  const found = cells.flatMap(([column, lane, block]) => {
    const left = sum(widths.slice(0, column)) + sum(gaps.slice(1, column + 1)) +
      Math.floor((widths[column] - block.width) / 2);
    return block.cells.map(([unit, x, y]) => [unit, left + x, axes[lane] - block.axis + y]);
  });
  return { width: sum(widths) + sum(gaps.slice(1)),
    height: sum(above) + sum(below) + GAPS.lane * (above.length - 1),
    axis: axes[Math.floor((above.length - 1) / 2)], cells: found, before: gaps[0] };
}

/* The first and the last block of what belongs together: what a skip goes around, branches and their join. */
function skipsOf(blocks, links) {
  const place = new Map(blocks.flatMap((block, k) => block.cells.map(([unit]) => [unit, k])));
  const skips = links.filter(({ source, target }) => place.has(source) && place.has(target))
    .map(({ source, target }) => [place.get(source) + 1, place.get(target)])
    .filter(([first, last]) => last > first);
  const joins = blocks.slice(0, -1).map((block, k) => [k, k + 1]).filter(([k]) => blocks[k].cells.length > 1);
  return [...skips, ...joins];
}

/* Rows from left to right; a new one begins where the next skip would not fit. */
function flowedRows(blocks, skips, room) {
  const rows = [{ cells: [], above: 0, below: 0 }];
  let x = 0;
  blocks.forEach((block, k) => {
    const ends = [k, ...skips.filter(([first]) => first === k).map(([, last]) => last)];
    const widths = ends.map((end) => rowWidth(blocks.slice(k, end + 1)));
    const need = Math.max(widths[0], ...widths.slice(1).filter((width) => width <= Math.floor(room / 2)));
    const begun = rows[rows.length - 1].cells.length > 0;
    let start = begun ? x + block.before : 0;
    if (begun && start + need > room) {
      rows.push({ cells: [], above: 0, below: 0 });
      start = 0;
    }
    addToRow(rows[rows.length - 1], block, start + SIZES.side);
    x = start + block.width;
  });
  return rows;
}

function addToRow(row, block, x) {
  row.cells.push(...block.cells.map(([unit, left, top]) => [unit, x + left, top - block.axis]));
  row.above = Math.max(row.above, block.axis);
  row.below = Math.max(row.below, block.height - block.axis);
}

const rowWidth = (blocks) => blocks.reduce((sum, block) => sum + block.width, 0) +
  blocks.slice(1).reduce((sum, block) => sum + block.before, 0);
