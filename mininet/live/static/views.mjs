// What a figure draws: pure functions from values to a list of marks, [tag, attributes,
// text]. figure.mjs shows them in the page, headless.mjs writes them down as the picture
// that a notebook stores. Colours are roles, never values: fill "read" becomes
// var(--role-read). Time runs left to right, locations from top to bottom.

import { clip } from "./inputs.mjs";

const LABEL = 13; // px, text on a view
const SMALL = 12; // px, everything else; nothing is smaller
const LINE = 17; // px from line to line of a label
const GAP = 24; // px between views
const CELL = 30; // px, the widest cell
const STEP = 44; // px, the widest step of time
const TICKS = 46; // px beside a curve for the ticks of its scale
const SIDE = 480; // px, from here on there is room for labels beside views over time

// Numbers differ in the last digits from one processor to the next, and a stored picture
// should not: what lies on the border between two roundings is always rounded up.
const fixed = (size, digits) => (size + 1e-4 * 10 ** -digits).toFixed(digits);

const isWhole = (x) => Math.abs(x - Math.round(x)) <= 1e-6 * Math.max(1, Math.abs(x));

/** A number for reading: three digits or so, and words where there is none. */
export const show = (x, digits) => {
  if (Number.isNaN(x)) return "not a number";
  if (Math.abs(x) === Infinity) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const near = size * (1 + 1e-6);
  let text;
  if (digits !== undefined) text = fixed(size, digits);
  else if (size === 0) text = "0";
  else if (near < 0.001 || near >= 10000) text = near.toExponential(1).replace("e+", "e");
  else text = fixed(size, near >= 100 || (near >= 10 && isWhole(x)) ? 0 : near >= 10 ? 1 : near >= 0.01 ? 2 : 3);
  return (x < 0 && Number(text) !== 0 ? "−" : "") + text.replace("e-", "e−");
};

/** A number in a sentence: a whole number without a point. */
export const said = (x) => (isWhole(x) && Math.abs(x) < 1e7 ? show(x, 0) : show(x));

/** How to write numbers that stand together: without a point if all are whole. */
const writer = (data) => (data.every((x) => Number.isNaN(x) || isWhole(x)) ? said : show);

/** How close to a goal: never rounded to what is not reached, and nothing at the worst. */
export const progress = (distance, least) => {
  const value = Math.max(0, distance);
  let text = value > 0 && value < 0.005 ? show(0, 2) : said(value);
  for (let digits = 2; value < least && Number(text.replace("−", "-")) >= least && digits < 10; digits++) {
    text = show(value, digits);
  }
  return `${text} of ${said(least)}`;
};

const tidy = (x) => Math.round(x * 100 + 1e-2) / 100;

// How wide letters are, by the text's size, in the common fonts without serifs.
const WIDTHS = [["ijlI|'.,:;!’ ", 0.28], ["ft()[]/r-", 0.34], ["ckszvxyJ", 0.51], ["mwMW%@", 0.87], ["ABCDEFGHKLNOPQRSTUVXYZ−+=×", 0.69]];
const ROOMY = 1.08; // a page's font may be wider, and bold letters are

const extent = (text, size) => {
  let sum = 0;
  for (const letter of text) sum += WIDTHS.find(([letters]) => letters.includes(letter))?.[1] ?? 0.56;
  return sum * size * ROOMY;
};

/** Lines of at most `width` pixels, by what letters are wide in common fonts; evenly full. */
export const wrap = (text, width, size = LABEL) => {
  const most = Math.max(4 * 0.53 * size, width);
  const lines = filled(text, most, size);
  let [low, high] = [most / lines.length, most];
  while (lines.length > 1 && high - low > 2) {
    const middle = (low + high) / 2;
    if (filled(text, middle, size).length > lines.length) low = middle;
    else high = middle;
  }
  return lines.length > 1 ? filled(text, high, size) : lines;
};

const filled = (text, most, size) => {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (!last) lines[lines.length - 1] = word;
    else if (extent(`${last} ${word}`, size) <= most) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
};

const rect = (x, y, width, height, more) =>
  ["rect", { x: tidy(x), y: tidy(y), width: tidy(width), height: tidy(height), ...more }];

const line = (x1, y1, x2, y2, more) =>
  ["line", { x1: tidy(x1), y1: tidy(y1), x2: tidy(x2), y2: tidy(y2), stroke: "line", ...more }];

const write = (x, y, text, more) =>
  ["text", { x: tidy(x), y: tidy(y), fill: "ink", "font-size": SMALL, ...more }, text];

const END = { "text-anchor": "end" };
const MIDDLE = { "text-anchor": "middle" };

/** A value's data as a vector, and as rows and columns. */
const vector = (value) => ({ n: value.data.length, data: value.data });
const matrix = (value) => {
  const shape = value.shape.slice(-2);
  const [rows, columns] = shape.length === 2 ? shape : [1, value.data.length];
  return { rows, columns, at: (r, c) => value.data[r * columns + c] };
};

/** One output over all steps: units down, time across; steps not yet taken are empty. */
const overTime = (name, env) => {
  const past = env.history[name];
  return {
    rows: past[0].data.length,
    columns: past.length,
    at: (r, c) => (c <= env.step ? past[c].data[r] : null),
  };
};

const rowHeight = (n) => (n <= 12 ? 22 : Math.max(6, 264 / n));

/** What a place is called: its name if it has one, its number if not. */
const nameOf = (names, index, env) => {
  const list = typeof names === "string" ? env.symbols[names] : names;
  return String(list?.[index] ?? index);
};

const gutterFor = (names, n, env) => {
  let longest = 0;
  for (let i = 0; i < n; i++) longest = Math.max(longest, nameOf(names, i, env).length);
  return Math.ceil(longest * 7.2) + 8;
};

/** A cell's colour in 64 shades; only nothing is drawn as nothing. */
const shade = (x, view) => {
  const role = view.role ?? (x < 0 ? "negative" : "positive");
  const part = clip((view.role ? x : Math.abs(x)) / view.max, 0, 1);
  const level = Math.max(Math.round(64 * part), part > 1e-6 ? 1 : 0);
  return { fill: role, "fill-opacity": Number((level / 64).toFixed(3)) };
};

const opacity = (x) => Number(x.toFixed(2));

const frame = (x, y, width, height, stroke = "ink", size = 1) =>
  rect(x, y, width, height, { fill: "none", stroke, "stroke-width": size });

const broken = (x, y) => write(x, y, "×", { fill: "error", "font-weight": 700 });

const band = (x, y, width, height) => rect(x, y, width, height, { fill: "ink", "fill-opacity": 0.07 });

/** The place of this view that the reader points at, here or in a linked view; or -1. */
const focused = (view, env, axis = view.axis) => (env.cursor?.axis === axis ? env.cursor.index : -1);

const bars = {
  least: (view) => (view.upright ? 120 : 64),
  gutter: (view, env) => (view.upright ? 0 : gutterFor(view.names, env.values[view.of].data.length, env)),
  grow: 1,
  paint(view, env, box) {
    const { n, data } = vector(env.values[view.of]);
    const height = box.row ?? rowHeight(n);
    const left = box.x + box.gutter;
    const width = box.width - box.gutter;
    const low = Math.min(0, view.min);
    const place = (x) => left + ((clip(x, low, view.max) - low) / (view.max - low)) * box.length;
    const tell = writer(data);
    const at = focused(view, env);
    const marks = [line(place(0), box.y, place(0), box.y + n * height)];
    let top = 0;
    for (let i = 0; i < n; i++) if (data[i] > data[top]) top = i;
    for (let i = 0; i < n; i++) {
      const y = box.y + i * height;
      const x = data[i];
      const [from, to] = [Math.min(place(0), place(x)), Math.max(place(0), place(x))];
      if (i === at) marks.push(band(box.x, y, box.width, height));
      if (box.axis && height >= 12) {
        marks.push(write(left - 6, y + height / 2 + 4, nameOf(view.names, i, env),
          { fill: "muted", ...END }));
      }
      if (Number.isNaN(x)) marks.push(broken(left + 3, y + height / 2 + 4));
      else {
        marks.push(rect(from, y + height * 0.14, to - from, height * 0.72, { fill: view.role }));
      }
      if ((at < 0 ? i === top : i === at) && !Number.isNaN(x) && height >= 12) {
        const [after, inside] = [left + width - to > 34, to - from > 34];
        marks.push(write(after ? to + 5 : (inside ? to : from) - 5, y + height / 2 + 4, tell(x),
          after ? {} : { ...END, ...(inside ? { fill: "page" } : { class: "halo" }) }));
      }
    }
    return {
      height: n * height,
      marks,
      region: {
        box: [left, box.y, width, n * height], rows: n, columns: 1, axis: view.axis,
        index: (r) => r,
        describe: (r) => `${view.axis} ${nameOf(view.names, r, env)}: ${tell(data[r])}`,
        summary: `largest at ${view.axis} ${nameOf(view.names, top, env)}, ${tell(data[top])}`,
      },
    };
  },
};

const upright = {
  paint(view, env, box) {
    const { n, data } = vector(env.values[view.of]);
    const width = Math.min(44, box.width / n);
    const height = view.height ?? 96;
    const low = Math.min(0, view.min);
    const place = (x) => box.y + height - ((clip(x, low, view.max) - low) / (view.max - low)) * height;
    const at = focused(view, env);
    const tell = writer(data);
    const marks = [line(box.x, place(0), box.x + n * width, place(0))];
    let top = 0;
    for (let i = 0; i < n; i++) if (data[i] > data[top]) top = i;
    for (let i = 0; i < n; i++) {
      const x = box.x + i * width;
      const [from, to] = [Math.min(place(0), place(data[i])), Math.max(place(0), place(data[i]))];
      if (i === at) marks.push(band(x, box.y, width, height));
      if (Number.isNaN(data[i])) marks.push(broken(x + 2, place(0) - 4));
      else marks.push(rect(x + width * 0.14, from, width * 0.72, to - from, { fill: view.role }));
      if (width >= 14) {
        marks.push(write(x + width / 2, box.y + height + 16, nameOf(view.names, i, env),
          { fill: "muted", ...MIDDLE }));
      }
    }
    const shown = at < 0 ? top : at;
    if (n && !Number.isNaN(data[shown])) {
      marks.push(write(clip(box.x + (shown + 0.5) * width, box.x + 14, box.x + box.width - 14),
        Math.max(box.y + 11, place(Math.max(0, data[shown])) - 5), tell(data[shown]),
        MIDDLE));
    }
    return {
      height: height + 22,
      marks,
      region: {
        box: [box.x, box.y, n * width, height], rows: 1, columns: n, axis: view.axis,
        index: (r, c) => c,
        describe: (r, c) => `${view.axis} ${nameOf(view.names, c, env)}: ${tell(data[c])}`,
        summary: `largest at ${view.axis} ${nameOf(view.names, top, env)}, ${tell(data[top])}`,
      },
    };
  },
};

const heatmap = {
  least: (view) => (view.time ? 200 : 88),
  gutter: (view, env) => gutterFor(view.names, matrix(env.values[view.of]).rows, env),
  grow: 1.3,
  paint(view, env, box) {
    const { rows, columns, at } = view.time ? overTime(view.of, env) : matrix(env.values[view.of]);
    const height = view.height ? view.height / rows : box.row ?? rowHeight(rows);
    const left = box.x + box.gutter;
    const width = box.step ?? Math.min(CELL, (box.width - box.gutter) / columns);
    const over = []; // above all other views
    const marks = [rect(left, box.y, columns * width, rows * height, { fill: "surface" })];
    const here = focused(view, env, view.time ? "step" : view.axis);
    const seam = Math.min(width, height) > 5 ? 1 : 0;
    for (let r = 0; r < rows; r++) {
      const y = box.y + r * height;
      if ((box.axis || (view.time && view.names)) && height >= 12) {
        marks.push(write(left - 6, y + height / 2 + 4, nameOf(view.names, r, env),
          { fill: "muted", ...END }));
      }
      for (let c = 0; c < columns; c++) {
        const value = at(r, c);
        const x = left + c * width;
        if (value === null) continue;
        if (Number.isNaN(value)) marks.push(broken(x + width / 2 - 4, y + height / 2 + 4));
        else marks.push(rect(x, y, width - seam, height - seam, shade(value, view)));
      }
    }
    const cell = env.cursor && env.cursor.view === box.index ? env.cursor.cell : null;
    if (here >= 0 && view.time) {
      marks.push(frame(left + here * width - 0.5, box.y - 0.5, width, rows * height));
    } else if (here >= 0 && !cell) {
      marks.push(frame(left - 0.5, box.y + here * height - 0.5, columns * width, height));
    }
    if (cell && cell[0] < rows && cell[1] < columns && at(...cell) !== null) {
      const [x, y] = [left + cell[1] * width, box.y + cell[0] * height];
      over.push(frame(x - 0.5, y - 0.5, width, height));
      over.push(write(clip(x + width / 2, box.x + 16, box.x + box.width - 16), y > box.y + 14 ? y - 4 : y + height + 14,
        show(at(...cell)), { ...MIDDLE, class: "halo" }));
    }
    const place = (r, c) => (view.time
      ? `step ${c + 1}${env.label(c)}, ${view.axis} ${nameOf(view.names, r, env)}`
      : `${view.axis} ${nameOf(view.names, r, env)}, ${view.across} ${nameOf(view.columns, c, env)}`);
    return {
      height: rows * height,
      marks,
      over,
      region: {
        box: [left, box.y, columns * width, rows * height], rows, columns,
        axis: view.time ? "step" : view.axis,
        index: (r, c) => (view.time ? c : r),
        describe: (r, c) => `${place(r, c)}: ${at(r, c) === null ? "not yet" : show(at(r, c))}`,
        summary: `${rows} by ${columns} values`,
      },
    };
  },
};

/** Round places for ticks: powers of ten, or the ends and the middle. */
const ticks = (low, high, log) => {
  if (!log) return [low, (low + high) / 2, high];
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const every = Math.max(1, Math.ceil((to - from) / 4));
  const result = [];
  for (let power = to; power >= from; power -= every) result.push(10 ** power);
  return result;
};

/** A tick's text. */
const tickLabel = (x, log) => {
  if (!log) return show(x, Math.abs(x) >= 10 || Number.isInteger(x) ? 0 : 1);
  if (x >= 0.01 && x < 1000) return String(x);
  const raised = (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻";
  return `10${String(Math.round(Math.log10(x))).replace(/./g, raised)}`;
};

const lines = {
  least: () => 220,
  grow: 2,
  paint(view, env, box) {
    const height = view.height ?? 190;
    box.y += 4; // room for the topmost tick
    const series = view.of.map((name) => (view.time
      ? env.history[name].map((value, t) => (t <= env.step ? value.data[0] : NaN))
      : [...env.values[name].data]));
    const n = Math.max(...series.map((points) => points.length));
    const xs = view.x ? [...env.values[view.x].data] : series[0].map((_, i) => view.start + i);
    const left = box.x + (view.time ? box.gutter : TICKS);
    const right = view.time ? left + n * box.step : box.x + box.width - view.margin;
    const scale = (y) => (view.log ? Math.log10(Math.max(y, 1e-45)) : y);
    const [low, high] = [scale(view.min), scale(view.max)];
    const px = (x) => (view.time ? left + (x - xs[0] + 0.5) * box.step
      : left + ((x - xs[0]) / (xs[n - 1] - xs[0] || 1)) * (right - left));
    const over = []; // above the curves and the other views
    const py = (y) => box.y + height - ((clip(scale(y), low, high) - low) / (high - low)) * height;
    const marks = [];
    for (const tick of ticks(view.min, view.max, view.log)) {
      marks.push(line(left - 4, py(tick), left, py(tick)));
      marks.push(write(left - 8, py(tick) + 4, tickLabel(tick, view.log), { fill: "muted", ...END }));
    }
    if (view.reference !== undefined) {
      marks.push(line(left, py(view.reference), right, py(view.reference), { "stroke-dasharray": "2 3", stroke: "muted" }));
    }
    marks.push(line(left, box.y + height, right, box.y + height));
    for (const i of [0, Math.floor((n - 1) / 2), n - 1]) {
      // What rounding has left of nothing is nothing.
      const x = Math.abs(xs[i]) < 1e-6 * Math.abs(xs[n - 1] - xs[0]) ? 0 : xs[i];
      marks.push(write(px(xs[i]), box.y + height + 17, show(x, Number.isInteger(x) ? 0 : undefined),
        { fill: "muted", ...MIDDLE }));
    }
    const words = wrap(view.across, view.time ? box.width - box.gutter : box.width - TICKS, SMALL);
    words.forEach((text, k) => marks.push(write((left + right) / 2, box.y + height + 35 + k * 15, text,
      { fill: "muted", ...MIDDLE })));
    const ends = [];
    series.forEach((points, s) => {
      let path = "";
      let pen = false;
      points.forEach((y, i) => {
        if (!Number.isNaN(y)) path += `${pen ? "L" : "M"}${tidy(px(xs[i]))} ${tidy(py(y))}${pen ? "" : "h0"}`; // one point is a dot
        pen = !Number.isNaN(y);
      });
      const role = view.roles[s];
      marks.push(["path", { d: path || "M0 0", fill: "none", stroke: role, "stroke-width": 2.5, "stroke-linejoin": "round", "stroke-linecap": "round" }]);
      const last = points.findLastIndex((y) => !Number.isNaN(y));
      if (last >= 0 && view.labels[s]) {
        let y = py(points[last]) + 4;
        while (ends.some((other) => Math.abs(other - y) < 15)) y -= 15;
        ends.push(y);
        wrap(view.labels[s], view.margin - 8, SMALL).forEach((text, k) => marks.push(
          write(px(xs[last]) + 7, y + k * 15, text, { fill: role, "font-weight": 600 })));
      }
    });
    const at = focused(view, env);
    if (at >= 0 && at < n) {
      over.push(line(px(xs[at]), box.y, px(xs[at]), box.y + height, { stroke: "muted" }));
      series.forEach((points, s) => {
        if (Number.isNaN(points[at] ?? NaN)) return;
        over.push(["circle", { cx: tidy(px(xs[at])), cy: tidy(py(points[at])), r: 3.5, fill: view.roles[s] }]);
        const flip = px(xs[at]) > right - 40;
        over.push(write(px(xs[at]) + (flip ? -7 : 7), py(points[at]) - 7, show(points[at]),
          { class: "halo", ...(flip && END) }));
      });
    }
    const each = (c) => series.map((points, s) => `${view.labels[s] ? `${view.labels[s]} ` : ""}${show(points[c] ?? NaN)}`).join(", ");
    return {
      height: height + 28 + words.length * 15,
      marks,
      over,
      region: {
        box: [left, box.y, right - left, height], rows: 1, columns: n, axis: view.axis, edges: !view.time,
        index: (r, c) => c,
        describe: (r, c) => `${view.axis} ${show(xs[c], Number.isInteger(xs[c]) ? 0 : undefined)}: ${each(c)}`,
        summary: `from ${each(0)} to ${each(n - 1)}`,
      },
    };
  },
};

const tape = {
  least: () => 160,
  grow: 2,
  paint(view, env, box) {
    const { data } = env.values[view.of];
    const symbols = env.symbols[view.of] ?? Array.from(data, (x) => writer(data)(x));
    const moving = env.history && env.symbols[view.of];
    const n = moving ? env.count : symbols.length;
    const written = (i) => symbols[i] ?? env.blank;
    const left = box.x + box.gutter;
    const width = box.step ?? Math.min(CELL, box.width / n);
    const height = 28;
    const weights = view.attention ? env.values[view.attention].data : null;
    const at = focused(view, env, moving ? "step" : view.axis);
    const marks = [];
    for (let i = 0; i < n; i++) {
      const x = left + i * width;
      const now = moving && i === env.step;
      marks.push(rect(x, box.y, width - 1, height, { fill: "surface" }));
      if (weights) marks.push(rect(x, box.y, width - 1, height, shade(weights[i], { role: view.role, max: 1 })));
      if (now || i === at) {
        marks.push(frame(x + 0.5, box.y + 0.5, width - 2, height - 1, now ? view.role : "ink", now ? 2 : 1));
      }
      if (width >= 8) {
        marks.push(write(x + width / 2 - 0.5, box.y + 19, written(i),
          { ...MIDDLE, "font-size": width >= 16 ? 14 : SMALL, "fill-opacity": moving && i > env.step ? 0.55 : 1 }));
      }
      if (now) {
        const c = tidy(x + width / 2 - 0.5);
        const y = tidy(box.y + height + 3);
        marks.push(["path", { d: `M${c} ${y}l5 7h-10z`, fill: view.role }]);
      }
    }
    return {
      height: height + (moving ? 12 : 0),
      marks,
      region: {
        box: [left, box.y, n * width, height], rows: 1, columns: n, axis: moving ? "step" : view.axis,
        index: (r, c) => c,
        describe: (r, c) => `${view.axis} ${c + 1}: ${written(c) || "nothing"}${weights ? `, ${show(weights[c])}` : ""}`,
        summary: symbols.join(" "),
      },
    };
  },
};

const arrows = {
  least: () => 200,
  grow: 2,
  paint(view, env, box) {
    const { rows, columns, at } = matrix(env.values[view.of]);
    const cell = Math.min(44, box.width / Math.max(rows, columns));
    const height = view.height ?? 150;
    const marks = [];
    const here = focused(view, env);
    const centre = (i) => box.x + (i + 0.5) * cell;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const weight = at(r, c);
        if (!(weight > 0.01)) continue;
        const strength = clip(weight, 0, 1) * (here < 0 || here === r ? 1 : 0.15);
        marks.push(["path", {
          d: `M${tidy(centre(c))} ${tidy(box.y + height - 24)}C${tidy(centre(c))} ${tidy(box.y + height / 2)} ${tidy(centre(r))} ${tidy(box.y + height / 2)} ${tidy(centre(r))} ${tidy(box.y + 26)}`,
          fill: "none", stroke: view.role, "stroke-opacity": opacity(strength), "stroke-width": opacity(0.75 + 3 * clip(weight, 0, 1)),
        }]);
      }
    }
    for (let r = 0; r < rows; r++) {
      marks.push(write(centre(r), box.y + 16, nameOf(view.target, r, env),
        { ...MIDDLE, "font-size": 14, "font-weight": here === r ? 700 : 400 }));
    }
    for (let c = 0; c < columns; c++) {
      marks.push(write(centre(c), box.y + height - 6, nameOf(view.source, c, env), { ...MIDDLE, "font-size": 14 }));
    }
    const strongest = (r) => {
      let best = 0;
      for (let c = 1; c < columns; c++) if (at(r, c) > at(r, best)) best = c;
      return `${nameOf(view.source, best, env)}, ${show(at(r, best))}`;
    };
    return {
      height,
      marks,
      region: {
        box: [box.x, box.y, rows * cell, height], rows: 1, columns: rows, axis: view.axis,
        index: (r, c) => c,
        describe: (_, r) => `${nameOf(view.target, r, env)} attends most to ${strongest(r)}`,
        summary: `${rows} by ${columns} weights`,
      },
    };
  },
};

const table = {
  least: () => 160,
  grow: 1,
  above: (view) => (view.columns ? 20 : 0), // px for the columns' heads
  paint(view, env, box) {
    const { rows, columns, at } = matrix(env.values[view.of]);
    const gutter = view.names ? gutterFor(view.names, rows, env) + 6 : 0;
    const width = Math.min(84, (box.width - gutter) / columns);
    const top = table.above(view);
    const tell = writer(env.values[view.of].data);
    const picked = view.selected && env.values[view.selected].data;
    const marks = [];
    const here = focused(view, env);
    const right = (c) => box.x + gutter + (c + 1) * width - 4;
    for (let c = 0; view.columns && c < columns; c++) {
      marks.push(write(right(c), box.y + 13, nameOf(view.columns, c, env), { fill: "muted", ...END }));
    }
    for (let r = 0; r < rows; r++) {
      const y = box.y + top + r * 22;
      marks.push(line(box.x, y, box.x + gutter + columns * width, y));
      if (picked) {
        const mark = (x, wide, part) => rect(x, y, wide, 22, shade(part * clip(picked[r], 0, 1), { role: view.role, max: 1 }));
        marks.push(mark(box.x, gutter + columns * width, 0.25), mark(box.x - 8, 4, 1));
      }
      if (r === here) marks.push(band(box.x, y, gutter + columns * width, 22));
      if (view.names) marks.push(write(box.x, y + 15, nameOf(view.names, r, env), { fill: picked?.[r] > 0.5 ? "ink" : "muted" }));
      for (let c = 0; c < columns; c++) {
        const value = at(r, c);
        marks.push(write(right(c), y + 15, tell(value), { ...END, fill: Number.isNaN(value) ? "error" : "ink" }));
      }
    }
    return {
      height: top + rows * 22,
      marks,
      region: {
        box: [box.x, box.y + top, gutter + columns * width, rows * 22], rows, columns, axis: view.axis,
        index: (r) => r,
        describe: (r, c) => `${view.axis} ${nameOf(view.names, r, env)}, ${view.across} ${nameOf(view.columns, c, env)}: ${tell(at(r, c))}${picked ? `, selected ${show(picked[r])}` : ""}`,
        summary: `${rows} by ${columns} values`,
      },
    };
  },
};

/** The places with most weight; of equal ones, to five digits, the first. */
const likeliest = (weights, most = 1) => {
  const rounded = (i) => Math.round(weights[i] * 1e5);
  return [...weights.keys()].filter(rounded).sort((a, b) => rounded(b) - rounded(a)).slice(0, most);
};

/** A cell with a letter whose shade is a weight. */
const lettered = (x, y, width, height, text_, weight, role) => {
  const fill_ = shade(weight, { role, max: 1 });
  const cell = [rect(x, y, width, height, fill_)];
  if (text_ && width >= 8 && height >= 11) {
    cell.push(write(x + width / 2, y + height / 2 + 5, text_, { ...MIDDLE,
      fill: fill_["fill-opacity"] > 0.75 ? "page" : "ink", "font-size": width >= 16 && height >= 15 ? 14 : SMALL }));
  }
  return cell;
};

/** A cell with a word at its left and its weight, where it has not all of it, at its right. */
const worded = (x, y, width, height, text_, weight, role) => {
  const fill_ = shade(weight, { role, max: 1 });
  const look = { fill: fill_["fill-opacity"] > 0.75 ? "page" : "ink", "font-size": 14 };
  const cell = [rect(x, y, width, height, fill_), write(x + 8, y + height / 2 + 5, text_, look)];
  if (weight < 1) cell.push(write(x + width - 8, y + height / 2 + 5, show(weight, 2), { ...END, ...look }));
  return cell;
};

const symbols = {
  least: (view) => (view.time ? 200 : 120),
  grow: 2,
  paint(view, env, box) {
    const { rows: columns, columns: size, at } = view.time
      ? { rows: env.count, columns: view.letters.length, at: (c, i) => env.history[view.of][c].data[i] }
      : matrix(env.values[view.of]);
    const axis = view.time ? "step" : view.axis;
    const here = focused(view, env, axis);
    // Words need room, and leave some for their weights.
    const longest = Math.max(...[...view.letters].map((letter) => [...letter].length));
    const words = !view.time && longest > 3;
    const width = box.step ?? Math.min(words ? 8 * longest + 56 : CELL, box.width / columns);
    const [left, tall] = [box.x + box.gutter, 26 * view.top];
    const marks = [];
    const told = [];
    const first = [];
    for (let c = 0; c < columns; c++) {
      const x = left + c * width;
      const weights = view.time && c > env.step ? [] : Array.from({ length: size }, (_, i) => at(c, i));
      const best = likeliest(weights, view.top);
      marks.push(rect(x, box.y, width - 1, tall - 1, { fill: "surface" }));
      if (weights.some(Number.isNaN)) marks.push(broken(x + width / 2 - 4, box.y + 17));
      best.forEach((i, k) => marks.push(...(words ? worded : lettered)(x, box.y + k * 26, width - 1, 25, view.letters[i], weights[i], view.role)));
      if (view.marked && vector(env.values[view.marked]).data[c] > 0.5) marks.push(rect(x, box.y + tall + 2, width - 1, 3, { fill: view.mark }));
      if (c === here) marks.push(frame(x - 0.5, box.y - 0.5, width, tall));
      told.push(best.map((i) => `${view.letters[i]} ${show(weights[i])}`).join(", ") || (weights.length ? "nothing" : "not yet"));
      first.push(view.letters[best[0]] ?? "");
    }
    return {
      height: tall + (view.marked ? 5 : 0),
      marks,
      region: {
        box: [left, box.y, columns * width, tall], rows: 1, columns, axis,
        index: (_, c) => c,
        describe: (_, c) => `${axis} ${c + 1}: ${told[c]}`,
        summary: first.join(" ").trim() || "nothing",
      },
    };
  },
};

/** What is read of things that lie on each other, from where to where: a part of the
 * last one, at the side of the others, or of the end at which it lies. */
const span = (lying) => {
  const seen = lying.filter(({ read }) => read > 0.05);
  if (!seen.length) return null;
  const [low, high] = [seen[0], seen.at(-1)];
  const whole = ({ height, read }) => read > height - 0.05;
  const below = low === lying[0] && (high !== lying.at(-1) || (whole(low) && !whole(high) && low !== high));
  return below ? [high.y + high.height - high.read, low.y + low.height] : [high.y, low.y + low.read];
};

const stack = {
  least: (view) => (view.time ? 200 : 150),
  grow: 1,
  paint(view, env, box) {
    const { time } = view;
    const columns = time ? env.count : 1;
    const rows = env.values[view.strengths].data.length;
    const room = view.room ?? rows;
    const tall = Math.min(34 * room, 220);
    const sum = ({ data }) => data.reduce((all, x) => all + Math.max(0, x || 0), 0);
    const most = Math.max(room, ...(time ? env.history[view.strengths] : [env.values[view.strengths]]).map(sum));
    const unit = tall / most; // px, a full row; what is more than the room is drawn smaller
    const floor = box.y + tall;
    const left = box.x + box.gutter + (view.read && !time ? 44 : 0);
    const step = box.step ?? Math.min(96, box.width - (left - box.x) - 36);
    const width = step - (time ? 4 : 0);
    const here = focused(view, env, "step");
    const marks = [];
    const told = [];
    for (let c = 0; c < columns; c++) {
      const x = left + c * step;
      // The glass of a step not yet taken is not there; one with nothing in it is empty.
      if (time && c > env.step) {
        marks.push(line(x, floor, x + width, floor));
        told.push("not yet");
        continue;
      }
      const now = (name) => (time ? env.history[name][c] : env.values[name]);
      marks.push(rect(x, box.y, width, tall, { fill: "surface" }),
        ["path", { d: `M${tidy(x)} ${tidy(box.y)}V${tidy(floor)}H${tidy(x + width)}V${tidy(box.y)}`, fill: "none", stroke: "line" }]);
      if (c === here) marks.push(frame(x - 1.5, box.y - 1.5, width + 3, tall + 3));
      const strengths = now(view.strengths).data;
      const { columns: size, at } = matrix(now(view.of));
      const pile = [];
      let y = floor;
      const lying = []; // from the bottom up: where, and how much of it is read
      for (let r = 0; r < rows; r++) {
        if (Number.isNaN(strengths[r])) marks.push(broken(x + width / 2 - 4, y - 4));
        if (!(strengths[r] > 1e-3)) continue;
        const height = Math.min(strengths[r] * unit, y - box.y);
        y -= height;
        const row = Array.from({ length: size }, (_, i) => at(r, i));
        const cell = [x + 2, y + 1, width - 4, Math.max(0.5, height - 2)];
        let name = "";
        // The edge shows that something is there, though it may be all zeros.
        marks.push(frame(...cell, view.letters ? view.role : "line"));
        if (view.letters) {
          const [best] = likeliest(row);
          name = `${view.letters[best] ?? "nothing"} `;
          marks.push(...lettered(...cell, view.letters[best], row[best] ?? 0, view.role));
        } else {
          const part = cell[2] / size;
          row.forEach((value, i) => marks.push(rect(cell[0] + i * part, cell[1], part, cell[3], shade(value, { max: view.max }))));
          if (size === 1 && height >= 15 && part >= 36) {
            const ink = Math.abs(row[0]) > 0.75 * (view.max ?? 1) ? "page" : "ink";
            marks.push(write(cell[0] + part / 2, y + height / 2 + 4, show(row[0]), { ...MIDDLE, fill: ink }));
          }
        }
        if (!time && height >= 11) marks.push(write(x + width + 6, y + height / 2 + 4, show(strengths[r]), { fill: "muted" }));
        pile.unshift(name + show(strengths[r]));
        lying.push({ y, height, read: view.read ? Math.min(height, now(view.read).data[r] * unit) : 0 });
      }
      const reads = span(lying);
      if (reads) {
        marks.push(rect(x - (time ? 0 : 8), reads[0], 4, reads[1] - reads[0], { fill: "read" }));
        if (!time) marks.push(write(x - 13, (reads[0] + reads[1]) / 2 + 4, "read", { ...END, fill: "read", "font-weight": 600 }));
      }
      if (!pile.length && width >= 40) marks.push(write(x + width / 2, floor - 8, "empty", { ...MIDDLE, fill: "muted" }));
      told.push(pile.length ? `from the top ${pile.join(", ")}` : "empty");
    }
    return {
      height: tall + 2,
      marks,
      region: {
        box: [left, box.y, columns * step, tall], rows: 1, columns, axis: time ? "step" : undefined,
        index: (_, c) => c,
        describe: (_, c) => `${time ? `step ${c + 1}: ` : ""}${told[c]}`,
        summary: told[time ? env.step : 0],
      },
    };
  },
};

const hops = {
  least: () => 240,
  grow: 2,
  paint(view, env, box) {
    const { rows: most, columns, at } = matrix(env.values[view.of]);
    const names = (env.symbols[view.names] ?? view.names).slice(0, most);
    const rows = names.length;
    // Narrow cells, where that keeps a sentence in one line.
    const wide = clip(box.width / 2 / columns, 20, 48);
    const lines_ = (cell) => names.map((name) => wrap(name, box.width - columns * cell - 12, 14));
    const cell = lines_(wide).some(({ length }) => length > 1) ? Math.min(wide, 36) : wide;
    const words = lines_(cell);
    // A row is as high as its own sentence needs.
    const heights = words.map(({ length }) => 18 * length + 10);
    const tops = heights.map((_, r) => heights.slice(0, r).reduce((a, b) => a + b, 0));
    const all = heights.reduce((a, b) => a + b, 0);
    const longest = Math.max(...words.flat().map(({ length }) => length));
    const left = box.x + Math.min(box.width - columns * cell, longest * 7.6 + 16);
    const right = left + columns * cell;
    const head = columns > 1 ? 20 : 2; // a single column needs no number
    const top = box.y + head;
    const here = focused(view, env);
    const marks = [];
    const best = [];
    for (let c = 0; c < columns; c++) {
      const short = cell < 7.2 * view.across.length + 12;
      if (columns > 1) marks.push(write(left + (c + 0.5) * cell, box.y + 13, `${short ? "" : `${view.across} `}${c + 1}`, { ...MIDDLE, fill: "muted" }));
      best.push(names.reduce((a, _, r) => (at(r, c) > at(a, c) ? r : a), 0));
    }
    names.forEach((_, r) => {
      const [y, height] = [top + tops[r], heights[r]];
      marks.push(line(box.x, y, right, y));
      if (r === here) marks.push(band(box.x, y, right - box.x, height));
      words[r].forEach((text_, k) => marks.push(write(box.x, y + height / 2 + 5 + (k - (words[r].length - 1) / 2) * 18, text_, { "font-size": 14 })));
      for (let c = 0; c < columns; c++) {
        const x = left + c * cell;
        const value = at(r, c);
        if (Number.isNaN(value)) marks.push(broken(x + cell / 2 - 4, y + height / 2 + 4));
        else marks.push(...lettered(x + 1, y + 1, cell - 2, height - 1, cell >= 34 && value >= 0.05 ? show(value) : "", value, view.role));
      }
    });
    return {
      height: head + all,
      marks,
      region: {
        box: [left, top, right - left, all], rows, columns, axis: view.axis,
        rowAt: (part) => tops.findLastIndex((y) => y <= part * all),
        index: (r) => r,
        describe: (r, c) => `${columns > 1 ? `${view.across} ${c + 1}, ` : ""}${names[r]}: ${show(at(r, c))}`,
        summary: best.map((r, c) => `${columns > 1 ? `${view.across} ${c + 1} looks ` : ""}most at ${names[r]}`).join(", "),
      },
    };
  },
};

const hex = (x) => Math.round(255 * clip(x || 0, 0, 1)).toString(16).padStart(2, "0");

const picture = {
  least: () => 140,
  grow: 1,
  paint(view, env, box) {
    const { shape: [rows, columns, channels = 1], data } = env.values[view.of];
    const unit = Math.min(view.height / rows, box.width / columns);
    const [width, height] = [columns * unit, rows * unit];
    const colour = (r, c) => `#${[0, 1, 2].map((k) => hex(data[(r * columns + c) * channels + k % channels])).join("")}`;
    const crisp = { "shape-rendering": "crispEdges" };
    const marks = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0, to = 0; c < columns; c = to) { // one mark for neighbours of one colour
        const fill_ = colour(r, c);
        while (to < columns && colour(r, to) === fill_) to++;
        marks.push(rect(box.x + c * unit, box.y + r * unit, (to - c) * unit, unit, { fill: fill_, ...crisp }));
      }
    }
    const looks = view.attention && matrix(env.values[view.attention]);
    const grid = looks || { rows, columns };
    const [w, h] = [width / grid.columns, height / grid.rows];
    const around = (r, c, ...look) => frame(box.x + c * w, box.y + r * h, w, h, ...look);
    const place = (r, c) => `row ${r + 1}, column ${c + 1}`;
    marks.push(frame(box.x, box.y, width, height, "line"));
    let summary = `${rows} by ${columns} cells`;
    if (looks) {
      const cells = Array.from({ length: looks.rows * looks.columns }, (_, i) => [Math.floor(i / looks.columns), i % looks.columns]);
      const top = cells.reduce((a, b) => (looks.at(...b) > looks.at(...a) ? b : a));
      const most = looks.at(...top);
      for (const [r, c] of cells) {
        marks.push(rect(box.x + c * w, box.y + r * h, w, h,
          { fill: "page", "fill-opacity": opacity(0.85 * (1 - clip(looks.at(r, c) / most || 0, 0, 1))), ...crisp }));
      }
      marks.push(around(...top, "page", 5), around(...top, view.role, 2.5));
      summary = `most attention at ${place(...top)}, ${show(most)}`;
    }
    const { cursor } = env;
    if (cursor?.view === box.index) marks.push(around(Math.min(cursor.cell[0], grid.rows - 1), Math.min(cursor.cell[1], grid.columns - 1)));
    return {
      height,
      marks,
      region: {
        box: [box.x, box.y, width, height], rows: grid.rows, columns: grid.columns,
        index: (r, c) => r * grid.columns + c,
        describe: (r, c) => `${place(r, c)}: ${looks ? show(looks.at(r, c)) : colour(r, c)}`,
        summary,
      },
    };
  },
};

/** A template's text: {name} is a value, {name:2} one with two digits. */
export const fill = (template, env) =>
  template.replace(/\{(\w+)(?::(\d))?\}/g, (_, name, digits) => {
    const typed = env.symbols[name];
    if (typed) return typed.join(typed.some((symbol) => symbol.length > 1) ? " " : "");
    return [...env.values[name].data]
      .map((x) => (digits === undefined ? said(x) : show(x, Number(digits)))).join(", ");
  });

/** Whether a sentence has something to say: its place stays where it has not. */
export const holds = (view, env) => !view.when || env.values[view.when].data[0] > 0.05;

const text = {
  least: () => 160,
  grow: 2,
  paint(view, env, box) {
    const words = wrap(fill(view.text, env), box.width, 14);
    return {
      height: words.length * 20,
      marks: !holds(view, env) ? [] : words.map((words_, k) => write(box.x, box.y + 15 + k * 20, words_, { "font-size": 14, fill: view.role ?? "ink" })),
    };
  },
};

const KINDS = { bars, heatmap, lines, tape, arrows, table, symbols, stack, hops, picture, text };

/** Whether a view runs over the steps. */
const stepped = (view, env) => Boolean(env.history)
  && Boolean(view.time || (view.kind === "tape" && env.symbols[view.of]));

/** Room that a view over steps leaves on the left and right of them, alone in its line or not. */
const sides = (view, env, beside) => {
  if (view.kind === "lines") return [TICKS, view.margin];
  const names = view.names ? gutterFor(view.names, env.history[view.of][0].data.length, env) : 0;
  const words = beside ? Math.max(...wrap(view.label, 110).map((text) => text.length)) : 0;
  return [names + (beside ? Math.ceil(words * LABEL * 0.56) + 14 : 0), 0];
};

/** A row of views as one line of items, or several where it would be too narrow. */
const fold = (row, env, width) => {
  const lines_ = [[]];
  let used = 0;
  for (const { view, index } of row) {
    const kind = KINDS[view.kind];
    const placed = (previous) => {
      const axis = Boolean(view.ticks) && !(previous?.ticks && previous.axis === view.axis);
      const gutter = axis && kind.gutter ? kind.gutter(view, env) : 0;
      return { view, index, kind, axis, gutter, least: kind.least(view) + gutter };
    };
    let next = placed(lines_.at(-1).at(-1)?.view);
    if (lines_.at(-1).length && used + GAP + next.least > width) {
      lines_.push([]);
      used = 0;
      next = placed();
    }
    used += (lines_.at(-1).length ? GAP : 0) + next.least;
    lines_.at(-1).push(next);
  }
  return lines_;
};

/** Give every item of every line its width; bars and steps of one figure share a scale. */
const spread = (lines_, env, width) => {
  for (const items of lines_) {
    const spare = width - GAP * (items.length - 1) - items.reduce((sum, { least }) => sum + least, 0);
    const grow = items.reduce((sum, { kind }) => sum + kind.grow, 0);
    for (const item of items) item.width = item.least + (Math.max(0, spare) * item.kind.grow) / grow;
  }
  const lengths = {};
  const scale = ({ view }) => `${view.min} ${view.max}`;
  for (const item of lines_.flat().filter(({ view }) => view.kind === "bars" && !view.upright)) {
    lengths[scale(item)] = Math.min(lengths[scale(item)] ?? Infinity, item.width - item.gutter);
  }
  for (const item of lines_.flat()) item.length = lengths[scale(item)];
  // So do the columns of heat maps that stand under each other and have the same ones.
  const alike = {};
  for (const items of lines_) {
    const [{ view }] = items;
    if (items.length > 1 || view.kind !== "heatmap" || view.time) continue;
    const key = `${view.across} ${matrix(env.values[view.of]).columns}`;
    (alike[key] ??= []).push(items[0]);
  }
  for (const group of Object.values(alike)) {
    const most = Math.max(...group.map(({ gutter }) => gutter));
    for (const item of group) item.gutter = most;
  }
  // Steps line up in all views that have a line to themselves.
  const moving = lines_.flatMap((items) => items.filter(({ view }) => stepped(view, env))
    .map((item) => ({ item, alone: items.length === 1, room: sides(item.view, env, items.length === 1 && width >= SIDE) })));
  const most = (side) => Math.max(0, ...moving.filter(({ alone }) => alone).map(({ room }) => room[side]));
  const count = env.history ? Object.values(env.history)[0].length : 1;
  for (const { item, alone, room } of moving) {
    const [left, right] = alone ? [most(0), most(1)] : room;
    item.gutter = left;
    item.step = Math.min(STEP, (item.width - left - right) / count);
  }
};

/** A view's label, in lines upwards from `y` or, beside a view over steps, around it. */
const title = (view, words, x, y) => words.map((text_, k) => write(x, y + k * LINE, text_,
  { "font-size": LABEL, "font-weight": 600, fill: view.role ?? "ink" }));

/**
 * Lay rows of views out in `width` pixels and draw them.
 *
 * env: values (outputs and inputs by name), history (one list of values an output, when
 * the figure takes steps) and step, symbols (typed sequences), cursor, label(step).
 * Returns {height, marks, regions}.
 */
export const draw = (rows, env, width) => {
  const marks = [];
  const over = [];
  const regions = [];
  const side = width >= SIDE;
  let count = 0;
  const lines_ = rows.flatMap((views) =>
    fold(views.map((view) => ({ view, index: count++ })), env, width));
  spread(lines_, env, width);
  let y = 0;
  for (const items of lines_) {
    const beside = side && items.length === 1 && stepped(items[0].view, env) && items[0].view.kind !== "lines";
    const labels = items.map(({ view, width: room }) => (view.label && !beside ? wrap(view.label, room) : []));
    const head = Math.max(...labels.map((words) => words.length)) * LINE;
    const top = y + head + (head ? 6 : 0);
    const above = items.map(({ view, kind }) => kind.above?.(view) ?? 0);
    // Beside a table, whose rows have room for text, rows are as tall.
    const row = items.some(({ view }) => view.kind === "table") ? 22 : undefined;
    let x = 0;
    let bottom = 0;
    items.forEach(({ view, kind, ...item }, k) => {
      const box = { ...item, x, y: top + Math.max(...above) - above[k], row };
      const from = box.y;
      const drawn = (view.upright ? upright : kind).paint(view, env, box);
      const indent = stepped(view, env) || view.kind !== "lines" ? item.gutter : 0;
      marks.push(...title(view, labels[k], x + indent, y + head - (labels[k].length - 1) * LINE - 4));
      if (beside) {
        const words = wrap(view.label, 110);
        const middle = y + drawn.region.box[3] / 2 + 5 - ((words.length - 1) * LINE) / 2;
        marks.push(...title(view, words, 0, middle));
      }
      marks.push(...drawn.marks);
      over.push(...(drawn.over ?? []));
      if (drawn.region) regions.push({ ...drawn.region, label: view.label ?? view.axis, index_: item.index });
      bottom = Math.max(bottom, from + drawn.height);
      x += item.width + GAP;
    });
    y = bottom + (beside ? 10 : 18);
  }
  return { height: Math.max(1, y - 14), marks: [...marks, ...over], regions };
};
