// The tag on the shop's page. Runs on every page view: counts the page, and fetches the scheduler where a survey may be
// shown. No error leaves this file.
import { pageMatches } from './pages.js';
import { safely } from './safely.js';

/** `parts` has the triggers and other pieces that this shop's config needs; `importModule` imports a script by URL. */
export const boot = (config, parts, script, importModule) => {
  const earlier = window.glas;
  // A second copy of the tag on the same page does nothing.
  if (earlier?.key) return;

  const { src, dataset: data } = script;
  const base = new URL(src).origin;
  const calls = [];
  const life = new AbortController();
  const on = (target, type, run) => target.addEventListener(type, safely(run), life);
  // Shared with the scheduler and the parts. The build gives each member one letter; see `STATE_MEMBERS` in
  // `xtask/src/build/loader.rs`.
  //   hasConsent     whether the shopper allowed storage on the device
  //   deviceMemory   what `parts/memory.js` describes
  //   decidedPath    the path of the last decision
  //   decisionCount  how many decisions were made on this page load
  //   pageEnd        an AbortController, aborted when this page ends
  //   trackedEvents  events tracked on this page, set by the scheduler
  const state = { decisionCount: 0 };
  let decided; // The page itself has set the consent, so its consent platform no longer counts.
  let found; // This page has a survey, or there are answers to send.
  let runner;
  let tries = 0; // Firefox caches a failed import for the life of a page, so each try has its own URL.

  // With storage blocked, even reading the name `localStorage` throws.
  const store = safely(() => (state.hasConsent ? localStorage : undefined));
  const keep = parts.memory || ((_, memory, change) => (change?.(memory), memory));
  const remember = (change) => (state.deviceMemory = keep(store, state.deviceMemory, change));
  const forget = () => {
    // Three digits are enough to draw a sample and too few to identify a visitor.
    state.deviceMemory = { b: Date.now(), p: 0, l: 0, r: Math.random().toFixed(3), s: {}, d: {} };
  };
  const erase = () => {
    forget();
    for (const name of Object.keys(localStorage)) if (/^glas(\.o\.|$)/.test(name)) localStorage.removeItem(name);
  };

  // The page's own work goes first; on a page that is never idle the work runs after two seconds.
  const later = (work) =>
    document.readyState === 'complete'
      ? (window.requestIdleCallback || setTimeout)(safely(work), { timeout: 2000 })
      : on(window, 'load', () => later(work));

  const run = async (opener) => {
    try {
      runner =
        runner ||
        // `run.js` is the built name of `scheduler.js`. An object with one-letter members instead of the positional
        // arguments costs 22 bytes here and 34 there.
        importModule(`${base + __GLAS_ASSETS__}/run.js?${tries++}`).then((module) =>
          module.default(config, parts, data, base, calls, state, life, remember, store, importModule, isHere, safely),
        );
      (await runner)();
    } catch {
      runner = 0;
      // A link to the hosted survey works without the widget.
      if (opener?.href) location = opener.href;
    }
  };

  // An invalid regular expression throws, and its survey is not shown.
  const isHere = safely(({ p }) => pageMatches(p || [], state.decidedPath));
  // Reserves the height of this page's inline surveys.
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
    state.decisionCount++;
    state.pageEnd?.abort();
    look();
    later(() => (found || runner) && run());
  };
  const moved = safely((event) => {
    // Single-page applications may route by the hash.
    const path = location.pathname + (/^#\/[^?]*/.exec(location.hash) || '');
    if (!glas.key || (state.decidedPath === path && !event?.persisted)) return;
    state.decidedPath = path;
    decide();
    remember((memory) => memory.p++);
  });

  const grant = (yes, own) => {
    if (!parts.memory || (decided && !own)) return;
    decided = own;
    // Consent platforms report the same state repeatedly.
    if (state.hasConsent === (state.hasConsent = !!yes)) return;
    if (yes) remember(() => {});
    else erase();
    decide();
  };

  const glas = safely((...call) => {
    const [verb, name, work] = call;
    if (!glas.key) return;
    if (verb === 'consent') return grant(name, 1);
    if (verb === 'on') {
      const hear = ({ detail }) => work(detail);
      document.addEventListener(`glas:${name}`, hear, life);
      return () => document.removeEventListener(`glas:${name}`, hear);
    }
    calls.push([state.decidedPath, ...call]);
    if (verb === 'reset') erase();
    if (verb === 'destroy') {
      glas.key = 0;
      life.abort();
    }
    // `identify`, `order` and `track` do not fetch the scheduler; they wait in `calls` until a survey needs it.
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
    // The mark lets `leave.js` restore the original.
    (history[name] = function () {
      try {
        return before.apply(this, arguments);
      } finally {
        moved();
      }
    }).glas = [before, life];
  }
  // A change of the hash fires `popstate` too. `pageshow` fires when the page returns from the back/forward cache.
  for (const type of ['popstate', 'pageshow']) on(window, type, moved);
  on(document, 'DOMContentLoaded', look);

  // The entry exists only if the shopper has agreed before.
  safely(() => (state.hasConsent = parts.memory && 'glas' in localStorage))();
  moved();
  if (data.consent) glas('consent', data.consent === 'granted');
  for (const call of earlier?.q || []) glas(...call);
  if (data.open) glas('open', data.open);
  // By then the page's consent platform has loaded.
  later(() => parts.auto?.(on, grant));
  if (/glas-debug/.test(location)) run();
};
