// Trigger: this many seconds on the site in this visit.
export default (fire, on, [{ deviceMemory }], seconds) => {
  setTimeout(fire, deviceMemory.b + seconds * 1e3 - Date.now());
};
