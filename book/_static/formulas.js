// A page sets its formulas in type once; what set them, half of the page's memory, may go then.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  delete window.MathJax;
});
