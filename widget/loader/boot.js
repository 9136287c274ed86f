// The tag on the shop's page, on every page view: it counts the page, and fetches `run.js` where a survey may be asked.
// Whatever goes wrong in here stays in here.
import { pageMatches } from './pages.js';
import { quiet } from './quiet.js';

/** `parts` are the triggers and whatever else this shop needs; `bring` imports a script. */
export const boot = (config, parts, script, bring) => {
  const earlier = window.glas;
  // A second copy of the tag leaves everything to the first.
  if (earlier?.key) return;

  const { src, dataset: data } = script;
  const base = new URL(src).origin;
  const calls = [];
  const life = new AbortController();
  const on = (target, type, run) => target.addEventListener(type, quiet(run), life);
  // Shared with `run.js`. c: consent, m: memory, h: the path that was decided for, n: how often was decided,
  // w: ends with this page.
  const state = { n: 0 };
  let decided; // Consent by the page itself, not by its platform.
  let found; // A survey for this page.
  let runner;
  let tries = 0; // Firefox remembers for the life of a page that an address failed.

  // Reading the very name throws where storage is blocked.
  const store = quiet(() => (state.c ? localStorage : undefined));
  const keep = parts.memory || ((_, memory, change) => (change?.(memory), memory));
  const remember = (change) => (state.m = keep(store, state.m, change));
  const forget = () => {
    // Three digits draw a sample and tell nobody apart.
    state.m = { b: Date.now(), p: 0, l: 0, r: Math.random().toFixed(3), s: {}, d: {} };
  };
  const erase = () => {
    forget();
    for (const name of Object.keys(localStorage)) if (/^glas(\.o\.|$)/.test(name)) localStorage.removeItem(name);
  };

  // The page's own work goes first; a page that never idles still asks after two seconds.
  const later = (work) =>
    document.readyState === 'complete'
      ? (window.requestIdleCallback || setTimeout)(quiet(work), { timeout: 2000 })
      : on(window, 'load', () => later(work));

  const run = async (opener) => {
    try {
      runner =
        runner ||
        bring(`${base + __GLAS_ASSETS__}/run.js?${tries++}`).then((module) =>
          module.default(config, parts, data, base, calls, state, life, remember, store, bring, isHere, quiet),
        );
      (await runner)();
    } catch {
      runner = 0;
      // A link to the survey's own page works without us, too.
      if (opener?.href) location = opener.href;
    }
  };

  // A wrong regular expression throws, and its survey is not asked.
  const isHere = quiet(({ p }) => pageMatches(p || [], state.h));
  // Keeps the height free that a survey of this page asks for.
  const look = () => {
    // Answers that an earlier page could not send.
    found = /glas\.o\./.test(Object.keys(store() || 0));
    for (const survey of config.s.filter(isHere)) {
      found = 1;
      const place = survey.h && document.querySelector(survey.q);
      if (place) place.style.minHeight = `${survey.h}px`;
    }
  };
  const decide = () => {
    state.n++;
    state.w?.abort();
    look();
    later(() => (found || runner) && run());
  };
  const moved = quiet((event) => {
    // Single pages may keep theirs behind the hash.
    const path = location.pathname + (/^#\/[^?]*/.exec(location.hash) || '');
    if (!glas.key || (state.h === path && !event?.persisted)) return;
    state.h = path;
    decide();
    remember((memory) => memory.p++);
  });

  const grant = (yes, own) => {
    if (!parts.memory || (decided && !own)) return;
    decided = own;
    // Platforms repeat themselves.
    if (state.c === (state.c = !!yes)) return;
    if (yes) remember(() => {});
    else erase();
    decide();
  };

  const glas = quiet((...call) => {
    const [verb, name, work] = call;
    if (!glas.key) return;
    if (verb === 'consent') return grant(name, 1);
    if (verb === 'on') {
      const hear = ({ detail }) => work(detail);
      document.addEventListener(`glas:${name}`, hear, life);
      return () => document.removeEventListener(`glas:${name}`, hear);
    }
    calls.push([state.h, ...call]);
    if (verb === 'reset') erase();
    if (verb === 'destroy') {
      glas.key = 0;
      life.abort();
    }
    // What is told waits until a survey is asked.
    if (runner || !/^(id|or|t)/.test(verb)) run(work);
  });
  glas.key = config.k;
  window.glas = glas;
  forget();

  on(document, 'click', (event) => {
    const opener = event.target.closest('[data-glas-open]');
    if (opener) {
      event.preventDefault();
      glas('open', opener.dataset.glasOpen, opener);
    }
  });
  for (const name of ['pushState', 'replaceState']) {
    const before = history[name];
    // So that `run.js` can take it back.
    (history[name] = function () {
      try {
        return before.apply(this, arguments);
      } finally {
        moved();
      }
    }).glas = [before, life];
  }
  // Changes of the hash are `popstate`, too. `pageshow`: back from the browser's memory.
  for (const type of ['popstate', 'pageshow']) on(window, type, moved);
  on(document, 'DOMContentLoaded', look);

  // It is there only because the shopper agreed before.
  quiet(() => (state.c = parts.memory && 'glas' in localStorage))();
  moved();
  if (data.consent) glas('consent', data.consent === 'granted');
  for (const call of earlier?.q || []) glas(...call);
  if (data.open) glas('open', data.open);
  // Consent platforms are there by then.
  later(() => parts.auto?.(on, grant));
  if (/glas-debug/.test(location)) run();
};
