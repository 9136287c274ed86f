// Delivers bodies to the service and, if the shopper consented, stores them on the device until they are delivered.

export const PREFIX = 'glas.o.';
const MAX_ITEMS = 20;
// Storage counts 16-bit units, so this is 64 KB.
const MAX_UNITS = 32768;
const TIMEOUT_MS = 15000;

/** The names of the stored bodies, oldest first, because ids begin with the time. */
export const waiting = (kept) =>
  Object.keys(kept)
    .filter((name) => name.startsWith(PREFIX))
    .sort();

/** Stores the newest revision of a submission, if there is room for it. */
export const keep = (store, id, body) => {
  try {
    const kept = store();
    const name = PREFIX + id;
    const others = waiting(kept).filter((other) => other !== name);
    const units = others.reduce((sum, other) => sum + kept.getItem(other).length, body.length);
    if (others.length < MAX_ITEMS && units <= MAX_UNITS) kept.setItem(name, body);
  } catch {
    // No consent, no storage or no room: the body is only in memory.
  }
};

/** Whether the status is final: the service has accepted or rejected the body. It is then removed from storage, unless
    a newer revision has replaced it there. */
export const settle = (store, name, body, status) => {
  const final = /^(2|4(?!08|25|29))/.test(status);
  try {
    const kept = store();
    if (final && kept.getItem(PREFIX + name) === body) kept.removeItem(PREFIX + name);
  } catch {
    // Nothing is stored.
  }
  return final;
};

/** Makes one attempt. Returns the status (0: the service was not reached), the wait in milliseconds that the service
    asked for (0: none), and the reply. */
export const deliver = async (base, body, keepalive) => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    // A string is sent as text/plain, which needs no CORS preflight.
    const reply = await fetch(`${base}/v1/submissions`, {
      method: 'POST',
      body,
      keepalive,
      credentials: 'omit',
      signal: controller.signal,
    });
    const retryAfter = reply.headers.get('retry-after');
    // The header has seconds or a date.
    const after = retryAfter * 1000 || Date.parse(retryAfter) - Date.now();
    return [reply.status, after > 0 ? Math.min(after, 1e9) : 0, reply];
  } catch {
    return [0, 0];
  } finally {
    clearTimeout(timer);
  }
};
