// Getting bodies to the service, and keeping them on the device until they are there, where the shopper agreed to that.

export const PREFIX = 'glas.o.';
const MAX_ITEMS = 20;
// Storage counts 16-bit units: 64 KB.
const MAX_UNITS = 32768;
// A try without a reply ends after so many milliseconds.
const PATIENCE = 15000;

/** Names of what is kept, oldest first: ids begin with the time. */
export const waiting = (kept) =>
  Object.keys(kept)
    .filter((name) => name.startsWith(PREFIX))
    .sort();

/** Keeps the newest revision of a submission, if there is a place for it. */
export const keep = (store, id, body) => {
  try {
    const kept = store();
    const name = PREFIX + id;
    const others = waiting(kept).filter((other) => other !== name);
    const units = others.reduce((sum, other) => sum + kept.getItem(other).length, body.length);
    if (others.length < MAX_ITEMS && units <= MAX_UNITS) kept.setItem(name, body);
  } catch {
    // No consent, no storage or no room: it stays in memory.
  }
};

/** Whether the service has decided about a body, for good or bad; then it need not be kept, unless a newer one is. */
export const settle = (store, name, body, status) => {
  const over = /^(2|4(?!08|25|29))/.test(status);
  try {
    const kept = store();
    if (over && kept.getItem(PREFIX + name) === body) kept.removeItem(PREFIX + name);
  } catch {
    // There is nothing kept.
  }
  return over;
};

/** Tries once. The status, 0 = not reached, the wait in milliseconds that the service asks for, 0 = none, and the reply. */
export const deliver = async (base, body, keepalive) => {
  const patience = new AbortController();
  const limit = setTimeout(() => patience.abort(), PATIENCE);
  try {
    // A string goes as text/plain, which needs no question to the service beforehand.
    const reply = await fetch(`${base}/v1/submissions`, {
      method: 'POST',
      body,
      keepalive,
      credentials: 'omit',
      signal: patience.signal,
    });
    const wish = reply.headers.get('retry-after');
    // Seconds or a date.
    const after = wish * 1000 || Date.parse(wish) - Date.now();
    return [reply.status, after > 0 ? Math.min(after, 1e9) : 0, reply];
  } catch {
    return [0, 0];
  } finally {
    clearTimeout(limit);
  }
};
