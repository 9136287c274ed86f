// Fetched (as `run.js`) where a survey may be shown: waits for its trigger, decides, and shows it.
//
// The config and its surveys come from the Worker with one-letter members, because every page view carries them;
// `PageConfig` in the `survey` crate lists them. The letters of `memory` are listed in `parts/memory.js`.
import { choose, deviceOf, pickLanguage, record, verdict } from './decide.js';

/**
 * Called once by `boot.js`; returns the function to call after each change of `calls` or `state`. The parameters are
 * positional because they cross from one built file to another, where each name would cost bytes on every page view.
 *
 * - `config`: the shop's config
 * - `parts`: the triggers by name, and the other parts that the shop needs
 * - `data`: the `data-*` attributes of the tag
 * - `base`: the origin of the service
 * - `calls`: the queued calls of `glas(…)`, each `[path, verb, ...arguments]`
 * - `state`: shared with `boot.js`, which documents it; its `trackedEvents` are set here
 * - `life`: an AbortController, aborted by `glas('destroy')`
 * - `remember`: updates and returns the device memory
 * - `store`: returns `localStorage` if the shopper has consented
 * - `importModule`: imports a script by URL; its `wasm` is the integrity hash of the wasm file, if there is one
 * - `isHere`: whether a survey belongs to the current page
 * - `safely`: wraps a function so that it never throws
 */
export default (config, parts, data, base, calls, state, life, remember, store, importModule, isHere, safely) => {
  const assets = base + __GLAS_ASSETS__;
  let armed; // The decision that the triggers were armed for.
  let at; // The path that `state.trackedEvents` belongs to.
  let busy; // The survey that is shown or about to be on this page load; 1 after `close`.
  let refused; // The page's policy has blocked one of our files.
  // Sent with the answers: what the page has passed in the tag's attributes and by `identify` and `order`.
  let pageFacts = {
    customer: data.customer,
    sig: data.sig,
    order: data.orderId && { id: data.orderId, value: +data.orderValue, currency: data.orderCurrency },
  };
  let triggers; // An AbortController for the triggers' listeners.
  let widget;

  const listen = ({ signal }) => (target, type, run, options) =>
    target.addEventListener(type, safely((event) => signal.aborted || run(event)), { signal, ...options });
  const on = listen(life);
  const atEnd = (run) => life.signal.addEventListener('abort', safely(run));
  const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail }));
  const find = safely((selector) => document.querySelector(selector));
  const hasPlace = (selector) => !selector || find(data.place || selector);
  const spoken = () => [data.lang, document.documentElement.lang, ...navigator.languages];

  // Imports and runs a script that few pages need. A failure is ignored.
  const lazy = (name, ...given) =>
    importModule(`${assets}/${name}.js`)
      .then((module) => module.default(...given))
      .catch(() => {});

  const isCoarse = matchMedia('(pointer:coarse)').matches;
  const device = () => deviceOf(isCoarse, Math.min(innerWidth, innerHeight));
  const why = (survey) =>
    verdict(survey, remember(), [
      Date.now(),
      isHere,
      device(),
      document.documentElement.lang,
      config.o ?? 7,
      busy,
      find,
    ]);

  const load = async (survey, language, trigger, opener) => {
    // `tag.js` requires integrity hashes; `main.js` has none.
    const get = (url, integrity) => fetch(url, { priority: 'low', integrity });
    const wasm = get(`${assets}/glas_bg.wasm`, importModule.wasm);
    const [view, module] = await Promise.all([
      get(`${base}/w/${config.k}/${survey.id}/${survey.v}/${language}.json`).then((reply) =>
        reply.ok ? reply.json() : Promise.reject(reply.status),
      ),
      importModule(`${assets}/glas.js`).then((module) => module.default(wasm).then(() => module)),
      wasm,
    ]);
    if (busy !== survey) return; // It was closed or replaced by another survey meanwhile.
    widget = module;
    module.show(view, survey, { base, key: config.k, names: config.u, trigger, page: pageFacts, store, place: data.place, opener, device: device() });
    remember((memory) => {
      memory.l = Date.now();
    });
  };

  const show = async (survey, trigger, opener) => {
    busy = survey;
    triggers?.abort();
    const language = pickLanguage(spoken(), survey.l) || survey.l[0];
    try {
      await load(survey, language, trigger, opener);
    } catch {
      // The event `securitypolicyviolation` arrives shortly after the failure itself.
      await new Promise((resume) => setTimeout(resume, 99));
      if (busy !== survey) return;
      busy = 0;
      // Without a policy violation it was the network: report the error and show nothing.
      if (!refused) emit('error', { survey: survey.id });
      else {
        busy = survey;
        lazy('fallback', { base, survey, language, trigger, page: pageFacts, opener, emit, on, atEnd, place: data.place });
      }
    }
  };

  // Shows a survey whose trigger has fired, possibly on an earlier page, once its delay is over.
  const wait = (survey, name, opener, since, { signal }) => {
    const go = () => {
      if (signal.aborted) return;
      // While the page is hidden, the survey waits until it is visible.
      if (document.hidden) listen({ signal })(document, 'visibilitychange', go, { once: true });
      else {
        if (survey.d) remember((memory) => delete memory.d[survey.id]);
        // Decide again: the page or another tab may have changed the state since.
        if (!why(survey)) show(survey, name, opener);
      }
    };
    const left = since + (survey.d || 0) - Date.now();
    if (left > 0) setTimeout(safely(go), left);
    else go();
  };

  const phone = (...given) => isCoarse && lazy('phone', ...given);

  const watch = (survey) => {
    const mine = triggers;
    const pending = state.deviceMemory.d[survey.id];
    if (pending) {
      remember((memory) => {
        memory.d[survey.id][2] = memory.p;
      });
      wait(survey, pending[1], undefined, pending[0], mine);
    }
    for (const [name, ...given] of survey.t || [['load']]) {
      const fire = (opener) => {
        if (mine.signal.aborted || why(survey) || state.deviceMemory.d[survey.id]) return;
        const now = Date.now();
        if (survey.d) {
          remember((memory) => {
            memory.d[survey.id] = [now, name, memory.p];
          });
        }
        wait(survey, name, opener, now, mine);
      };
      if (name === 'load') fire();
      else safely(parts[name])(fire, listen(mine), [state, mine.signal, phone], ...given);
    }
  };

  const arm = () => {
    const page = (state.pageEnd = new AbortController());
    triggers?.abort();
    triggers = new AbortController();
    page.signal.addEventListener('abort', () => page === state.pageEnd && triggers.abort());
    for (const survey of config.s) {
      const { id } = survey;
      const reason = why(survey);
      // A delay lasts while the shopper stays on matching pages; one page without the survey ends it.
      if (state.deviceMemory.d[id] && (reason || state.deviceMemory.p - state.deviceMemory.d[id][2] > 1)) {
        remember((memory) => delete memory.d[id]);
      }
      if (survey.m === 'button') {
        const { z } = survey;
        if (z && !(reason > 'n')) {
          const label = z[pickLanguage(spoken(), Object.keys(z))] || Object.values(z)[0];
          safely(parts.button)(survey.y || [], label, listen(page), page.signal, (opener) => show(survey, 'button', opener));
        }
      } else if (!reason) watch(survey);
    }
  };

  const verbs = {
    open: (path, id, opener) => {
      const survey = choose(config.s, isHere, hasPlace, id);
      if (survey) show(survey, data.trigger || 'open', opener);
      else if (opener?.href) location = opener.href;
    },
    close: () => {
      busy = 1;
      widget?.close();
    },
    identify: (path, customer, traits) => {
      pageFacts.customer = customer;
      pageFacts.traits = traits;
    },
    order: (path, order) => {
      pageFacts.order = order;
    },
    track: (path, ...event) => {
      if (path !== state.decidedPath) return;
      state.trackedEvents.push(event);
      emit('track', event);
    },
    reset: () => {
      pageFacts = {};
    },
    destroy: () => {
      widget?.close();
      state.pageEnd?.abort();
      lazy('leave', config.s, find, life);
    },
  };

  on(document, 'securitypolicyviolation', ({ blockedURI, disposition }) => {
    if (disposition === 'enforce' && blockedURI.startsWith(base)) refused = 1;
  });
  ['shown', 'answered', 'completed', 'dismissed'].forEach((name, what) =>
    on(document, `glas:${name}`, ({ detail }) =>
      remember((memory) => record(memory, detail.survey, what, Date.now())),
    ),
  );
  if (/glas-debug/.test(location)) lazy('debug', config, parts, state, why, atEnd);

  let flushed;
  // Sends the answers that an earlier page could not send.
  const flush = safely(() => {
    if (!flushed && /\bglas\.o\./.test(Object.keys(store() || 0))) flushed = lazy('flush', base, store);
  });

  return () => {
    if (at !== state.decidedPath) state.trackedEvents = [];
    at = state.decidedPath;
    for (const [path, verb, ...given] of calls.splice(0)) safely(verbs[verb])(path, ...given);
    if (armed === state.decisionCount || life.signal.aborted) return;
    armed = state.decisionCount;
    arm();
    if (!busy) flush();
  };
};
