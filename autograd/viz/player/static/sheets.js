/* Sheets: drawings that can grow.  A box of one becomes a frame around another. */

const HEADING = 18; /* pixels above an inside, for its name */
const SVG = "http://www.w3.org/2000/svg";

const PORTS = ["in", "out"];

/* The sides of a frame where wires enter and leave, as shares of its width and height. */
const SIDES = { LR: [[0, 0.5], [1, 0.5]], RL: [[1, 0.5], [0, 0.5]],
  TB: [[0.5, 0], [0.5, 1]], BT: [[0.5, 1], [0.5, 0]] };

/* A view as elements, and where they are: of a box its middle and its size, of a wire the boxes that
   it joins and the middle of its numbers. */
function makeSheet(view) {
  const parsed = new DOMParser().parseFromString(view.svg, "image/svg+xml");
  const svg = document.importNode(parsed.documentElement, true);
  return {
    svg, width: view.width, height: view.height,
    groups: new Map([...svg.children].map((group) => [group.id, group])),
    places: copied(view.places), ends: copied(view.ends), boxes: { ...view.boxes },
    folds: { ...view.folds }, chains: { ...view.chains },
  };
}

const copied = (lists) =>
  Object.fromEntries(Object.entries(lists).map(([id, list]) => [id, [...list]]));

/* Put a sheet into the place of a box. */
function openInPlace(sheet, id, inner, title, index) {
  const [x, y, width, height] = sheet.places[id];
  const frame = { x: x - width / 2, y: y - height / 2,
    width: Math.max(width, inner.width), height: Math.max(height, inner.height + HEADING) };
  const growth = [frame.width - width, frame.height - height];
  grow(inner, by([frame.x + (frame.width - inner.width) / 2,
    frame.y + HEADING + (frame.height - HEADING - inner.height) / 2]));
  const sides = SIDES[sheet.svg.dataset.direction || "LR"];
  const ports = sides.map((side, k) => portOf(frame, side, inner.places[PORTS[k]]));
  const shifts = leadTo(sheet, id, sides, ports, index);
  spareNumbers(sheet, inner, index);
  sheet.groups.get(id).remove();
  for (const part of [sheet.places, sheet.folds, sheet.chains]) delete part[id];
  sheet.groups.delete(id);
  const stretched = (at, from, length, more) => at + more * Math.min(1, Math.max(0, (at - from) / length));
  grow(sheet, ([px, py]) =>
    [stretched(px, frame.x, width, growth[0]), stretched(py, frame.y, height, growth[1])], shifts);
  ports.forEach((port, k) => { sheet.places[PORTS[k] + index] = [...port, 0, 0]; });
  sheet.width += growth[0];
  sheet.height += growth[1];
  adopt(sheet, inner, ports, index);
  add(sheet, outlineOf(frame, title, index));
}

/* Move all that is on a sheet, by a map of points under which no distance becomes less.  Boxes and
   numbers keep their size; a wire goes along with the boxes at its ends.  Some shifts are given. */
function grow(sheet, map, shifts = {}) {
  const shiftOf = ([x, y]) => {
    const [toX, toY] = map([x, y]);
    return [toX - x, toY - y];
  };
  const shiftOfBox = (id) => shifts[id] || shiftOf(sheet.places[id]);
  for (const [id, group] of sheet.groups) {
    if (sheet.ends[id]) {
      const [source, target, ...middle] = sheet.ends[id];
      moveWire(group, map, shiftOfBox(source), shiftOf(middle), shiftOfBox(target));
    } else if (sheet.places[id]) moveAll(group, shiftOf(sheet.places[id]));
    else if (group.classList.contains("frame")) moveFrame(group, map);
    else if (group.id === "notes") moveAll(group, [0, map([0, sheet.height])[1] - sheet.height]);
    else for (const path of group.querySelectorAll("path")) movePoints(path, map);
  }
  for (const place of Object.values(sheet.places)) [place[0], place[1]] = map(place);
  for (const end of Object.values(sheet.ends)) [end[2], end[3]] = map([end[2], end[3]]);
}

/* The two curves before the head of a wire lead from its source to its numbers, and on. */
function moveWire(group, map, start, middle, end) {
  const head = group.querySelector(":scope > polygon");
  const out = head.previousElementSibling;
  const into = out.previousElementSibling;
  for (const part of group.children) {
    if (![into, out, head].includes(part)) moveAll(part, middle);
  }
  moveCurve(into, map, start, middle);
  moveCurve(out, map, middle, end);
  movePoints(head, by(end));
}

/* The ends of a curve, each with the direction in which it begins, are moved by themselves. */
function moveCurve(path, map, start, end) {
  const d = path.getAttribute("d");
  const first = /^M[^A-Z]*C/.test(d) ? 2 : 1; /* points at each end; a straight line has one */
  const last = /C[^A-Z]*$/.test(d) ? 2 : 1;
  movePoints(path, (point, k, count) =>
    (k < first ? by(start)(point) : k >= count - last ? by(end)(point) : map(point)));
}

const by = ([dx, dy]) => ([x, y]) => [x + dx, y + dy];

/* The points of a path or of a polygon. */
const POINT = /(-?[\d.]+)[ ,]+(-?[\d.]+)/g;

function movePoints(element, map) {
  const name = element.tagName === "path" ? "d" : "points";
  const before = element.getAttribute(name);
  const count = before.match(POINT).length;
  let k = 0;
  element.setAttribute(name, before.replace(POINT, (_, x, y) => {
    const point = map([Number(x), Number(y)], k, count);
    k += 1;
    return point.map((at) => at.toFixed(1)).join(" ");
  }));
}

function moveAll(element, shift) {
  for (const one of [element, ...element.querySelectorAll("*")]) {
    if (one.tagName === "path" || one.tagName === "polygon") movePoints(one, by(shift));
    for (const [k, names] of [["x", "cx", "data-x"], ["y", "cy", "data-y"]].entries()) {
      for (const name of names) {
        if (one.hasAttribute(name)) one.setAttribute(name, Number(one.getAttribute(name)) + shift[k]);
      }
    }
  }
}

/* A frame keeps what it is around; its name stays in its corner. */
function moveFrame(group, map) {
  const [outline, ...heading] = group.querySelectorAll("rect, text");
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(outline.getAttribute(name)));
  const [left, top] = map([x, y]);
  const [right, bottom] = map([x + width, y + height]);
  const now = { x: left, y: top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(now)) outline.setAttribute(name, value);
  for (const part of heading) moveAll(part, [left - x, top - y]);
}

/* Where wires cross a frame: at the port of its inside, or in the middle of the side. */
function portOf(frame, [across, down], port) {
  const [x, y] = [frame.x + across * frame.width, frame.y + down * frame.height];
  if (!port) return [x, y];
  return across === 0.5 ? [port[0], y] : [x, port[1]];
}

/* Let the wires of a box end at the ports of its frame; return how far these ends move. */
function leadTo(sheet, id, sides, ports, index) {
  const [x, y, width, height] = sheet.places[id];
  const shifts = {};
  sides.forEach(([across, down], k) => {
    const before = [x + (across - 0.5) * width, y + (down - 0.5) * height];
    sheet.places[PORTS[k] + index] = [...before, 0, 0];
    shifts[PORTS[k] + index] = [ports[k][0] - before[0], ports[k][1] - before[1]];
  });
  for (const [wire, ends] of Object.entries(sheet.ends)) {
    if (ends[1] === id) ends[1] = PORTS[0] + index;
    else if (ends[0] === id) ends[0] = PORTS[1] + index;
    else continue;
    if (!/^(w\d+-\d+|out\d+)$/.test(wire)) rename(sheet, wire, wire + "-" + index);
  }
  return shifts;
}

/* A wire that is the same inside has its numbers there. */
function spareNumbers(sheet, inner, index) {
  const key = ({ node, edge }) => node + ":" + edge;
  const within = new Set(Object.keys(inner.ends).map((wire) => key(inner.groups.get(wire).dataset)));
  for (const [wire, ends] of Object.entries(sheet.ends)) {
    const group = sheet.groups.get(wire);
    if (ends[1] !== PORTS[0] + index || !within.has(key(group.dataset))) continue;
    for (const slot of group.querySelectorAll(".slot")) slot.remove();
  }
}

/* Ids are those of a single drawing; what is there in every inside is numbered. */
function rename(sheet, id, name) {
  const group = sheet.groups.get(id);
  if (group) {
    group.id = name;
    sheet.groups.delete(id);
    sheet.groups.set(name, group);
  }
  for (const part of [sheet.places, sheet.ends]) {
    if (!(id in part)) continue;
    part[name] = part[id];
    delete part[id];
  }
}

function add(sheet, group) {
  sheet.svg.prepend(group);
  sheet.groups.set(group.id, group);
}

/* Take over what is on another sheet; a line leads from each port to the frame. */
function adopt(sheet, inner, ports, index) {
  PORTS.forEach((port, k) => {
    const group = inner.groups.get(port);
    if (!group) return;
    group.remove();
    inner.groups.delete(port);
    rename(inner, port, "port-" + port + index);
    for (const [wire, ends] of Object.entries(inner.ends)) {
      if (ends[k] === port) adoptWire(inner, wire, ends, k, index);
    }
    add(sheet, lineTo(ports[k], inner.places["port-" + port + index], port + index));
  });
  for (const id of [...inner.groups.keys()]) {
    if (/^s\d+$/.test(id)) rename(inner, id, id + "-" + index);
  }
  sheet.svg.append(...inner.groups.values());
  for (const [id, group] of inner.groups) sheet.groups.set(id, group);
  for (const part of ["places", "ends", "boxes", "folds", "chains"]) Object.assign(sheet[part], inner[part]);
}

/* What leaves is drawn without an arrow, which is at the end of the wire. */
function adoptWire(inner, wire, ends, k, index) {
  ends[k] = "port-" + PORTS[k] + index;
  if (k === 0) return;
  inner.groups.get(wire).querySelector("polygon").setAttribute("fill", "none");
  rename(inner, wire, wire + "-" + index);
}

function svgPart(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/* From a frame to a port inside, and to the other side of its point. */
function lineTo([x, y], [toX, toY, width, height], name) {
  const [dx, dy] = [Math.sign(toX - x) * width, Math.sign(toY - y) * height];
  const end = (x === toX ? [toX, toY + dy] : [toX + dx, toY]).join(" ");
  const d = "M" + x + " " + y + "C" + [x + " " + y, end, end].join(" ");
  return svgPart("g", { id: "line-" + name, class: "port" }, svgPart("path", { d }));
}

function outlineOf({ x, y, width, height }, title, index) {
  const text = svgPart("text", { x: x + 8, y: y + 13, "font-size": 11, fill: "var(--soft)", "text-anchor": "start",
    class: "soft" }, title);
  return svgPart("g", { id: "opened" + index, class: "frame opened" },
    svgPart("rect", { x, y, width, height, rx: 8, fill: "none", stroke: "var(--frame)",
      "stroke-dasharray": "5 3" }), text);
}
