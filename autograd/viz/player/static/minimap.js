/* The minimap: the whole drawing in a corner, with a frame around what the stage shows. */

const MAP_SIZE = { width: 220, height: 150 }; /* the most that it takes */

function makeMinimap(zoom) {
  const part = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const wires = part("path", { class: "map-wires" });
  const boxes = part("g", {});
  const frame = part("rect", { class: "map-frame" });
  const svg = part("svg", { "aria-hidden": "true" });
  svg.append(wires, boxes, frame);
  const box = make("div", { class: "minimap", tabindex: "0", role: "group",
    "aria-label": "Map of the graph. Arrow keys move the view.", hidden: true }, svg);
  let wanted = null; /* what the reader said, if anything */
  let rects = new Map();
  let now = null; /* the id of the box that something happens to */
  let draw = null; /* what is left to do, until the drawing has a size on the screen */

  function take(drawing, found) {
    draw = () => copy(drawing, found);
    move();
  }

  /* A rectangle for each box, and all wires as one line. */
  function copy(drawing, found) {
    const { width, height } = zoom.size;
    const scale = Math.min(MAP_SIZE.width / width, MAP_SIZE.height / height);
    svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    svg.setAttribute("width", Math.max(24, Math.round(width * scale)));
    svg.setAttribute("height", Math.max(16, Math.round(height * scale)));
    wires.setAttribute("d", [...drawing.querySelectorAll("g.wire > path")]
      .map((path) => path.getAttribute("d")).join(""));
    rects = new Map(found.map((group) => [group.id, rectangle(group, 3 / scale)]));
    boxes.replaceChildren(...rects.values());
    draw = null;
    light(now);
  }

  /* Never smaller than can be seen on the map. */
  function rectangle(group, least) {
    const shape = group.querySelector("circle, rect, text");
    const { x, y, width, height } = shape.getBBox();
    const wide = Math.max(width, least);
    const tall = Math.max(height, least);
    return part("rect", { x: x + (width - wide) / 2, y: y + (height - tall) / 2, width: wide, height: tall });
  }

  /* Shown where the drawing is larger than the stage, or as the reader chose. */
  function move() {
    if (draw && zoom.isVisible()) draw();
    const { x, y, width, height } = zoom.seen();
    const all = zoom.size;
    const left = Math.max(0, x);
    const top = Math.max(0, y);
    frame.setAttribute("x", left);
    frame.setAttribute("y", top);
    frame.setAttribute("width", Math.max(0, Math.min(all.width, x + width) - left));
    frame.setAttribute("height", Math.max(0, Math.min(all.height, y + height) - top));
    const larger = all.width > width + 1 || all.height > height + 1;
    box.hidden = wanted === null ? !larger : !wanted;
  }

  /* Light what happens now. */
  function light(id) {
    now = id;
    for (const [other, rect] of rects) rect.classList.toggle("lit", other === id);
  }

  function follow(event) {
    const { left, top, width, height } = svg.getBoundingClientRect();
    zoom.centre((event.clientX - left) / width * zoom.size.width,
      (event.clientY - top) / height * zoom.size.height);
  }

  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    follow(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.buttons) follow(event);
  });

  box.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { x, y, width, height } = zoom.seen();
    zoom.centre(x + width / 2 + step[0] * width / 4, y + height / 2 + step[1] * height / 4);
  });

  function toggle() {
    wanted = box.hidden;
    move();
  }

  zoom.listen(move);
  return { box, take, light, toggle };
}
