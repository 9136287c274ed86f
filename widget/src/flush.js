// Sends what earlier pages could not. Nothing here is shown, so nothing of it is loaded with a survey.
import { deliver, PREFIX, settle, waiting } from './outbox.js';

/** Sends what earlier pages left, one after the other, up to the first that does not get through: once more when the
    service says so, else on a later page. One tab at a time; two would do no harm, as the service knows the ids. */
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
    // The shopper took the consent back meanwhile, or the page has no storage.
  }
};

export default flush;
