// What a control's value means, apart from how it looks: pure functions, so that a figure
// computes the same with a page around it and without. Each kind reads a value, from the
// reader's hand or from outside, as {value, symbols?}, or as {error} in words (empty where
// nobody typed it), and turns what it read into the tensor that the function gets.

import { tensor } from "./interpreter.mjs";

export const clip = (x, low, high) => Math.min(high, Math.max(low, x));

const NOTHING = { error: "" };

const slider = {
  read: (x, spec) => (Number.isFinite(x) ? { value: clip(x, spec.min, spec.max) } : NOTHING),
  tensor: (_, { value }) => tensor([], [value]),
};

const choice = {
  read: (name, spec) => (spec.options.includes(name) ? { value: name } : NOTHING),
  tensor: (spec, { value }) => tensor(spec.shape, spec.data[spec.options.indexOf(value)]),
};

const vector = {
  read: (list, spec) => (Array.isArray(list) && list.length === spec.value.length && list.every(Number.isFinite)
    ? { value: list.map((x) => clip(x, spec.min, spec.max)) } : NOTHING),
  tensor: (_, { value }) => tensor([value.length], value),
};

/** Whether symbols are typed without spaces between them. */
const single = (spec) => spec.alphabet.every((symbol) => [...symbol].length === 1);

const short = (text) => [...text.trim()].slice(0, 12).join("");

const sequence = {
  read: (given, spec) => {
    const gap = single(spec) ? "" : " ";
    const text = [].concat(given).join(gap);
    const symbols = gap ? text.trim().split(/\s+/).filter(Boolean)
      : [...text].filter((c) => !/\s/.test(c) || spec.alphabet.includes(c));
    const wrong = symbols.find((symbol) => !spec.alphabet.includes(symbol));
    if (wrong !== undefined) return { error: `“${short(wrong)}” is not one of ${spec.alphabet.join(" ")}.` };
    if (!symbols.length) return { error: `Type at least one of ${spec.alphabet.join(" ")}.` };
    if (symbols.length > spec.most) return { error: `At most ${spec.most} symbols fit; these are ${symbols.length}.` };
    return { value: symbols.join(gap), symbols };
  },
  /** All symbols, zeros after the last; or the one of step t. */
  tensor: (spec, { symbols }, t) => {
    const code = (symbol) => spec.data[spec.alphabet.indexOf(symbol)];
    if (t !== undefined) return tensor(spec.shape, code(symbols[t]));
    const data = new Float32Array(spec.most * spec.data[0].length);
    symbols.forEach((symbol, i) => data.set(code(symbol), i * spec.data[0].length));
    return { shape: [spec.most, ...spec.shape], data };
  },
};

export const LIKE = "like 11 or in binary 0b1011";

const whole = {
  read: (given, { bits }) => {
    const text = String(given).trim();
    if (!text) return { error: `Type a whole number, ${LIKE}.` };
    if (!/^(\d+|0b[01]+)$/i.test(text)) return { error: `“${short(text)}” is not a whole number from 0, ${LIKE}.` };
    const most = (1n << BigInt(bits)) - 1n;
    if (BigInt(text) > most) return { error: `At most ${most} fits, which is ${bits} bits.` };
    const value = String(BigInt(text));
    return { value, symbols: [value] };
  },
  tensor: ({ bits }, { value }) =>
    tensor([bits], [...BigInt(value).toString(2).padStart(bits, 0)].reverse()),
};

export const INPUTS = { slider, choice, vector, sequence, whole };

/** What each control of a figure stands at: values from outside, else the first ones. */
export const readAll = (spec, values = {}) => Object.fromEntries(spec.controls.map((each) => {
  const { read } = INPUTS[each.kind];
  const given = Object.hasOwn(values, each.name) ? read(values[each.name], each) : NOTHING;
  return [each.name, given.error === undefined ? given : read(each.value, each)];
}));
