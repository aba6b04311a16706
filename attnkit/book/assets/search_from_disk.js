/* From a disk the search page may not fetch the pages it found: their words come with the site. */
if (location.protocol === "file:") {
  const loaded = new Promise((done) => {
    window.wordsOfPages = done;
    const script = document.createElement("script");
    script.src = "_static/attnkit/words_of_pages.js";
    document.head.append(script);
  });
  const fetched = window.fetch;
  window.fetch = async (address, ...rest) => {
    const words = (await loaded)[String(address).replace(/^(\.\/)+/, "").replace(/\.html.*$/, "")];
    if (words === undefined) return fetched(address, ...rest);
    const main = document.createElement("div");
    main.setAttribute("role", "main");
    main.textContent = words;
    return new Response(main.outerHTML);
  };
}
