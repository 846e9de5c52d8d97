// What scrolls sideways can be reached and scrolled by keyboard; what does not scroll
// is no stop for the Tab key.
const boxes =
  ".figure-scroll, .bd-article .highlight pre, .pst-scrollable-table-container, " +
  "div.math, mjx-container[display='true']";

const mark = (box) => {
  if (box.scrollWidth > box.clientWidth + 1) {
    box.tabIndex = 0;
  } else if (box.getAttribute("tabindex") === "0") {
    box.removeAttribute("tabindex");
  }
};

const observer = new ResizeObserver((seen) => seen.forEach((entry) => mark(entry.target)));
const watch = () =>
  document.querySelectorAll(boxes).forEach((box) => observer.observe(box));

// Formulas are set after the page has loaded.
addEventListener("load", () => {
  watch();
  window.MathJax?.startup?.promise?.then(watch);
});
