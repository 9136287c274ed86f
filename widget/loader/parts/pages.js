// Trigger: this many pages in this visit, including the current one.
export default (fire, on, [{ deviceMemory }], count) => {
  if (deviceMemory.p >= count) fire();
};
