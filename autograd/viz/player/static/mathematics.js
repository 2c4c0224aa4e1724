/* Mathematics: equations that came as MathML, expressions as text, and the size at which they fit. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/* The equation as an element; null where there is none, or one that holds anything else. */
function mathematics(text) {
  const found = text && new DOMParser().parseFromString(text, "text/html").querySelector("math");
  if (!found) return null;
  const parts = [found, ...found.querySelectorAll("*")];
  const plain = (part) => part.namespaceURI === MATHML &&
    [...part.attributes].every(({ name }) => !/^on|href|src|style/.test(name));
  return parts.every(plain) ? document.adoptNode(found) : null;
}

/* An expression in parts: names that are listed, and the text between them. */
function partsOf(text, names) {
  const sorted = [...names].filter(Boolean).sort((a, b) => b.length - a.length);
  if (!sorted.length) return [{ text }];
  const quoted = sorted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp("(?<![\\w.])(" + quoted.join("|") + ")(?![\\w(])", "u");
  return text.split(pattern).map((part, k) => (k % 2 ? { name: part } : { text: part }))
    .filter((part) => part.name || part.text);
}

/* Operators as they are written by hand. */
const written = (text) => text.replace(/ \* /g, " × ").replace(/\*\*|\s\^\s/g, "^");

/* Make a line as large as its box allows, between two sizes in pixels; a longer one is wrapped. */
function fitLine(line, most, least) {
  line.style.fontSize = most + "px";
  const size = Math.floor(most * line.parentElement.clientWidth / line.scrollWidth);
  if (size >= most) return;
  line.style.fontSize = Math.max(least, size) + "px";
  if (size < least) wrapLine(line);
}

/* No browser wraps an equation: one in pieces, each up to an operator, flows as words do. */
function wrapLine(line) {
  const whole = line.querySelector("math");
  line.classList.add("wrapped");
  const row = whole && (whole.children.length === 1 ? whole.firstElementChild : whole);
  if (!row || line.children.length > 1) return;
  const pieces = [];
  for (const part of [...row.children]) {
    const last = pieces[pieces.length - 1];
    const piece = last && last.lastElementChild.localName !== "mo" ? last : whole.cloneNode(false);
    if (piece !== last) pieces.push(piece);
    if (part.localName === "mo") part.setAttribute("form", "infix");
    piece.setAttribute("display", "inline");
    piece.append(part);
  }
  line.replaceChildren(...pieces.flatMap((piece) => [piece, " "]));
}
