/* The mark in the header: whether every number of the run was recomputed, and which one was not. */

function makeProof(score, place) {
  const { data } = score;
  const box = make("span", { class: "proof", role: "status" });

  function update() {
    const { proof } = data;
    box.hidden = !proof;
    if (!proof) return;
    box.dataset.equal = String(proof.equal);
    box.title = proof.equal ? "Each value, contribution and total follows from what its card says"
      : proof.verdict;
    const sign = make("span", { class: "sign", "aria-hidden": "true" }, proof.equal ? "✓" : "≠");
    box.replaceChildren(sign, proof.equal ? proof.verdict
      : make("button", { type: "button", onclick: () => place.go(proof.event) }, proof.verdict));
  }

  place.listen((why) => {
    if (why === "numbers") update();
  });
  update();
  return { box };
}
