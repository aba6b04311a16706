/* One room's claims at a time. Inline, so that it stands on the ledger's page alone. */
addEventListener("DOMContentLoaded", () => {
  const buttons = [...document.querySelectorAll(".claims-filter button")];
  const cards = [...document.querySelectorAll(".claim-card")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      const { room } = button.dataset;
      for (const card of cards) card.hidden = Boolean(room) && !card.classList.contains(room);
    });
  }
  document.querySelector(".claims-filter").hidden = false;
});
