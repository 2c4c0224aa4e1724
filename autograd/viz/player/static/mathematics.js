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
  const pattern = new RegExp("(?<![\\w./])(" + quoted.join("|") + ")(?![\\w(]|/d)", "u");
  return text.split(pattern).map((part, k) => (k % 2 ? { name: part } : { text: part }))
    .filter((part) => part.name || part.text);
}

/* Operators as they are written by hand. */
const written = (text) => text.replace(/ \* /g, " × ").replace(/\*\*|\s\^\s/g, "^");

/* Make a line as large as its box allows, between two sizes in pixels. */
function fitLine(line, most, least) {
  line.style.fontSize = most + "px";
  const share = line.parentElement.clientWidth / line.scrollWidth;
  if (share < 1) line.style.fontSize = Math.max(least, Math.floor(most * share)) + "px";
}
