// What scrolls sideways says so: a shade and a line stand at each edge behind which there
// is more, and the keyboard can reach and scroll it. What fits is no stop for the Tab key.
const KINDS = [
  [".figure-scroll", "Figure"],
  [".cell_output pre", "Output"],
  [".highlight pre", "Code"],
  [".pst-scrollable-table-container", "Table"],
  ["div.math > .tex", "Formula"],
  ["dl.py > dt", "Signature"],
];

/** The box in a frame of its own, which the shades are drawn in. */
const framed = (box) => {
  if (box.parentElement.classList.contains("more")) return box.parentElement;
  const frame = document.createElement(box.localName === "span" ? "span" : "div");
  frame.className = "more";
  box.replaceWith(frame);
  frame.append(box);
  return frame;
};

const kinds = new Map();

const mark = (box) => {
  const hidden = box.scrollWidth - box.clientWidth;
  if (hidden > 1) {
    const frame = framed(box);
    frame.classList.toggle("more-left", box.scrollLeft > 1);
    frame.classList.toggle("more-right", box.scrollLeft < hidden - 1);
    box.tabIndex = 0;
    box.role = "group";
    box.ariaLabel = `${kinds.get(box)}, scrolls sideways`;
  } else if (box.getAttribute("tabindex") === "0") {
    box.parentElement.classList.remove("more-left", "more-right");
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
};

const observer = new ResizeObserver((seen) => seen.forEach((entry) => mark(entry.target)));
addEventListener("load", () => {
  for (const [selector, kind] of KINDS) {
    for (const box of document.querySelectorAll(`article ${selector}`)) {
      if (kinds.has(box)) continue;
      kinds.set(box, kind);
      observer.observe(box);
      box.addEventListener("scroll", () => mark(box), { passive: true });
    }
  }
});

// Paper is white, and nobody unfolds it: answers are open there. Then all is as it was.
const root = document.documentElement;
let before = null;
const printing = (starts) => {
  if (starts && !before) {
    const folds = [...document.querySelectorAll("details.fold:not(.of-code, [open])")];
    before = { theme: root.dataset.theme, folds };
    root.dataset.theme = "light";
    for (const fold of folds) fold.open = true;
  } else if (!starts && before) {
    root.dataset.theme = before.theme;
    for (const fold of before.folds) fold.open = false;
    before = null;
  }
};
addEventListener("beforeprint", () => printing(true));
addEventListener("afterprint", () => printing(false));
matchMedia("print").addEventListener("change", (now) => printing(now.matches));

// A long name of the package breaks before a dot, not inside a word.
addEventListener("DOMContentLoaded", () => {
  for (const name of document.querySelectorAll(
    ".bd-sidebar-secondary .pre, article :is(h2, h3, h4) .pre")) {
    const parts = name.textContent.split(/(?=\.)/);
    name.replaceChildren(
      ...parts.flatMap((part, at) => (at ? [document.createElement("wbr"), part] : [part])));
  }
});

// A progress bar is drawn as a thin line; how far and how long, it says in words.
addEventListener("DOMContentLoaded", () => {
  for (const pre of document.querySelectorAll(".cell_output .stderr pre")) {
    const texts = [...pre.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    for (const text of texts) {
      const pieces = text.data.split(/^(.*?\d+%)\|[\u2580-\u259f]* *\|/m);
      if (pieces.length === 1) continue;
      pre.classList.add("progress-words");
      const parts = pieces.flatMap((piece, at) => {
        if (at % 2 === 0) return [piece];
        const bar = document.createElement("span");
        bar.className = "bar";
        bar.style.setProperty("--done", piece.match(/\d+%$/)[0]);
        return [piece, bar];
      });
      text.replaceWith(...parts);
    }
  }
});
