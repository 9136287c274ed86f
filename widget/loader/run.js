// Fetched where a survey may be asked: watches for its moment, decides, and shows it.
import { choose, deviceOf, pickLanguage, record, verdict } from './decide.js';

/** From `boot.js`, which says what is in `state`. Here it gets e: events told on this page. */
export default (config, parts, data, base, calls, state, life, remember, store, bring, isHere, quiet) => {
  const assets = base + __GLAS_ASSETS__;
  let armed;
  let at;
  let busy; // A survey was shown on this page load, or is about to be.
  let refused; // By the page's policy.
  let told = {
    customer: data.customer,
    order: data.orderId && { id: data.orderId, value: +data.orderValue, currency: data.orderCurrency },
  };
  let triggers; // Ends their listeners.
  let widget;

  const listen = ({ signal }) => (target, type, run, options) =>
    target.addEventListener(type, quiet((event) => signal.aborted || run(event)), { signal, ...options });
  const on = listen(life);
  const atEnd = (run) => life.signal.addEventListener('abort', quiet(run));
  const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail }));
  const find = quiet((selector) => document.querySelector(selector));
  const hasPlace = (selector) => !selector || find(data.place || selector);
  const spoken = () => [data.lang, document.documentElement.lang, ...navigator.languages];

  // What few pages need. A failure is silent: so is all of this.
  const lazy = (name, ...given) =>
    bring(`${assets}/${name}.js`)
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
    // A hash is the owner's to require; see `tag.js`.
    const get = (url, integrity) => fetch(url, { priority: 'low', integrity });
    const wasm = get(`${assets}/glas_bg.wasm`, bring.wasm);
    const [view, module] = await Promise.all([
      get(`${base}/w/${config.k}/${survey.id}/${survey.v}/${language}.json`).then((reply) =>
        reply.ok ? reply.json() : Promise.reject(reply.status),
      ),
      bring(`${assets}/glas.js`).then((module) => module.default(wasm).then(() => module)),
      wasm,
    ]);
    if (busy !== survey) return; // Closed, or another one asked for, in the meantime.
    widget = module;
    module.show(view, survey, { base, key: config.k, trigger, told, store, place: data.place, opener, device: device() });
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
      // The page hears of a refusal a little later than we do.
      await new Promise((resume) => setTimeout(resume, 99));
      if (busy !== survey) return;
      busy = 0;
      // The network's failures are nobody's fault, and bother nobody.
      if (!refused) emit('error', { survey: survey.id });
      else {
        busy = survey;
        lazy('fallback', { base, survey, language, trigger, told, opener, emit, on, atEnd, place: data.place });
      }
    }
  };

  // A survey whose trigger happened, maybe long ago on an earlier page.
  const wait = (survey, name, opener, since, { signal }) => {
    const go = () => {
      if (signal.aborted) return;
      // Nobody is there to be asked: later.
      if (document.hidden) listen({ signal })(document, 'visibilitychange', go, { once: true });
      else {
        if (survey.d) remember((memory) => delete memory.d[survey.id]);
        // Decided again: meanwhile the page, or another tab, may have changed everything.
        if (!why(survey)) show(survey, name, opener);
      }
    };
    const left = since + (survey.d || 0) - Date.now();
    if (left > 0) setTimeout(quiet(go), left);
    else go();
  };

  const phone = (...given) => isCoarse && lazy('phone', ...given);

  const watch = (survey) => {
    const mine = triggers;
    const pending = state.m.d[survey.id];
    if (pending) {
      remember((memory) => {
        memory.d[survey.id][2] = memory.p;
      });
      wait(survey, pending[1], undefined, pending[0], mine);
    }
    for (const [name, ...given] of survey.t || [['load']]) {
      const fire = (opener) => {
        if (mine.signal.aborted || why(survey) || state.m.d[survey.id]) return;
        const now = Date.now();
        if (survey.d) {
          remember((memory) => {
            memory.d[survey.id] = [now, name, memory.p];
          });
        }
        wait(survey, name, opener, now, mine);
      };
      if (name === 'load') fire();
      else quiet(parts[name])(fire, listen(mine), [state, mine.signal, phone], ...given);
    }
  };

  const arm = () => {
    const page = (state.w = new AbortController());
    triggers?.abort();
    triggers = new AbortController();
    page.signal.addEventListener('abort', () => page === state.w && triggers.abort());
    for (const survey of config.s) {
      const { id } = survey;
      const reason = why(survey);
      // A delay ends with the pages that it belongs to: this one, and those right before it.
      if (state.m.d[id] && (reason || state.m.p - state.m.d[id][2] > 1)) remember((memory) => delete memory.d[id]);
      if (survey.m === 'button') {
        const { z } = survey;
        if (z && !(reason > 'n')) {
          const label = z[pickLanguage(spoken(), Object.keys(z))] || Object.values(z)[0];
          quiet(parts.button)(survey.y || [], label, listen(page), page.signal, (opener) => show(survey, 'button', opener));
        }
      } else if (!reason) watch(survey);
    }
  };

  const verbs = {
    open: (page, id, opener) => {
      const survey = choose(config.s, isHere, hasPlace, id);
      if (survey) show(survey, data.trigger || 'open', opener);
      else if (opener?.href) location = opener.href;
    },
    close: () => {
      busy = 1;
      widget?.close();
    },
    identify: (page, customer, traits) => {
      told.customer = customer;
      told.traits = traits;
    },
    order: (page, order) => {
      told.order = order;
    },
    track: (page, ...event) => {
      if (page !== state.h) return;
      state.e.push(event);
      emit('track', event);
    },
    reset: () => {
      told = {};
    },
    destroy: () => {
      widget?.close();
      state.w?.abort();
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
  // Answers that an earlier page could not send.
  const flush = quiet(() => {
    if (!flushed && /\bglas\.o\./.test(Object.keys(store() || 0))) flushed = lazy('flush', base, store);
  });

  return () => {
    if (at !== state.h) state.e = [];
    at = state.h;
    for (const [page, verb, ...given] of calls.splice(0)) quiet(verbs[verb])(page, ...given);
    if (armed === state.n || life.signal.aborted) return;
    armed = state.n;
    arm();
    if (!busy) flush();
  };
};
