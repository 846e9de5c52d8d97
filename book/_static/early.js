// Before anything is painted: resolve "follow the system" to light or dark, so that a
// page never flashes in the wrong theme. A file opened from disk may not fetch its
// neighbours, so the search then shows titles without excerpts.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "light" && root.dataset.theme !== "dark") {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
  }
  document.addEventListener("DOMContentLoaded", () => {
    if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS === "object") {
      DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
    }
  });
})();
