/* What the page uses of d3: a behaviour, its transforms, and a selection to attach it to. */
export { zoom, zoomIdentity } from "d3-zoom";
export { select } from "d3-selection";
