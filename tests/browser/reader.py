"""A reader of a page of the player, with a keyboard."""

import re
from typing import Any

# What is seen of the card, as text, and of the drawing, text by text.
CARD = """() => {
  const texts = (selector) => [...document.querySelectorAll(".card " + selector)]
    .filter((e) => e.checkVisibility()).map((e) => e.textContent);
  return { head: texts("h2 > span")[0] || texts("h2")[0], gate: texts(".gate")[0],
    made: texts(".made > :is(.value, .gradient)")[0], exactly: texts(".exact")[0],
    product: texts("tbody tr:last-child td:not(.sign)"), sum: texts(".sum span:not(.pattern)") };
}"""
DRAWN = """() => Object.fromEntries([...document.querySelectorAll(".stage g[id]")].map((g) =>
  [g.id, [...g.querySelectorAll("text")].filter((t) => t.getClientRects().length)
    .map((t) => t.textContent)]))"""
# An innerText has hidden texts of a drawing, too.
WORDS = """() => [...document.querySelectorAll("header, .bar, .desk, main > .aside")]
  .map((e) => e.innerText).join("\\n")"""
GO = """at => {
  const slider = document.querySelector(".scrubber");
  slider.value = at;
  slider.dispatchEvent(new Event("input"));
}"""


class Reader:
    """A page, or a frame of it, that plays a trace, once it is unpacked."""

    def __init__(self, page: Any, frame: Any = None, scripts: bool = True) -> None:
        self.page = page
        self.frame = frame or page.main_frame
        if scripts:
            self.frame.wait_for_function("() => !document.getElementById('code')")

    def __call__(self, selector: str) -> Any:
        return self.frame.locator(selector)

    def press(self, *keys: str) -> "Reader":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Reader":
        self.page.keyboard.type(text)
        return self

    def go(self, at: int) -> "Reader":
        """Move the slider to an event."""
        self.frame.evaluate(GO, at)
        return self

    def run(self, script: str, *argument: Any) -> Any:
        return self.frame.evaluate(script, *argument)

    @property
    def at(self) -> int:
        """The event that the page says it shows; -1 before the first."""
        told = self(".bar output").text_content()
        return -1 if told == "start" else int(re.match(r"(\d+) of ", told)[1]) - 1

    @property
    def last(self) -> int:
        return int(self(".scrubber").get_attribute("max"))

    def text(self, selector: str) -> str:
        return self(selector).inner_text()

    def seen(self) -> str:
        """Everything that is seen on the page, drawing included."""
        words = self.run(WORDS)
        return words + " ".join(text for texts in self.drawn().values() for text in texts)

    def card(self) -> dict[str, Any]:
        return self.run(CARD)

    def numbers(self) -> dict[str, str]:
        """The numbers of the card, by what they are."""
        card = self.card()
        found = {}
        if card["product"]:
            found = dict(zip(("local", "upstream", "contribution"), card["product"], strict=True))
        elif card["made"]:
            found["value"] = card["made"].rpartition(" = ")[2]
        if card["exactly"]:
            found["exactly"] = card["exactly"].removeprefix("exactly ")
        if card["sum"]:
            found |= dict(zip(("before", "after"), card["sum"], strict=True))
        return found

    def drawn(self) -> dict[str, list[str]]:
        """The texts that are seen in the drawing, by box and wire."""
        return self.run(DRAWN)
