/* The site knows where it lies: put its address, or its path on this disk, into `pip install`. */
addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll(".attnkit-address")) {
    const before = place.previousElementSibling;
    const wheel = place.nextElementSibling;
    const folder = new URL(".", wheel.href);
    if (folder.protocol !== "file:") {
      place.textContent = folder.href;
      continue;
    }
    // A path on Windows has no slash before its letter. With a path the extra stands at its end.
    before.textContent = "";
    place.textContent = decodeURIComponent(folder.pathname).replace(/^\/(?=[A-Za-z]:)/, "");
    wheel.nextElementSibling.textContent = place.dataset.extra;
  }
});
