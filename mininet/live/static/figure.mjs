// A figure in the page: controls, the function they feed, and the picture of its outputs.
// Knows nothing of Jupyter: host.mjs brings figures to life in the built book, kernel.mjs
// in a notebook with a kernel.

import { computer, firstStep, mapped, shownAt, walked } from "./compute.mjs";
import { clip } from "./inputs.mjs";
import { draw, fill, holds, progress } from "./views.mjs";
import { control, make } from "./controls.mjs";

const SVG = "http://www.w3.org/2000/svg";
const PLAY = 600; // ms a step
const QUIET = 700; // ms without change before a change is announced
const ICONS = {
  start: "M5 4h2v12H5zM16 4v12L8 10z", back: "M14 4v12L5 10z",
  play: "M6 3v14l11-7z", pause: "M5 4h3v12H5zM12 4h3v12h-3z", ahead: "M6 4v12l9-6z",
};

const colour = (role) => (role === "none" || role[0] === "#" ? role : role === "page" ? "var(--live-page)" : `var(--role-${role})`);

/** An SVG element with attributes. */
const shape = (tag, attributes = {}) => {
  const element = document.createElementNS(SVG, tag);
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
};

/** Make an SVG group show the marks, reusing the elements it has. */
const paint = (group, marks) => {
  marks.forEach(([tag, attributes, text], i) => {
    let element = group.children[i];
    if (element?.tagName !== tag) {
      const next = shape(tag);
      if (element) element.replaceWith(next);
      else group.append(next);
      element = next;
      element.has = {};
    }
    const { has } = element;
    for (const name in has) {
      if (!(name in attributes)) { element.removeAttribute(name); delete has[name]; }
    }
    for (const name in attributes) {
      const value = attributes[name];
      if (has[name] === value) continue;
      has[name] = value;
      element.setAttribute(name, name === "fill" || name === "stroke" ? colour(value) : value);
    }
    if (text !== undefined && element.textContent !== text) element.textContent = text;
  });
  while (group.children.length > marks.length) group.lastChild.remove();
};

/** Buttons and a slider that walk through the steps. */
const player = (go) => {
  let steps = 1;
  let at = 0;
  let timer = null;
  const icon = (name) => {
    const svg = shape("svg", { viewBox: "0 0 20 20", "aria-hidden": true });
    svg.append(shape("path", { d: ICONS[name] }));
    return svg;
  };
  const button = (name, label, act) =>
    make("button", { type: "button", "aria-label": label, title: label, onclick: act }, icon(name));
  const stop = () => {
    clearInterval(timer);
    timer = null;
    face("play", "Play");
  };
  const face = (name, label) => {
    play.replaceChildren(icon(name));
    play.setAttribute("aria-label", label);
    play.title = label;
  };
  const move = (to) => { stop(); go(clip(to, 0, steps - 1)); };
  const play = button("play", "Play", () => {
    if (timer) { stop(); return; }
    if (at >= steps - 1) go(0);
    face("pause", "Pause");
    timer = setInterval(() => { if (at >= steps - 1) stop(); else go(at + 1); }, PLAY);
  });
  const range = make("input", { type: "range", min: 1, step: 1, "aria-label": "Step", oninput: () => move(Number(range.value) - 1) });
  const output = make("output");
  const element = make("div", { class: "lf-player lf-wide", style: "--lf-role: var(--role-ink)", role: "group", "aria-label": "Steps" },
    button("start", "To the first step", () => move(0)), button("back", "One step back", () => move(at - 1)),
    play, button("ahead", "One step ahead", () => move(at + 1)), range, output);
  const tell = (step, count) => {
    [at, steps] = [step, count];
    range.max = count;
    range.value = step + 1;
    range.style.setProperty("--lf-part", `${count > 1 ? (100 * step) / (count - 1) : 100}%`);
    output.textContent = `step ${step + 1} of ${count}`;
    range.setAttribute("aria-valuetext", output.textContent);
  };
  return { element, tell, stop };
};

/**
 * Bring a figure to life in `el`.
 *
 * spec: what mininet/live/description.py describes. program: {graph, weights}. values: the
 * controls' first values, by name. onchange: told the values after every change.
 * Returns {set, values, outputs, history, step, go, goal, close}.
 */
export const mount = ({ el, spec, program, values = {}, onchange = () => {} }) => {
  const compute = computer(spec, program);
  const controls = {};
  const changed = (added) => { recompute(added); onchange(readValues()); };
  spec.controls.forEach((each, place) => {
    const told = spec.controls.slice(place + 1).some(({ kind, alphabet }) => kind === each.kind && String(alphabet) === String(each.alphabet));
    controls[each.name] = control({ ...each, told }, changed);
  });
  const readValues = () => mapped(controls, (each) => each.now().value);
  const setValues = (next) => {
    for (const [name, value] of Object.entries(next ?? {})) {
      if (Object.hasOwn(controls, name)) controls[name].set(value);
    }
  };
  setValues(values);

  const stepped = spec.state !== null;
  const path = walked(spec);
  let computed;
  let env = { step: 0, cursor: null };
  let regions = [];

  const showStep = (step) => {
    env = { ...env, ...shownAt(computed, step) };
    walk?.tell(step, env.count);
    redraw();
    announce();
  };

  /** `added`: a step was added or taken away, which shows the last one. */
  const recompute = (added = false) => {
    el.classList.remove("lf-stepped");
    const before = computed?.count;
    computed = compute(mapped(controls, (each) => each.now()));
    const { count, symbols } = computed;
    for (const { name, used } of spec.controls) {
      if (used) controls[name].use(shownAt(computed, count - 1).values[used].data);
    }
    env.label = (t) => (path ? ` of ${count}, reads ${symbols[path.name][t] ?? path.blank ?? "nothing"}` : "");
    // Who looked at the last step goes on to look at the last.
    const stay = !added && before !== undefined && env.step < before - 1;
    showStep(before === undefined ? firstStep(spec, count) : stay ? Math.min(env.step, count - 1) : count - 1);
  };

  const go = (step) => {
    el.classList.add("lf-stepped");
    showStep(step);
  };

  const walk = stepped ? player(go) : null;
  const svg = shape("svg", { role: "group", "aria-label": spec.alt });
  const marks = shape("g", { class: "lf-marks", "aria-hidden": true });
  const hits = shape("g");
  svg.append(marks, hits);
  const live = make("p", { class: "lf-quiet", "aria-live": "polite" });
  const goal = spec.goal ? make("p", { class: "lf-goal" }) : null;
  const meter = make("span");
  const word = make("span");
  if (goal) goal.append(make("span", {}, make("b", {}, "Goal "), spec.goal.label),
    make("span", { class: "lf-far" }, make("span", { class: "lf-meter", "aria-hidden": "true" }, meter), word));

  let timer = null;
  const announce = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const said = spec.views.flat().filter((view) => view.kind === "text" && holds(view, env)).map(({ text }) => fill(text, env));
      const last = regions.at(-1);
      if (!said.length && last) said.push(`${last.label}: ${last.summary}`);
      if (stepped) said.unshift(`step ${env.step + 1} of ${env.count}`);
      if (goal) said.push(word.textContent);
      live.textContent = said.join(". ");
    }, QUIET);
  };

  const reached = () => {
    if (!goal) return null;
    const value = (stepped ? env.history["goal"].at(-1) : env.values["goal"]).data[0];
    return { value, met: value >= spec.goal.least };
  };

  const width = () => clip(el.clientWidth || 680, 260, 760);
  const redraw = () => {
    const across = width();
    const drawn = draw(spec.views, env, across);
    ({ regions } = drawn);
    svg.setAttribute("viewBox", `0 0 ${across} ${Math.ceil(drawn.height)}`);
    paint(marks, drawn.marks);
    point();
    if (goal) {
      const { value, met } = reached();
      meter.style.width = `${100 * clip(value / spec.goal.least || 0, 0, 1)}%`;
      word.textContent = met ? "✓ reached" : progress(value, spec.goal.least);
    }
  };

  const cellOf = (region) => {
    const { cursor } = env;
    if (cursor?.view === region.index_) return [Math.min(cursor.cell[0], region.rows - 1), Math.min(cursor.cell[1], region.columns - 1)];
    if (cursor?.axis !== region.axis || region.axis === undefined) return [0, 0];
    return region.index(1, 0) === 1 ? [Math.min(cursor.index, region.rows - 1), 0] : [0, Math.min(cursor.index, region.columns - 1)];
  };

  const look = (region, cell) => {
    env.cursor = cell && { axis: region.axis, index: region.index(...cell), view: region.index_, cell };
    redraw();
  };

  /** Keep one place to point at and focus over every view. */
  const point = () => {
    while (hits.children.length > regions.length) hits.lastChild.remove();
    regions.forEach((region, i) => {
      const hit = hits.children[i] ?? hits.appendChild(newHit(i));
      const [x, y, w, h] = region.box;
      for (const [name, value] of Object.entries({ x, y, width: Math.max(0, w), height: Math.max(0, h), "aria-label": region.label })) {
        if (hit.getAttribute(name) !== String(value)) hit.setAttribute(name, value);
      }
      if (hit !== document.activeElement && env.cursor?.view !== region.index_) {
        hit.setAttribute("aria-valuetext", region.summary);
      } else {
        const [r, c] = cellOf(region);
        hit.setAttribute("aria-valuenow", r * region.columns + c);
        hit.setAttribute("aria-valuetext", region.describe(r, c));
      }
      hit.setAttribute("aria-valuemin", 0);
      hit.setAttribute("aria-valuemax", Math.max(0, region.rows * region.columns - 1));
      if (!hit.hasAttribute("aria-valuenow")) hit.setAttribute("aria-valuenow", 0);
    });
  };

  const newHit = (i) => {
    const hit = shape("rect", { class: "lf-hit", fill: "transparent", tabindex: 0, role: "slider", "aria-roledescription": "values", "data-lm-suppress-shortcuts": true });
    hit.addEventListener("pointermove", (event) => {
      const region = regions[i];
      const area = svg.getBoundingClientRect();
      const scale = width() / area.width;
      const [x, y, w, h] = region.box;
      const across = ((event.clientX - area.left) * scale - x) / w;
      const down = ((event.clientY - area.top) * scale - y) / h;
      const c = region.edges ? Math.round(across * (region.columns - 1)) : Math.floor(across * region.columns);
      const r = region.rowAt?.(down) ?? Math.floor(down * region.rows);
      look(region, [clip(r, 0, region.rows - 1), clip(c, 0, region.columns - 1)]);
    });
    hit.addEventListener("pointerleave", () => look(null, null));
    hit.addEventListener("blur", () => look(null, null));
    hit.addEventListener("focus", () => { if (hit.matches(":focus-visible")) look(regions[i], cellOf(regions[i])); });
    hit.addEventListener("keydown", (event) => {
      const region = regions[i];
      const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (event.key === "Escape") { look(null, null); return; }
      if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      let [dr, dc] = by;
      if (region.rows === 1) [dr, dc] = [0, dr + dc];
      else if (region.columns === 1) [dr, dc] = [dr + dc, 0];
      const [r, c] = cellOf(region);
      look(region, [clip(r + dr, 0, region.rows - 1), clip(c + dc, 0, region.columns - 1)]);
    });
    return hit;
  };

  el.replaceChildren(
    make("div", { class: "lf-controls" }, ...Object.values(controls).map((c) => c.element), ...(walk ? [walk.element] : [])),
    svg, ...(goal ? [goal] : []), live,
    ...(spec.caption ? [make("p", { class: "lf-note" }, spec.caption)] : []),
  );
  el.classList.add("live-figure");
  recompute();
  el.classList.add("lf-ready");
  clearTimeout(timer); // the first picture is not news
  let seen = width();
  const watch = new ResizeObserver(() => { if (width() !== seen) { seen = width(); redraw(); } });
  watch.observe(el);
  const api = {
    set: (next) => { setValues(next); recompute(); },
    go,
    close: () => { walk?.stop(); clearTimeout(timer); watch.disconnect(); },
    get values() { return readValues(); },
    get outputs() { return env.values; },
    get history() { return env.history; },
    get step() { return env.step; },
    get goal() { return reached(); },
  };
  el.live = api;
  return api;
};
