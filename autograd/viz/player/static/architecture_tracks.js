/* Wires between boxes that stand in rows; as viz/layout/tracks.py, where the rules are explained. */

const IN = -1;
const OUT = -2;
const TRACKS = { row: 16, track: 14, stub: 10, side: 28, beside: 5, besides: 4, top: 10 };

function routesOf(rows, sizes, links, ports) {
  const rowOf = new Map();
  const at = new Map();
  rows.forEach((row, k) => row.cells.forEach(([unit, x, y]) => {
    rowOf.set(unit, k);
    at.set(unit, [x, y]);
  }));
  const width = TRACKS.side + Math.max(...[...at].map(([unit, [x]]) => x + sizes.get(unit)[0]));
  const tracks = [];
  const sides = [];
  const count = (key) => {
    const found = new Map();
    for (const link of links) found.set(link[key], (found.get(link[key]) || 0) + 1);
    return found;
  };
  const sources = count("source");
  const targets = count("target");

  const lastCell = () => {
    const { cells } = rows[rows.length - 1];
    return cells[cells.length - 1][0];
  };
  const alone = () => rows[rows.length - 1].cells.length === 1;

  function startOf(unit) {
    if (unit === IN) return [0, 0, 0];
    const [x, y] = at.get(unit);
    return [x + sizes.get(unit)[0], rowOf.get(unit), y + ports.get(unit)[1]];
  }

  function endOf(unit) {
    if (unit === OUT) {
      const last = lastCell();
      return [width, rows.length - 1, alone() ? at.get(last)[1] + ports.get(last)[1] : 0];
    }
    const [x, y] = at.get(unit);
    return [x, rowOf.get(unit), y + ports.get(unit)[0]];
  }

  /* Whether no box of a row stands between two points on a level or upright line. */
  function free(row, a, b, but) {
    const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
    const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
    return rows[row].cells.every(([unit, x, y]) => {
      const [wide, tall] = sizes.get(unit);
      if (but.includes(unit) && (left >= x + wide || right <= x)) return true;
      return !(left < x + wide && right > x && top <= y + tall && bottom >= y);
    });
  }

  /* A wire as points (x or a line at the side, row, y from the line of the row or a track). */
  function wayOf(link) {
    const start = startOf(link.source);
    const end = endOf(link.target);
    const [[x1, r1, y1], [x2, r2, y2]] = [start, end];
    const but = [link.source, link.target];
    if (r1 !== r2 || x1 > x2) return around(link, start, end, but);
    for (const middle of bendsOf(link, x1, x2, y1 === y2)) {
      const turns = [[x1, y1], [middle, y1], [middle, y2], [x2, y2]];
      if (turns.slice(1).every((point, k) => free(r1, turns[k], point, but))) {
        return (y1 === y2 ? [turns[0], turns[3]] : turns).map(([x, y]) => [x, r1, y]);
      }
    }
    return over(link, start, end);
  }

  function bendsOf(link, x1, x2, level) {
    const [near, far] = [x1 + TRACKS.stub, x2 - TRACKS.stub];
    if (level) return [near];
    const fork = sources.get(link.source) > 1 && targets.get(link.target) === 1;
    return fork ? [near, far] : [far, near];
  }

  /* Down from a track into the upper edge of a box, or to the place where a frame ends. */
  function dropOf(link, [x, row, y], track) {
    if (link.target === OUT) {
      return [[x - TRACKS.stub, row, track], [x - TRACKS.stub, row, y], [x, row, y]];
    }
    const middle = x + Math.floor(sizes.get(link.target)[0] / 2);
    return [[middle, row, track], [middle, row, at.get(link.target)[1]]];
  }

  function over(link, [x, row, y], end) {
    const track = newTrack(row, x + TRACKS.stub, end[0] + TRACKS.stub);
    const drop = dropOf(link, end, track);
    track.right = drop[0][0];
    return [[x, row, y], [x + TRACKS.stub, row, y], [x + TRACKS.stub, row, track], ...drop];
  }

  /* To the end of the row, back above the row of the target, and into it. */
  function around(link, start, end, but) {
    const [[x1, r1, y1], [x2, r2, y2]] = [start, end];
    const right = newSide(true, r1, r2);
    const edge = width - TRACKS.stub;
    const way = [start];
    if (free(r1, [x1, y1], [edge, y1], but)) {
      way.push([right, r1, y1]);
    } else {
      const out = newTrack(r1, x1 + TRACKS.stub, edge);
      way.push([x1 + TRACKS.stub, r1, y1], [x1 + TRACKS.stub, r1, out], [right, r1, out]);
    }
    const back = newTrack(r2, TRACKS.stub, edge);
    way.push([right, r2, back]);
    if (link.target !== OUT && free(r2, [TRACKS.stub, y2], [x2, y2], but)) {
      const left = newSide(false, r2, r2);
      return [...way, [left, r2, back], [left, r2, y2], end];
    }
    const drop = dropOf(link, end, back);
    back.left = drop[0][0];
    return [...way, ...drop];
  }

  function newSide(right, one, other) {
    const side = { right, first: Math.min(one, other), last: Math.max(one, other), level: 0 };
    sides.push(side);
    return side;
  }

  function newTrack(row, left, right) {
    const track = { row, left, right, level: 0, track: true };
    tracks.push(track);
    return track;
  }

  /* Each track has the lowest level at which it meets no other; short ones are lowest. */
  function level() {
    const placed = [];
    const order = [...tracks].sort((a, b) =>
      a.right - a.left - (b.right - b.left) || a.row - b.row || a.left - b.left);
    for (const track of order) {
      const others = placed.filter((other) => other.row === track.row);
      const meets = (other) => other.level === track.level && other.left <= track.right &&
        track.left <= other.right;
      while (others.some(meets)) track.level += 1;
      placed.push(track);
    }
    sides.forEach((side, k) => {
      const taken = new Set(sides.slice(0, k).filter((other) => other.right === side.right &&
        other.first <= side.last && side.first <= other.last).map((other) => other.level));
      while (taken.has(side.level)) side.level += 1;
    });
  }

  const zone = (row) => TRACKS.track * Math.max(0, ...tracks.filter((track) => track.row === row)
    .map((track) => track.level + 1));

  /* The height of the line of every row. */
  function topsOf() {
    let y = 0;
    return rows.map((row, k) => {
      y += (k ? TRACKS.row : TRACKS.top) + zone(k) + row.above;
      const top = y;
      y += row.below;
      return top;
    });
  }

  function across(x) {
    if (typeof x === "number") return x;
    const step = TRACKS.beside * (x.level % TRACKS.besides);
    return x.right ? width - TRACKS.side + TRACKS.stub + step : TRACKS.side - TRACKS.stub - step;
  }

  const heightOf = (row, y, tops) => (typeof y === "number" ? tops[row] + y
    : tops[row] - rows[row].above - TRACKS.stub - TRACKS.track * y.level);

  function routed() {
    const ways = links.map(wayOf);
    level();
    const tops = topsOf();
    const routes = links.map((link, k) => {
      const points = ways[k].map(([x, row, y]) => [across(x), heightOf(row, y, tops)]);
      const kind = ways[k].some(([, , y]) => typeof y !== "number") ? "skip" : "";
      return { link, points, label_at: labelPlace(points), kind };
    });
    const places = new Map([...at].map(([unit, [x, y]]) => [unit, [x, y + tops[rowOf.get(unit)]]]));
    const bottom = tops[tops.length - 1];
    const last = lastCell();
    return { places, routes, width, height: bottom + rows[rows.length - 1].below, enter: tops[0],
      leave: alone() ? places.get(last)[1] + ports.get(last)[1] : bottom };
  }

  return routed();
}

/* The middle of the longest level piece, a little above it. */
function labelPlace(points) {
  let best = null;
  for (let k = 1; k < points.length; k += 1) {
    const [a, b] = [points[k - 1], points[k]];
    if (a[1] !== b[1]) continue;
    if (!best || Math.abs(a[0] - b[0]) > Math.abs(best[0][0] - best[1][0])) best = [a, b];
  }
  return [Math.floor((best[0][0] + best[1][0]) / 2), best[0][1] - 4];
}
