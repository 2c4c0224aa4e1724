/* In place of d3-transition and d3-interpolate: the page moves the view by itself, frame by frame,
   so d3-zoom needs only to find that nothing is under way. */
import { selection } from "d3-selection";
selection.prototype.interrupt = function () { return this; };
export const interrupt = () => {};
export const interpolateZoom = null;
