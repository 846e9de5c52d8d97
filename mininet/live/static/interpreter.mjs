// The operations of a traced function, and nothing else: pure functions on values
// {shape, data: Float32Array}. Every one is tested against torch; nothing here knows of
// pages, figures or models. Sums are taken in double precision and rounded once.

const FORMAT = 1;

export const count = (shape) => shape.reduce((product, size) => product * size, 1);

export const tensor = (shape, data) => ({ shape, data: Float32Array.from(data) });

const empty = (shape) => ({ shape, data: new Float32Array(count(shape)) });

const strides = (shape) => {
  const steps = new Array(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    steps[axis] = step;
    step *= shape[axis];
  }
  return steps;
};

/** The shape that two broadcast to, or an error in torch's words. */
const broadcast = (a, b) => {
  const rank = Math.max(a.length, b.length);
  const shape = new Array(rank);
  for (let k = 1; k <= rank; k++) {
    const x = a[a.length - k] ?? 1;
    const y = b[b.length - k] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new Error(`shapes ${a} and ${b} do not broadcast`);
    }
    shape[rank - k] = x === 1 ? y : x;
  }
  return shape;
};

const known = new Map(); // where elements lie depends on shapes alone: found once

/** Where each element of `shape` lies in a value of a shape that broadcasts to it. */
const places = (from, shape) => {
  const key = `${from}:${shape}`;
  if (!known.has(key)) known.set(key, findPlaces(from, shape));
  return known.get(key);
};

const findPlaces = (from, shape) => {
  const steps = strides(from);
  const offset = shape.length - from.length;
  const step = shape.map((_, axis) =>
    axis < offset || from[axis - offset] === 1 ? 0 : steps[axis - offset]);
  return walk(shape, step);
};

/** The index of every element in row order, given how far one step along an axis is. */
const walk = (shape, step, start = 0) => {
  const result = new Int32Array(count(shape));
  const position = new Array(shape.length).fill(0);
  let place = start;
  for (let i = 0; i < result.length; i++) {
    result[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += step[axis];
      if (++position[axis] < shape[axis]) break;
      place -= step[axis] * shape[axis];
      position[axis] = 0;
    }
  }
  return result;
};

const same = (a, b) => a.length === b.length && a.every((size, axis) => size === b[axis]);

const unary = (f) => ([x]) => {
  const result = empty(x.shape);
  for (let i = 0; i < result.data.length; i++) result.data[i] = f(x.data[i]);
  return result;
};

const binary = (f) => ([a, b]) => {
  const shape = broadcast(a.shape, b.shape);
  const result = empty(shape);
  const { data } = result;
  const n = data.length;
  if (same(a.shape, b.shape)) {
    for (let i = 0; i < n; i++) data[i] = f(a.data[i], b.data[i]);
  } else if (b.data.length === 1) {
    const y = b.data[0];
    for (let i = 0; i < n; i++) data[i] = f(a.data[i], y);
  } else if (a.data.length === 1) {
    const x = a.data[0];
    for (let i = 0; i < n; i++) data[i] = f(x, b.data[i]);
  } else {
    const left = places(a.shape, shape);
    const right = places(b.shape, shape);
    for (let i = 0; i < n; i++) data[i] = f(a.data[left[i]], b.data[right[i]]);
  }
  return result;
};

/** Fold groups of elements along `axes`, each group as one array, to size 1. */
const reduce = (f) => ([x], { axes }) => {
  const steps = strides(x.shape);
  const pick = (keep) => x.shape.map((size, axis) => axes.includes(axis) === keep ? 1 : size);
  const shape = pick(true);
  const inner = walk(pick(false), steps);
  const result = empty(shape);
  walk(shape, steps).forEach((place, i) => { result.data[i] = f(x.data, place, inner); });
  return result;
};

const total = (data, place, inner, power = 1) => {
  let sum = 0;
  for (let i = 0; i < inner.length; i++) {
    const value = data[place + inner[i]];
    sum += power === 2 ? value * value : value;
  }
  return sum;
};

const extreme = (f, first) => (data, place, inner) => {
  let best = first;
  for (let i = 0; i < inner.length; i++) best = f(best, data[place + inner[i]]);
  return best;
};

/** Apply f to every line along one axis: f(read, write, length, falls). */
const lines = (f, outShape = (shape) => shape) => ([x], { axis, falls }) => {
  const n = x.shape[axis];
  const step = strides(x.shape)[axis];
  const shape = outShape(x.shape, axis);
  const result = empty(shape);
  const stepOut = strides(shape)[axis];
  const block = step * n;
  const outer = block ? x.data.length / block : 0;
  for (let o = 0; o < outer; o++) {
    for (let inner = 0; inner < step; inner++) {
      const from = o * block + inner;
      const to = o * stepOut * shape[axis] + inner;
      f((i) => x.data[from + i * step],
        (i, value) => { result.data[to + i * stepOut] = value; }, n, falls);
    }
  }
  return result;
};

const softmax = (finish) => lines((read, write, n) => {
  let top = -Infinity;
  for (let i = 0; i < n; i++) top = Math.max(top, read(i));
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(read(i) - top);
  for (let i = 0; i < n; i++) write(i, finish(read(i) - top, sum));
});

const argument = (better) => lines((read, write, n) => {
  let best = 0;
  for (let i = 1; i < n && !Number.isNaN(read(best)); i++) {
    if (better(read(i), read(best)) || Number.isNaN(read(i))) best = i;
  }
  write(0, best);
}, (shape, axis) => shape.map((size, a) => (a === axis ? 1 : size)));

/** Four columns at a time: their sums stay in registers. */
const matmul = ([a, b]) => {
  const [n, m] = a.shape.slice(-2);
  const p = b.shape.at(-1);
  const batch = a.shape.slice(0, -2);
  const result = empty([...batch, n, p]);
  const left = a.data;
  const right = b.data;
  const out = result.data;
  for (let i = 0; i < count(batch) * n; i++) {
    const block = Math.floor(i / n) * m * p;
    for (let j = 0; j < p; j += 4) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      const few = Math.min(4, p - j);
      for (let k = 0, from = block + j; k < m; k++, from += p) {
        const x = left[i * m + k];
        s0 += x * right[from];
        if (few > 1) s1 += x * right[from + 1];
        if (few > 2) s2 += x * right[from + 2];
        if (few > 3) s3 += x * right[from + 3];
      }
      out[i * p + j] = s0;
      if (few > 1) out[i * p + j + 1] = s1;
      if (few > 2) out[i * p + j + 2] = s2;
      if (few > 3) out[i * p + j + 3] = s3;
    }
  }
  return result;
};

const slice = ([x], { axis, start, end, step }) => {
  const shape = [...x.shape];
  shape[axis] = Math.ceil((end - start) / step);
  const steps = strides(x.shape);
  const first = start * steps[axis];
  steps[axis] *= step;
  return gatherPlaces(x, shape, walk(shape, steps, first));
};

const gatherPlaces = (x, shape, from) => {
  const result = empty(shape);
  for (let i = 0; i < from.length; i++) result.data[i] = x.data[from[i]];
  return result;
};

const cat = (parts, { axis }) => {
  const shape = [...parts[0].shape];
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis], 0);
  const result = empty(shape);
  const inner = count(shape.slice(axis + 1));
  const whole = inner * shape[axis];
  let offset = 0;
  for (const part of parts) {
    const size = inner * part.shape[axis];
    for (let o = 0; size && o < part.data.length / size; o++) {
      result.data.set(part.data.subarray(o * size, (o + 1) * size), o * whole + offset);
    }
    offset += size;
  }
  return result;
};

/** A place along an axis, counted from the end when negative. */
const checked = (index, size) => {
  const place = index < 0 ? index + size : index;
  if (!(place >= 0 && place < size)) throw new Error(`index ${index} is out of ${size}`);
  return place;
};

const take = ([x, index], { axis }) => {
  const outer = x.shape.slice(0, axis);
  const inner = count(x.shape.slice(axis + 1));
  const size = x.shape[axis];
  const n = index.data.length;
  const result = empty([...outer, n, ...x.shape.slice(axis + 1)]);
  for (let o = 0; o < count(outer); o++) {
    for (let i = 0; i < n; i++) {
      const from = (o * size + checked(index.data[i], size)) * inner;
      result.data.set(x.data.subarray(from, from + inner), (o * n + i) * inner);
    }
  }
  return result;
};

/** Where in x each number of an index along an axis points. */
const pointed = (x, index, axis) => {
  const steps = strides(x.shape);
  const along = steps[axis] ?? 1;
  const base = walk(index.shape, steps.map((step, a) => (a === axis ? 0 : step)));
  return base.map((from, i) => from + checked(index.data[i], x.shape[axis] ?? 1) * along);
};

const gather = ([x, index], { axis }) =>
  gatherPlaces(x, index.shape, pointed(x, index, axis));

const scatter = (put) => ([x, index, piece], { axis }) => {
  const data = x.data.slice();
  const from = walk(index.shape, strides(piece.shape));
  pointed(x, index, axis).forEach((to, i) => {
    data[to] = put(data[to], piece.data[from[i]]);
  });
  return { shape: x.shape, data };
};

/** Whether a is larger; NaN is the largest, as in torch. */
const above = (a, b) => (a > b || (Number.isNaN(a) && !Number.isNaN(b)) ? 1 : 0);

const cumulate = (f, first) => lines((read, write, n) => {
  for (let i = 0, running = first; i < n; i++) write(i, (running = f(running, read(i))));
});

/** Halves go to the even neighbour, as in torch. */
const round = (x) => {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 ? up - 1 : up;
};

const remainder = (a, b) => {
  const rest = a % b;
  return rest !== 0 && (rest < 0) !== (b < 0) ? Math.fround(rest + b) : rest;
};

/** C's pow: 1 to any power, and -1 to an infinite one, is 1. */
const power = (a, b) =>
  (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

const truth = (f) => (a, b) => (f(a, b) ? 1 : 0);

const larger = (a, b) => Math.max(a, b);
const smaller = (a, b) => Math.min(a, b);

export const operations = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  log1p: unary(Math.log1p),
  expm1: unary(Math.expm1),
  log2: unary(Math.log2),
  log10: unary(Math.log10),
  sqrt: unary(Math.sqrt),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  abs: unary(Math.abs),
  reciprocal: unary((x) => 1 / x),
  relu: unary((x) => (x < 0 ? 0 : x)),
  sign: unary((x) => (x > 0 ? 1 : x < 0 ? -1 : 0)),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
  round: unary(round),
  trunc: unary(Math.trunc),
  isnan: unary((x) => (Number.isNaN(x) ? 1 : 0)),
  isinf: unary((x) => (Math.abs(x) === Infinity ? 1 : 0)),
  logical_not: unary((x) => (x === 0 ? 1 : 0)),
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  pow: binary(power),
  atan2: binary(Math.atan2),
  fmod: binary((a, b) => a % b),
  remainder: binary(remainder),
  maximum: binary(larger),
  minimum: binary(smaller),
  eq: binary(truth((a, b) => a === b)),
  ne: binary(truth((a, b) => a !== b)),
  lt: binary(truth((a, b) => a < b)),
  le: binary(truth((a, b) => a <= b)),
  gt: binary(truth((a, b) => a > b)),
  ge: binary(truth((a, b) => a >= b)),
  logical_and: binary(truth((a, b) => a !== 0 && b !== 0)),
  logical_or: binary(truth((a, b) => a !== 0 || b !== 0)),
  logical_xor: binary(truth((a, b) => (a !== 0) !== (b !== 0))),
  where: ([condition, a, b]) => {
    const shape = broadcast(condition.shape, broadcast(a.shape, b.shape));
    const result = empty(shape);
    const [c, x, y] = [condition, a, b].map((value) => places(value.shape, shape));
    for (let i = 0; i < result.data.length; i++) {
      result.data[i] = condition.data[c[i]] !== 0 ? a.data[x[i]] : b.data[y[i]];
    }
    return result;
  },
  sum: reduce((data, place, inner) => total(data, place, inner)),
  mean: reduce((data, place, inner) => Math.fround(total(data, place, inner)) / inner.length),
  norm: reduce((data, place, inner) => Math.sqrt(total(data, place, inner, 2))),
  amax: reduce(extreme(larger, -Infinity)),
  amin: reduce(extreme(smaller, Infinity)),
  prod: reduce(extreme((a, b) => a * b, 1)),
  any: reduce(extreme((a, b) => (a !== 0 || b !== 0 ? 1 : 0), 0)),
  argmax: argument((a, b) => a > b),
  argmin: argument((a, b) => a < b),
  argsort: lines((read, write, n, falls) => {
    const sign = falls ? -1 : 1;
    const order = Array.from({ length: n }, (_, i) => i);
    order.sort((i, j) => sign * (above(read(i), read(j)) - above(read(j), read(i))));
    order.forEach((from, i) => write(i, from));
  }),
  cumsum: cumulate((a, b) => a + b, 0),
  cumprod: cumulate((a, b) => a * b, 1),
  softmax: softmax((x, sum) => Math.exp(x) / sum),
  log_softmax: softmax((x, sum) => x - Math.log(sum)),
  matmul,
  reshape: ([x], { shape }) => ({ shape, data: x.data }),
  expand: ([x], { shape }) => gatherPlaces(x, shape, places(x.shape, shape)),
  permute: ([x], { order }) => {
    const steps = strides(x.shape);
    const shape = order.map((axis) => x.shape[axis]);
    return gatherPlaces(x, shape, walk(shape, order.map((axis) => steps[axis])));
  },
  slice,
  flip: ([x], { axis }) => {
    const steps = strides(x.shape);
    const last = (x.shape[axis] - 1) * (steps[axis] ?? 0);
    steps[axis] = -steps[axis];
    return gatherPlaces(x, x.shape, walk(x.shape, steps, Math.max(0, last)));
  },
  cat,
  take,
  gather,
  scatter: scatter((_, value) => value),
  scatter_add: scatter((before, value) => before + value),
};

/**
 * A function from inputs by name to outputs by name, from a graph and its weights.
 * Throws at once for a format or an operation it does not know.
 */
export const compile = (graph, weights) => {
  if (graph.format !== FORMAT) throw new Error(`unknown graph format ${graph.format}`);
  let offset = 0;
  const constants = graph.constants.map((shape) => {
    const data = weights.subarray(offset, (offset += count(shape)));
    return { shape, data };
  });
  if (offset !== weights.length) throw new Error("weights do not match the graph");
  const steps = graph.nodes.map(([name, ids, attributes]) => {
    if (!Object.hasOwn(operations, name)) throw new Error(`unknown operation ${name}`);
    return { run: operations[name], ids, attributes };
  });
  return (inputs) => {
    const values = graph.inputs.map(([name, shape]) => {
      if (!inputs[name] || !same(inputs[name].shape, shape)) {
        throw new Error(`input ${name} must have shape [${shape}]`);
      }
      return inputs[name];
    });
    values.push(...constants);
    for (const { run, ids, attributes } of steps) {
      values.push(run(ids.map((id) => values[id]), attributes));
    }
    return Object.fromEntries(graph.outputs.map(([name, , id]) => [name, values[id]]));
  };
};
