// The device memory: what Glas stores on the device while the shopper consents, in one entry named `glas`. (Answers
// that are not sent yet have entries of their own; see `widget/src/outbox.js`.) Times are in milliseconds since 1970.
//
// v  number of visits                b  start of this visit        t  last activity
// p  pages viewed in this visit      r  the visitor's random number below 1, for samples
// l  when a survey was last shown
// d  running delays: {survey: [since, trigger, page of the visit]}
// s  history: {survey: [views, last view, last answer, dismissals since that answer, last dismissal]}

/** Parses a stored entry; undefined or false if it is missing or not in our format. */
export const parse = (text) => {
  try {
    const memory = JSON.parse(text);
    return Object.values(memory.s).every(Array.isArray) && memory.d && memory;
  } catch {
    // Missing, or written by another script.
  }
};

/** Records activity; after half an hour without any a new visit begins. `page` is the memory of this page before
    consent, which is merged into the stored one. */
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

/** Reads the memory and, if `change` is given, applies and stores the change. Without consent `page` is the memory. */
export default (store, page, change) => {
  const box = store();
  const memory = (box && parse(box.glas)) || page;
  if (change) {
    if (box) visit(memory, page, Date.now());
    change(memory);
    try {
      if (box) box.glas = JSON.stringify(memory);
    } catch {
      // The storage is full.
    }
  }
  return memory;
};
