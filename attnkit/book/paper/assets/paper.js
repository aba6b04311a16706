// The page counts as loaded, and is printed, when formulas are set and wide tables made small.
MathJax.typeset();
for (const table of document.querySelectorAll("table:not(.laws-matrix)")) {
  const room = table.closest("article").clientWidth;
  if (table.offsetWidth > room) table.style.zoom = room / table.offsetWidth;
}
