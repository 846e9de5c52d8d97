// Sets the page's formulas. KaTeX writes an error into the page where it cannot read one.
for (const place of document.querySelectorAll("span.math, div.math > .tex")) {
  katex.render(place.textContent, place, {
    displayMode: place.className === "tex",
    throwOnError: false,
  });
}
