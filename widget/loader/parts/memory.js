// What Glas keeps on the device, while the shopper agrees: one entry `glas`, and the widget's answers on their way.
//
// v visits  b this visit's begin  t last sign of life  p pages of this visit  r the visitor's number for samples
// l a survey was last shown  d delays that run: {survey: [since, trigger, page of the visit]}
// s {survey: [views, last view, last answer, dismissals since, last dismissal]}

/** What was kept; nothing if it is none of ours. */
export const parse = (text) => {
  try {
    const memory = JSON.parse(text);
    return Object.values(memory.s).every(Array.isArray) && memory.d && memory;
  } catch {
    // Nothing, or somebody else's.
  }
};

/** A sign of life: after half an hour without one a new visit begins. `page` is what happened before consent. */
export const visit = (memory, page, now) => {
  if (!(now - memory.t < 18e5)) {
    memory.v = (memory.v | 0) + 1;
    if (memory.t) {
      memory.b = now;
      memory.p = 0;
      memory.d = {};
    }
  }
  memory.t = now;
  if (!page.t) {
    memory.p += page.p;
    memory.l = page.l || memory.l;
    Object.assign(memory.s, page.s);
  }
};

export default (store, page, change) => {
  const box = store();
  const memory = (box && parse(box.glas)) || page;
  if (change) {
    if (box) visit(memory, page, Date.now());
    change(memory);
    try {
      if (box) box.glas = JSON.stringify(memory);
    } catch {
      // Full.
    }
  }
  return memory;
};
