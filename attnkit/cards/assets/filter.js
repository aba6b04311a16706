/* Rows that declare what the reader chose; a cell's link opens what was found. Inline, on this page alone. */
addEventListener("DOMContentLoaded", () => {
  const filter = document.querySelector(".laws-filter");
  const rows = [...document.querySelectorAll(".laws-mechanism")];
  const choices = [...filter.querySelectorAll("select")];
  const declared = (row, law) => row.querySelector(`td[data-law="${law}"]`)?.textContent ?? "";
  const show = () => {
    for (const row of rows) {
      row.hidden = choices.some(({ value, dataset }) => value && declared(row, dataset.law) !== value);
    }
    const chosen = choices.some((choice) => choice.value);
    for (const row of document.querySelectorAll(".laws-none")) row.hidden = chosen;
    for (const part of document.querySelectorAll(".laws-matrix tbody")) {
      part.hidden = [...part.rows].slice(1).every((row) => row.hidden);
    }
    const shown = rows.filter((row) => !row.hidden).length;
    const words = filter.dataset.count.replace("{shown}", shown).replace("{all}", rows.length);
    filter.querySelector("[role=status]").textContent = words;
  };
  const open = () => {
    const found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = found?.closest(".laws-found");
    if (fold) {
      fold.open = true;
      found.scrollIntoView({ block: "center" });
    }
  };
  for (const choice of choices) choice.addEventListener("change", show);
  addEventListener("hashchange", open);
  filter.hidden = false;
  show();
  open();
});
