// A figure without a page: mininet/live/engine.py runs this in an embedded engine, for the
// picture that a notebook stores and to hold the page's numbers against torch's.
// Numbers travel as bytes, so that infinities and the last digit arrive.

import { compile } from "./interpreter.mjs";
import { readAll } from "./inputs.mjs";
import { computer, firstStep, shownAt } from "./compute.mjs";
import { draw } from "./views.mjs";

let given = new Float32Array();
let found = [];

/** Room that Python fills with float32 numbers: the program's weights, then any inputs. */
export const room = (bytes) => {
  const buffer = new ArrayBuffer(bytes);
  given = new Float32Array(buffer);
  return buffer;
};

/** The numbers that were found last. */
export const bytes = () => {
  const all = new Float32Array(found.reduce((sum, { data }) => sum + data.length, 0));
  let place = 0;
  for (const { data } of found) {
    all.set(data, place);
    place += data.length;
  }
  return all.buffer;
};

/** Names and shapes; `bytes` gives the numbers. */
const listed = (outputs) => Object.entries(outputs).map(([name, value]) => {
  found.push(value);
  return [name, value.shape];
});

/** A program's outputs at inputs, [name, shape] each, whose numbers follow the weights. */
export const run = (graph, size, inputs) => {
  found = [];
  let place = size;
  const values = {};
  for (const [name, shape] of inputs) {
    const length = shape.reduce((product, n) => product * n, 1);
    values[name] = { shape, data: given.slice(place, place + length) };
    place += length;
  }
  return listed(compile(graph, given.slice(0, size))(values));
};

/** A figure's outputs at each of some settings of its controls, and at every step. */
export const outputs = (spec, graph, settings) => {
  found = [];
  const compute = computer(spec, { graph, weights: given });
  return settings.map((values) => {
    const computed = compute(readAll(spec, values));
    return Array.from({ length: computed.count }, (_, step) =>
      listed(computed.outputs ?? Object.fromEntries(
        Object.entries(computed.history).map(([name, past]) => [name, past[step]]))));
  });
};

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => SIGNS[sign]);

/** The first picture as SVG. `colours`: CSS for each role, readable without the book's. */
export const picture = (spec, graph, values, width, colours) => {
  const computed = computer(spec, { graph, weights: given })(readAll(spec, values));
  const env = { ...shownAt(computed, firstStep(spec, computed.count)), cursor: null, label: () => "" };
  const { height, marks } = draw(spec.views, env, width);
  const drawn = marks.map(([tag, attributes, text]) => {
    const said = Object.entries(attributes).map(([name, value]) =>
      ` ${name}="${escaped(name === "fill" || name === "stroke" ? colours[value] ?? value : value)}"`);
    return `<${tag}${said.join("")}>${escaped(text ?? "")}</${tag}>`.replace(`></${tag}>`, "/>");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${Math.ceil(height)}" `
    + `role="img" aria-label="${escaped(spec.alt)}" `
    + `style="width: 100%; max-width: ${width}px; overflow: visible">${drawn.join("")}</svg>`;
};
