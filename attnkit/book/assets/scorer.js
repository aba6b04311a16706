// A word is in a chapter or not: Sphinx counts no more. So the book's own order decides.
const ROOMS = ["densities", "random_features", "icl", "memory"];
const placeOf = (page) => {
  const [, room, chapter] = page.match(/^book\/(\w+)\/(\d+)_/) || [];
  if (ROOMS.includes(room)) return 4 - 0.5 * ROOMS.indexOf(room) - 0.1 * Number(chapter);
  if (page.startsWith("notebooks/")) return 1;
  return page.startsWith("book/teaching/") ? -1 : 0;
};
var Scorer = {
  score: ([page, , , , score]) => score + placeOf(page),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
