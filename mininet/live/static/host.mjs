// Figures in the built book: no kernel, no server, no other host. The state that the
// notebook stored stands in the page as JSON; every element with data-live-model becomes
// the figure it names. One figure that fails leaves its stored picture and says so.

import { mount } from "./figure.mjs";

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';

/** Put binary values back into a widget's state. */
const withBuffers = ({ state, buffers = [] }) => {
  const whole = { ...state };
  for (const { path, data } of buffers) {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    if (path.length === 1) whole[path[0]] = bytes;
  }
  return whole;
};

/** float32 weights from bytes that may start anywhere. */
export const floats = (bytes) => {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength);
  return new Float32Array(view.slice().buffer);
};

/** Bring every figure of the page to life. */
export const start = () => {
  const places = document.querySelectorAll("[data-live-model]:not(.lf-ready)");
  if (!places.length) return;
  const models = {};
  for (const script of document.querySelectorAll(STATE)) Object.assign(models, JSON.parse(script.textContent).state);
  const programs = new Map();
  for (const el of places) {
    const stored = [...el.childNodes];
    try {
      const { spec, values, program: name } = withBuffers(models[el.dataset.liveModel]);
      if (!programs.has(name)) {
        const { graph, weights } = withBuffers(models[name.replace("IPY_MODEL_", "")]);
        programs.set(name, { graph, weights: floats(weights ?? new Uint8Array()) });
      }
      mount({ el, spec, values, program: programs.get(name) });
    } catch (error) {
      el.replaceChildren(...stored);
      const note = document.createElement("p");
      note.className = "lf-note";
      note.textContent = "This figure could not be brought to life; this is its stored picture.";
      el.append(note);
      console.error("live figure:", error);
    }
  }
};
