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
  if (/^(input|select|button)$/.test(tag)) element.dataset.lmSuppressShortcuts = "true";
  element.append(...children);
  return element;
};

let made = 0;
const fresh = () => `live-${++made}`;

const field = (spec, id, output, ...children) => make(
  "div", { class: "lf-field", style: `--lf-role: var(--role-${spec.role})` },
  make("div", { class: "lf-head" }, make("label", { for: id }, spec.label), output ?? ""),
  ...children,
);

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

/** A field for text. What cannot be read gets a sentence, and the last good value stays. */
const typed = (spec, changed) => {
  const { read } = INPUTS[spec.kind];
  const id = fresh();
  const error = make("p", { class: "lf-error", id: `${id}-error`, role: "alert" });
  const input = make("input", {
    type: "text", id, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
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
  const hint = make("span", { id: `${id}-hint` }, spec.kind === "whole" ? LIKE : "");
  const element = field(spec, id, hint, input, error);
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
  const element = make("fieldset", { class: "lf-field", style: `--lf-role: var(--role-${spec.role})` },
    make("legend", { class: "lf-name" }, spec.label), box);
  return { element, now: () => ({ value: [...values] }), set };
};

const KINDS = { slider, choice, sequence: typed, vector, whole: typed };

/** A control from its description. */
export const control = (spec, changed) => KINDS[spec.kind](spec, changed);
