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

/** Rows of numbers, (most, ...shape), zeros after the last. */
const padded = (most, shape, rows) => {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = new Float32Array(most * size);
  rows.forEach((row, i) => data.set(row, i * size));
  return { shape: [most, ...shape], data };
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
  steps: ({ more = 0 }, { symbols }) => symbols.length + more,
  /** All symbols, zeros after the last; or the one of step t. */
  tensor: (spec, { symbols }, t) => {
    const code = (symbol) => spec.data[spec.alphabet.indexOf(symbol)];
    if (t === undefined) return padded(spec.most, spec.shape, symbols.map(code));
    return tensor(spec.shape, code(symbols[t] ?? spec.blank) ?? spec.data[0].map(() => 0));
  },
};

const actions = {
  /** A step is written as the names that were chosen for it, or as its number. */
  read: (list, spec) => {
    if (!Array.isArray(list) || list.length > spec.most) return NOTHING;
    const value = list.map((each) => Object.fromEntries(spec.parts.map((part) =>
      [part.name, INPUTS[part.kind].read(each?.[part.name], part).value])));
    if (value.some((each) => Object.values(each).includes(undefined))) return NOTHING;
    const chosen = spec.parts.filter(({ kind }) => kind === "choice");
    return { value, symbols: value.map((each, i) => chosen.map(({ name }) => each[name]).join(" ") || String(i + 1)) };
  },
  steps: (_, { value }) => Math.max(1, value.length),
  tensor: (spec, { value }, t) => {
    const code = (each) => spec.parts.flatMap((part) =>
      [...INPUTS[part.kind].tensor(part, { value: each[part.name] }).data]);
    const size = code(Object.fromEntries(spec.parts.map((part) => [part.name, part.value]))).length;
    if (t === undefined) return padded(spec.most, [size], value.map(code));
    return tensor([size], value[t] ? code(value[t]) : new Array(size).fill(0));
  },
};

const story = {
  read: (given, spec) => {
    const lines = [].concat(given).join("\n").split(/[\n.?!]/)
      .map((line) => line.toLowerCase().split(/[\s,;:"“”()]+/).filter(Boolean)).filter((words) => words.length);
    const wrong = lines.flat().find((word) => !spec.alphabet.includes(word));
    if (wrong !== undefined) return { error: `“${short(wrong)}” is not one of the ${spec.alphabet.length} words below.` };
    if (!lines.length) return { error: "Type at least one sentence." };
    if (lines.length > spec.sentences) return { error: `At most ${spec.sentences} sentences fit; these are ${lines.length}.` };
    const long = lines.findIndex((words) => words.length > spec.words);
    if (long >= 0) return { error: `At most ${spec.words} words fit in a sentence; sentence ${long + 1} has ${lines[long].length}.` };
    const symbols = lines.map((words) => words.join(" "));
    return { value: symbols.join("\n"), symbols };
  },
  tensor: (spec, { symbols }) => padded(spec.sentences, [spec.words, ...spec.shape], symbols.map((line) =>
    line.split(" ").flatMap((word) => spec.data[spec.alphabet.indexOf(word)]))),
};

const matrix = {
  read: (rows, { value: first, min, max }) => (Array.isArray(rows) && rows.length === first.length
    && rows.every((row) => Array.isArray(row) && row.length === first[0].length && row.every(Number.isFinite))
    ? { value: rows.map((row) => row.map((x) => clip(x, min, max))) } : NOTHING),
  tensor: (_, { value }) => tensor([value.length, value[0].length], value.flat()),
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

export const INPUTS = { slider, choice, vector, sequence, actions, story, matrix, whole };

/** What each control of a figure stands at: values from outside, else the first ones. */
export const readAll = (spec, values = {}) => Object.fromEntries(spec.controls.map((each) => {
  const { read } = INPUTS[each.kind];
  const given = Object.hasOwn(values, each.name) ? read(values[each.name], each) : NOTHING;
  return [each.name, given.error === undefined ? given : read(each.value, each)];
}));
