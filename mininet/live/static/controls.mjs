// What the reader moves: native form controls with labels. Each control is made from its
// description and gives {element, value(), set(value), tensor()}; `changed` is called
// after every change that the figure should follow. A control never gives a bad value:
// what cannot be read gets a sentence beside the field, and the last good value stays.

import { clip, show } from "./views.mjs";
import { tensor } from "./interpreter.mjs";

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
    oninput: () => { value = back(Number(input.value)); tell(); changed(); },
  });
  let value = spec.value;
  const tell = () => {
    output.textContent = show(value);
    input.setAttribute("aria-valuetext", show(value));
    input.style.setProperty("--lf-part", `${(100 * (Number(input.value) - low)) / (high - low)}%`);
  };
  const set = (next) => {
    if (!Number.isFinite(next)) return;
    value = clip(next, spec.min, spec.max);
    input.value = there(value);
    tell();
  };
  set(spec.value);
  return { element: field(spec, id, output, input), value: () => value, set, tensor: () => tensor([], [value]) };
};

const choice = (spec, changed) => {
  const id = fresh();
  const select = make("select", { id, onchange: () => changed() },
    ...spec.options.map((option) => make("option", { value: option }, option)));
  const set = (next) => { if (spec.options.includes(next)) select.value = next; };
  set(spec.value);
  const index = () => Math.max(0, spec.options.indexOf(select.value));
  return {
    element: field(spec, id, null, select), value: () => select.value, set,
    tensor: () => tensor(spec.shape, spec.data[index()]),
  };
};

/** The symbols of a typed text, or a sentence that says what is wrong with it. */
export const read = (text, spec) => {
  const single = spec.alphabet.every((symbol) => [...symbol].length === 1);
  const symbols = single ? [...text].filter((c) => !/\s/.test(c) || spec.alphabet.includes(c))
    : text.trim().split(/\s+/).filter(Boolean);
  const wrong = symbols.find((symbol) => !spec.alphabet.includes(symbol));
  if (wrong !== undefined) {
    const short = [...wrong].slice(0, 12).join("");
    return { error: `“${short}” is not one of ${spec.alphabet.join(" ")}.` };
  }
  if (!symbols.length) return { error: `Type at least one of ${spec.alphabet.join(" ")}.` };
  if (symbols.length > spec.most) {
    return { error: `At most ${spec.most} symbols fit; these are ${symbols.length}.` };
  }
  return { symbols };
};

/** A field for text. `read` gives symbols, or an error in words; then the last ones stay. */
const typed = (spec, changed, read, gap, hint) => {
  const id = fresh();
  const error = make("p", { class: "lf-error", id: `${id}-error`, role: "alert" });
  const input = make("input", {
    type: "text", id, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-describedby": `${id}-error ${id}-hint`,
    oninput: () => set(input.value, true),
  });
  const write = ({ symbols }) => symbols?.join(gap);
  let now;
  const set = (text, byHand) => {
    const result = read([].concat(text).join(gap), spec);
    error.textContent = result.error ?? "";
    input.setAttribute("aria-invalid", Boolean(result.error));
    if (result.error) return;
    now = result;
    if (byHand) changed();
    else if (write(read(input.value, spec)) !== write(now)) input.value = write(now);
  };
  set(spec.value);
  const element = field(spec, id, make("span", { id: `${id}-hint` }, hint ?? ""), input, error);
  element.classList.add("lf-wide");
  return { element, value: () => write(now), set, symbols: () => now.symbols };
};

const sequence = (spec, changed) => {
  const single = spec.alphabet.every((symbol) => [...symbol].length === 1);
  const control = typed(spec, changed, read, single ? "" : " ");
  const code = (symbol) => spec.data[spec.alphabet.indexOf(symbol)];
  const width = spec.data[0].length;
  return {
    ...control,
    tensor: (t) => {
      const symbols = control.symbols();
      if (t !== undefined) return tensor(spec.shape, code(symbols[t]));
      const data = new Float32Array(spec.most * width);
      symbols.forEach((symbol, i) => data.set(code(symbol), i * width));
      return { shape: [spec.most, ...spec.shape], data };
    },
  };
};

const LIKE = "like 11 or in binary 0b1011";

/** The decimal digits of a typed whole number, or a sentence that says what is wrong. */
const count = (text, { bits }) => {
  const short = [...text.trim()].slice(0, 12).join("");
  if (!short) return { error: `Type a whole number, ${LIKE}.` };
  if (!/^(\d+|0b[01]+)$/i.test(text.trim())) return { error: `“${short}” is not a whole number from 0, ${LIKE}.` };
  const most = (1n << BigInt(bits)) - 1n;
  return BigInt(text) > most ? { error: `At most ${most} fits, which is ${bits} bits.` }
    : { symbols: [String(BigInt(text))] };
};

const whole = (spec, changed) => {
  const control = typed(spec, changed, count, "", LIKE);
  const bits = () => [...BigInt(control.value()).toString(2).padStart(spec.bits, 0)].reverse();
  return { ...control, tensor: () => tensor([spec.bits], bits()) };
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
    if (!Number.isFinite(x)) return;
    values[i] = clip(x, spec.min, spec.max);
    const { bar, input } = slots[i];
    input.value = values[i];
    input.setAttribute("aria-valuetext", show(values[i]));
    const zero = clip(0, spec.min, spec.max);
    bar.style.bottom = height(Math.min(zero, values[i]));
    bar.style.height = `${(100 * Math.abs(values[i] - zero)) / span}%`;
  };
  const set = (next) => { if (Array.isArray(next)) next.slice(0, values.length).forEach((x, i) => put(i, x)); };
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
  return { element, value: () => [...values], set, tensor: () => tensor([values.length], values) };
};

const KINDS = { slider, choice, sequence, vector, whole };

/** A control from its description. */
export const control = (spec, changed) => KINDS[spec.kind](spec, changed);
