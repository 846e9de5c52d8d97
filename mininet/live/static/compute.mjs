// From what a figure's controls stand at to its function's outputs, at every step.
// Knows no page: figure.mjs draws what comes out, headless.mjs hands it to Python.

import { compile, tensor } from "./interpreter.mjs";
import { INPUTS } from "./inputs.mjs";

/** An object with f of each value. */
export const mapped = (object, f) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, f(value, name)]));

/** The control that a figure with state takes its steps along. */
export const walked = (spec) => spec.state && spec.controls.find(({ kind }) => INPUTS[kind].steps);

/**
 * A figure's function. spec: what mininet/live/description.py describes. program: {graph,
 * weights}. What comes back takes what the controls stand at, by name, and gives {inputs,
 * symbols, count, history}: all steps' outputs by name; without state one step, no history
 * but `outputs`.
 */
export const computer = (spec, program) => {
  const run = compile(program.graph, program.weights);
  const constants = mapped(spec.constants, (value) => tensor(value.shape, value.data));
  const controls = Object.fromEntries(spec.controls.map((each) => [each.name, each]));
  const path = walked(spec);
  const typed = path?.name;
  const give = (now, name, t) => INPUTS[controls[name].kind].tensor(controls[name], now[name], t);
  return (now) => {
    const read = mapped(controls, (_, name) => give(now, name));
    const symbols = Object.fromEntries(Object.entries(now)
      .filter(([, each]) => each.symbols).map(([name, each]) => [name, each.symbols]));
    const inputs = { ...constants, ...read };
    if (!spec.state) return { inputs, symbols, history: null, outputs: run(inputs), count: 1 };
    const count = typed ? INPUTS[path.kind].steps(path, now[typed]) : spec.steps;
    const history = {};
    for (let t = 0; t < count; t++) {
      if (typed) inputs[typed] = give(now, typed, t);
      const outputs = run(inputs);
      for (const name in outputs) (history[name] ??= []).push(outputs[name]);
      for (const [input, output] of Object.entries(spec.state)) inputs[input] = outputs[output];
    }
    return { inputs, symbols, history, outputs: null, count, blank: path?.blank ?? "" };
  };
};

/** The step that is shown at first. */
export const firstStep = (spec, count) => Math.min(spec.first ?? count - 1, count - 1);

/** What is drawn at a step: see `draw` in views.mjs. */
export const shownAt = (computed, step) => ({
  ...computed,
  step,
  values: { ...computed.inputs, ...(computed.outputs ?? mapped(computed.history, (past) => past[step])) },
});
