// So many seconds on the site, in this visit.
export default (fire, on, [{ m: memory }], seconds) => {
  setTimeout(fire, memory.b + seconds * 1e3 - Date.now());
};
