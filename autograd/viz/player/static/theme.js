/* The theme: the reader's choice, or that of the page, or what the system prefers. */

const FOLLOWS = "lecture"; /* the theme that becomes dark where the system is */

function makeTheme(frame, theme, button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = theme !== FOLLOWS;

  function follow() {
    if (chosen) return;
    frame.dataset.theme = dark.matches ? "dark" : theme;
    button.textContent = "Colours: " + frame.dataset.theme;
  }

  function choose(next) {
    chosen = true;
    frame.dataset.theme = next;
  }

  dark.addEventListener("change", follow);
  follow();
  return { choose };
}
