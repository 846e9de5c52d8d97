// What the reader moves: native form controls with labels. Each control is made from its
// description and gives {element, now(), set(value)}: what it stands at, as inputs.mjs reads
// it. `changed` is called after every change that the figure should follow. A control never
// gives a bad value: the last good one stays.

import { INPUTS, LIKE, clip } from "./inputs.mjs";
import { said, show } from "./views.mjs";

/** An element with attributes and children; text is always text, never markup. */
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  // Keys are for the control: JupyterLab looks for this on the very element with focus.
  if (/^(input|textarea|select|button|summary)$/.test(tag)) element.dataset.lmSuppressShortcuts = "true";
  element.append(...children);
  return element;
};

let made = 0;
const fresh = () => `live-${++made}`;

const role = (spec) => `--lf-role: var(--role-${spec.role})`;

const field = (spec, id, output, ...children) => make(
  "div", { class: "lf-field", style: role(spec) },
  make("div", { class: "lf-head" }, make("label", { for: id }, spec.label), output ?? ""),
  ...children,
);

/** Controls that belong together, under one name. */
const group = (spec, wide, ...children) => make("fieldset", { class: `lf-field ${wide}`, style: role(spec) },
  make("legend", { class: "lf-name" }, spec.label), ...children);

const slider = (spec, changed) => {
  const id = fresh();
  const there = (x) => (spec.log ? Math.log10(x) : x);
  const back = (x) => (spec.log ? 10 ** x : x);
  const [low, high] = [there(spec.min), there(spec.max)];
  const output = make("output", { for: id });
  const input = make("input", {
    type: "range", id, min: low, max: high, step: spec.log ? (high - low) / 200 : spec.step,
    oninput: () => { take(back(Number(input.value))); changed(); },
  });
  let now;
  const take = (next) => {
    const result = INPUTS.slider.read(next, spec);
    if (result.error !== undefined) return false;
    now = result;
    output.textContent = said(now.value);
    input.setAttribute("aria-valuetext", output.textContent);
    input.style.setProperty("--lf-part", `${(100 * (there(now.value) - low)) / (high - low)}%`);
    return true;
  };
  const set = (next) => { if (take(next)) input.value = there(now.value); };
  set(spec.value);
  return { element: field(spec, id, output, input), now: () => now, set };
};

const choice = (spec, changed) => {
  const id = fresh();
  const select = make("select", { id, onchange: () => changed() },
    ...spec.options.map((option) => make("option", { value: option }, option)));
  const set = (next) => { select.value = INPUTS.choice.read(next, spec).value ?? select.value; };
  set(spec.value);
  return { element: field(spec, id, null, select), now: () => INPUTS.choice.read(select.value, spec), set };
};

const ERROR = { class: "lf-error", role: "alert" };

const HINTS = { whole: LIKE, story: ({ sentences }) => `one a line, up to ${sentences} sentences` };

/** A field for text. What cannot be read gets a sentence, and the last good value stays. */
const typed = (spec, changed) => {
  const { read } = INPUTS[spec.kind];
  const id = fresh();
  const error = make("p", { ...ERROR, id: `${id}-error` });
  // One line more than the first story has: there is room for another sentence.
  const rows = spec.sentences && Math.min(spec.sentences, spec.value.split("\n").length + 1);
  const input = make(spec.sentences ? "textarea" : "input", {
    type: spec.sentences ? undefined : "text", rows, id, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-describedby": `${id}-error ${id}-hint`,
    oninput: () => { if (take(input.value)) changed(); },
  });
  let now;
  const take = (text) => {
    const result = read(text, spec);
    error.textContent = result.error ?? "";
    input.setAttribute("aria-invalid", Boolean(result.error));
    if (result.error === undefined) now = result;
    return result.error === undefined;
  };
  // What the reader typed is not written anew where it means the same.
  const set = (next) => { if (take(next) && read(input.value, spec).value !== now.value) input.value = now.value; };
  set(spec.value);
  const help = spec.sentences === 1 ? "" : HINTS[spec.kind] ?? "";
  const hint = make("span", { id: `${id}-hint` }, typeof help === "function" ? help(spec) : help);
  // A question has the words of its story: they stand once, below the question.
  const words = spec.sentences && !spec.told;
  const known = words ? [make("details", { class: "lf-note" }, make("summary", {}, "Known words"), spec.alphabet.join(" "))] : [];
  const element = field(spec, id, hint, input, error, ...known);
  element.classList.add("lf-wide");
  return { element, now: () => now, set };
};

/** Bars that are drawn with the pointer; by keyboard, each is a slider of its own. */
const vector = (spec, changed) => {
  const values = [...spec.value];
  const span = spec.max - spec.min;
  const height = (x) => `${(100 * (x - spec.min)) / span}%`;
  const slots = values.map((_, i) => {
    const bar = make("span", { class: "lf-bar" });
    const input = make("input", {
      type: "range", min: spec.min, max: spec.max, step: span / 40,
      "aria-label": `${spec.label}, ${spec.names[i]}`, tabindex: i ? -1 : 0,
      oninput: () => { put(i, Number(input.value)); changed(); },
      onkeydown: (event) => {
        const to = { ArrowRight: i + 1, ArrowLeft: i - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        if (!slots[to]) return;
        input.tabIndex = -1;
        slots[to].input.tabIndex = 0;
        slots[to].input.focus();
      },
    });
    return { bar, input, element: make("span", { class: "lf-slot" }, bar, input) };
  });
  const put = (i, x) => {
    values[i] = clip(x, spec.min, spec.max);
    const { bar, input } = slots[i];
    input.value = values[i];
    input.setAttribute("aria-valuetext", show(values[i]));
    const zero = clip(0, spec.min, spec.max);
    bar.style.bottom = height(Math.min(zero, values[i]));
    bar.style.height = `${(100 * Math.abs(values[i] - zero)) / span}%`;
  };
  const set = (next) => INPUTS.vector.read(next, spec).value?.forEach((x, i) => put(i, x));
  const drawTo = (event) => {
    const area = box.getBoundingClientRect();
    const i = Math.floor(clip((event.clientX - area.left) / area.width, 0, 0.9999) * values.length);
    put(i, spec.max - clip((event.clientY - area.top) / area.height, 0, 1) * span);
    changed();
  };
  const box = make("div", {
    class: "lf-draw",
    onpointerdown: (event) => { box.setPointerCapture(event.pointerId); drawTo(event); },
    onpointermove: (event) => { if (event.buttons) drawTo(event); },
  }, make("span", { class: "lf-zero", style: `bottom: ${height(clip(0, spec.min, spec.max))}` }),
  ...slots.map((slot) => slot.element));
  set(spec.value);
  return { element: group(spec, "", box), now: () => ({ value: [...values] }), set };
};

/** Settings for one step, and buttons that make it, take the last one back, and all. */
const actions = (spec, changed) => {
  const error = make("p", ERROR);
  const count = make("output");
  const parts = spec.parts.map((part) => [part.name, control(part, () => {})]);
  let now;
  const button = (text, act) => make("button", { type: "button", class: "lf-act", onclick: act }, text);
  const take = (next) => {
    const result = INPUTS.actions.read(next, spec);
    if (result.error !== undefined) return;
    now = result;
    const { length } = now.value;
    error.textContent = "";
    count.textContent = `${length} of ${spec.most}`;
    // Not `disabled`: what has the focus keeps it.
    add.setAttribute("aria-disabled", length >= spec.most);
    for (const each of [undo, clear]) each.setAttribute("aria-disabled", !length);
  };
  const add = button(spec.button, () => {
    if (now.value.length >= spec.most) {
      error.textContent = `At most ${spec.most} steps fit: undo one first.`;
      return;
    }
    take([...now.value, Object.fromEntries(parts.map(([name, part]) => [name, part.now().value]))]);
    changed(true);
  });
  const shorten = (text, next) => button(text, () => {
    if (!now.value.length) return;
    take(next());
    changed(true);
  });
  const undo = shorten("undo", () => now.value.slice(0, -1));
  const clear = shorten("clear", () => []);
  take(spec.value);
  const element = group(spec, "lf-wide", make("div", { class: "lf-controls" }, ...parts.map(([, part]) => part.element)),
    make("div", { class: "lf-acts" }, add, undo, clear, count), error);
  return { element, now: () => now, set: take };
};

/** A table of number fields. While one is wrong, the last good table stays. */
const matrix = (spec, changed) => {
  const error = make("p", { ...ERROR, id: fresh() });
  const rows = spec.names.map((name) => spec.columns.map((column) => make("input", {
    type: "number", min: spec.min, max: spec.max, step: spec.step, inputmode: "decimal",
    "aria-label": `${spec.label}, ${name}, ${column}`, "aria-describedby": error.id, oninput: () => check(),
  })));
  const cells = rows.flat();
  let now;
  const check = () => {
    const wrong = cells.filter(({ value }) => !value || clip(value, spec.min, spec.max) !== Number(value));
    for (const cell of cells) cell.setAttribute("aria-invalid", wrong.includes(cell));
    error.textContent = wrong.length ? `${wrong[0].ariaLabel}: type a number from ${said(spec.min)} to ${said(spec.max)}.` : "";
    if (wrong.length) return;
    now = { value: rows.map((row) => row.map(({ value }) => Number(value))) };
    changed();
  };
  const set = (next) => {
    const result = INPUTS.matrix.read(next, spec);
    if (result.error !== undefined) return;
    now = result;
    now.value.flat().forEach((x, i) => { if (Number(cells[i].value || NaN) !== x) cells[i].value = x; });
  };
  // A number that is not used cannot be typed; what was wrong in it is put right.
  const use = (used) => {
    cells.forEach((cell, i) => {
      cell.disabled = !(used[i] > 0.5);
      if (cell.disabled && cell.ariaInvalid === "true") {
        cell.value = now.value.flat()[i];
        cell.setAttribute("aria-invalid", false);
      }
    });
    if (!cells.some(({ ariaInvalid }) => ariaInvalid === "true")) error.textContent = "";
  };
  set(spec.value);
  const head = (scope, text) => make("th", { scope }, text);
  const table = make("table", {}, make("tr", {}, make("td"), ...spec.columns.map((name) => head("col", name))),
    ...rows.map((row, r) => make("tr", {}, head("row", spec.names[r]), ...row.map((cell) => make("td", {}, cell)))));
  return { element: group(spec, "lf-wide", make("div", { class: "lf-table" }, table), error), now: () => now, set, use };
};

const KINDS = { slider, choice, sequence: typed, vector, actions, story: typed, matrix, whole: typed };

/** A control from its description. */
export const control = (spec, changed) => KINDS[spec.kind](spec, changed);
