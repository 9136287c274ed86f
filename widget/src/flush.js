// Sends the answers that earlier pages could not send. Loaded without a survey.
import { deliver, PREFIX, settle, waiting } from './outbox.js';

/** Sends the stored bodies one after the other and stops at the first failure. If the service sent `Retry-After`, it
    tries again then, otherwise on a later page. Only one tab does this at a time; two would do no harm, because the
    service ignores duplicate ids. */
const flush = async (base, store) => {
  const send = async () => {
    for (const name of waiting(store())) {
      const body = store().getItem(name);
      const [status, after] = await deliver(base, body);
      if (!settle(store, name.slice(PREFIX.length), body, status)) {
        if (after) setTimeout(flush, after, base, store);
        return;
      }
    }
  };
  try {
    if (!navigator.locks) await send();
    else await navigator.locks.request(PREFIX, { ifAvailable: true }, (mine) => mine && send());
  } catch {
    // The shopper has withdrawn consent meanwhile, or the page has no storage.
  }
};

export default flush;
