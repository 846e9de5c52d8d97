// The search page: sections, ranked, with an excerpt of their prose. It takes the place of
// Sphinx's own list, which knows pages only. The index stands in search-index.js.
const BookSearch = (() => {
  const MOST_SECTIONS = 3; // shown of a page
  const OFTEN = 4; // times in one chapter
  const ROOM = 220; // letters of an excerpt
  const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

  /** Each word once: what it is searched by. */
  const remembering = (stem) => {
    const known = new Map();
    return (word) => known.get(word) ?? known.set(word, stem(word)).get(word);
  };

  const count = (list, matches) => list.reduce((sum, word) => sum + (matches(word) ? 1 : 0), 0);

  /** More of a word counts for more, but ever less so. */
  const much = (n) => Math.log2(1 + n);

  /**
   * The pages that have every word of a query, the best first; of each, its best sections.
   * A word in a title is worth more than one in the text, a chapter more than the pages
   * at the back, and most the first chapter that has it in italics, in a title or often,
   * for there it is introduced. A word that occurs nowhere may be the beginning of one.
   */
  const find = (index, query, stem = (word) => word, ignored = []) => {
    const root = remembering(stem);
    const asked = words(query);
    const terms = [...new Set(asked.filter((word) => !ignored.includes(word)).map(root))];
    if (!terms.length) return [];
    const pages = index.map(({ page, number, sections }) => ({
      page,
      number,
      sections: sections.map(([anchor, title, text, named = ""]) => ({
        anchor, title, text, heads: words(title).map(root), body: words(text).map(root), named: words(named).map(root) })),
    }));
    const everywhere = new Set(pages.flatMap((one) => one.sections.flatMap((s) => [...s.heads, ...s.body])));
    const tests = terms.map((term) =>
      everywhere.has(term) ? (word) => word === term : (word) => word.startsWith(term));
    const often = ({ sections }, test) => sections.reduce((sum, s) => sum + count(s.body, test), 0) >= OFTEN;
    const introduces = tests.map((test) => pages.find((one) => one.number && (often(one, test) ||
      one.sections.some(({ named, heads }) => named.some(test) || heads.some(test))))?.page);
    const found = [];
    for (const { page, number, sections } of pages) {
      const [top] = sections;
      if (!top) continue;
      const scored = sections.map((section) => ({
        ...section,
        scores: tests.map((test, i) => 4 * count(section.heads, test) + much(count(section.body, test)) +
          (introduces[i] === page && count(section.named, test) ? 4 : 0)),
      }));
      const each = tests.map((test, i) => {
        const body = sections.reduce((sum, s) => sum + count(s.body, test), 0);
        const heads = sections.slice(1).reduce((sum, s) => sum + (count(s.heads, test) ? 1 : 0), 0);
        return (introduces[i] === page ? 6 : 0) + 6 * Math.min(count(top.heads, test), 1) + 3 * much(heads) + 2 * much(body);
      });
      if (each.some((score) => score === 0)) continue;
      const best = scored
        .map(({ scores, ...section }) => ({ ...section, score: scores.reduce((a, b) => a + b, 0) }))
        .filter((section) => section.score > 0)
        .sort((a, b) => b.score - a.score)
        .slice(0, MOST_SECTIONS);
      const score = each.reduce((a, b) => a + b, 0) * (number ? 1 : 0.3);
      found.push({ page, number, title: top.title, score, sections: best });
    }
    const tells = (word) => tests.some((test) => test(root(word)));
    return found.sort((a, b) => b.score - a.score).map((one) => ({
      ...one,
      sections: one.sections.map(({ anchor, title, text }) => ({ anchor, title, excerpt: excerpt(text, tells) })),
    }));
  };

  /** The sentences around the first word that tells, as pieces [text, tells]. */
  const excerpt = (text, tells) => {
    const pieces = [...text.matchAll(/[\p{L}\p{N}]+/gu)];
    const at = pieces.find(([word]) => tells(word.toLowerCase()))?.index ?? 0;
    const before = text.slice(0, at);
    const sentence = Math.max(...[". ", "? ", "! ", ": "].map((end) => before.lastIndexOf(end) + 2), 0);
    const near = at - sentence < ROOM / 2;
    const space = text.lastIndexOf(" ", at - ROOM / 3) + 1;
    const start = at < ROOM / 2 ? 0 : near && sentence > 1 ? sentence : space;
    let end = Math.min(text.length, start + ROOM);
    if (end < text.length) end = text.lastIndexOf(" ", end);
    const shown = [];
    const say = (part, told) => part && shown.push([part, told]);
    say(start > 0 ? "… " : "", false);
    let here = start;
    for (const { 0: word, index } of pieces) {
      if (index < start || index + word.length > end || !tells(word.toLowerCase())) continue;
      say(text.slice(here, index), false);
      say(word, true);
      here = index + word.length;
    }
    say(text.slice(here, end) + (end < text.length ? " …" : ""), false);
    return shown;
  };

  const made = (name, children = [], settings = {}) => {
    const element = Object.assign(document.createElement(name), settings);
    element.append(...children);
    return element;
  };

  /** The list of results, in place of Sphinx's. */
  const show = (results) => {
    for (const { page, number, title, sections } of results) {
      const address = `${page}${DOCUMENTATION_OPTIONS.LINK_SUFFIX}`;
      const inner = sections.map((section) => {
        const told = section.excerpt.map(([text, tells]) => (tells ? made("mark", [text]) : text));
        const href = section.anchor ? `${address}#${section.anchor}` : address;
        const link = made("a", [section.anchor ? section.title : "At its beginning"], { href });
        return made("li", [link, made("p", told, { className: "context" })]);
      });
      const head = made("a", [number ? `${number}. ${title}` : title], { href: address });
      Search.output.append(made("li", [head, made("ul", inner)], { className: "found" }));
    }
  };

  const take = () => {
    Search.query = (query) => {
      Search._parseQuery(query); // tells the pages which words to mark
      const stemmer = new Stemmer();
      const results = find(BookSearch.index, query, (word) => stemmer.stemWord(word), stopwords);
      document.getElementById("search-progress")?.replaceChildren();
      show(results);
      Search.stopPulse();
      Search.title.textContent = "Results";
      Search.status.textContent = results.length
        ? `${results.length} page${results.length > 1 ? "s have" : " has"} it; the first is most about it.`
        : "No page has all of these words. Try fewer, or another form of one.";
    };
    Search.setIndex({}); // Sphinx's own is not waited for; what was asked before is answered
  };
  return { find, take, index: [] };
})();
// Before Sphinx's own script begins to search, wherever a page loads it.
if (typeof window !== "undefined") window.addEventListener("DOMContentLoaded", BookSearch.take, { capture: true });
