// Before anything is painted: resolve "follow the system" to light or dark, so that a
// page never flashes in the wrong theme.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "light" && root.dataset.theme !== "dark") {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
  }
})();
