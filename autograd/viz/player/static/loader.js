/* The loader: unpacks data, style and script, and lets the script run, which the page's policy names
   by its hash.  Where that fails, the steps in words stay, with a line that says why. */

(async () => {
  async function unpack(id) {
    const packed = atob(document.getElementById(id).textContent);
    const bytes = Uint8Array.from(packed, (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  function add(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    document.body.append(element);
  }

  const parts = await Promise.all(["score", "style", "code"].map(unpack)).catch(() => null);
  const packed = document.getElementById("code");
  if (parts) {
    const [score, style, code] = parts;
    document.getElementById("score").textContent = score;
    document.getElementById("style").remove();
    add("style", style);
    add("script", code);
  } else {
    document.querySelector("#still p").textContent =
      "This page plays in browsers since 2023; this one cannot unpack it.";
  }
  packed.remove();
})();
