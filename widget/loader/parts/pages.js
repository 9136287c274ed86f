// So many pages in this visit, this one among them.
export default (fire, on, [{ m: memory }], count) => {
  if (memory.p >= count) fire();
};
