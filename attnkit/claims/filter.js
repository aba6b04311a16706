/* One room's claims at a time, or those that hold some words. Inline, so that it stands on the ledger's page alone. */
addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector(".claims-filter");
  const buttons = [...bar.querySelectorAll("button")];
  const sought = bar.querySelector("input");
  const headings = [...document.querySelectorAll(".claims-room")];
  const cards = [...document.querySelectorAll(".claim-card")];
  const roomOf = (element) => [...element.classList].find((name) => name.startsWith("claim-room-"));
  const texts = new Map(cards.map((card) => [card, card.textContent.toLowerCase()]));
  const show = () => {
    const { room } = buttons.find((button) => button.getAttribute("aria-pressed") === "true").dataset;
    const words = sought.value.toLowerCase().split(/\s+/);
    const left = new Set();
    for (const card of cards) {
      card.hidden = (Boolean(room) && roomOf(card) !== room) || !words.every((word) => texts.get(card).includes(word));
      if (!card.hidden) left.add(roomOf(card));
    }
    for (const heading of headings) heading.hidden = !left.has(roomOf(heading));
    bar.querySelector(".claims-none").hidden = left.size > 0;
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      show();
    });
  }
  sought.addEventListener("input", show);
  bar.hidden = false;
});
