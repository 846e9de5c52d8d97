// Figures in a notebook with a kernel: the same figure, its values shared with Python.

import { mount } from "./figure.mjs";
import { floats } from "./host.mjs";

const addStyle = (style) => {
  if (document.getElementById("live-figure-style")) return;
  const element = document.createElement("style");
  element.id = "live-figure-style";
  element.textContent = style;
  document.head.append(element);
};

/** What anywidget calls, with the model of one figure. */
export const renderWith = (style) => async ({ model, el }) => {
  addStyle(style);
  el.dataset.lmSuppressShortcuts = "true"; // keys are for the figure, not for Lab
  const name = model.get("program").replace("IPY_MODEL_", "");
  const program = await model.widget_manager.get_model(name);
  const figure = mount({
    el,
    spec: model.get("spec"),
    values: model.get("values"),
    program: { graph: program.get("graph"), weights: floats(program.get("weights")) },
    onchange: (values) => { model.set("values", values); model.save_changes(); },
  });
  const follow = () => figure.set(model.get("values"));
  model.on("change:values", follow);
  return () => { model.off("change:values", follow); figure.close(); };
};
