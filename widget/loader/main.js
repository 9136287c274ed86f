// The tag on the shop's page. It decides, and fetches the widget only once it asks. It stores nothing, and whatever
// goes wrong in here stays in here.
import { choose, pageMatches, pickLanguage } from './decide.js';
import { afterLoad, when } from './trigger.js';

const quiet = (work) => (...given) => {
  try {
    return work(...given);
  } catch {
    // A guest does not fill somebody else's console.
  }
};

quiet(() => {
  const earlier = window.glas;
  // A second copy of the tag leaves everything to the first.
  if (earlier?.key) return;

  const config = __GLAS_CONFIG__;
  // A module or an injected script has no `currentScript`.
  const script = document.currentScript || document.querySelector(`script[src*="${config.k}"]`);
  const base = new URL(script.src).origin;
  const path = () => location.pathname;
  const hasPlace = quiet((selector) => !selector || document.querySelector(selector));

  const told = {};
  let widget;
  let busy; // A survey was shown on this page load, or is about to be.

  const show = async (survey, trigger) => {
    busy = survey;
    try {
      const language = pickLanguage(
        [script.dataset.lang, document.documentElement.lang, ...navigator.languages],
        survey.l,
        survey.f,
      );
      const assets = base + __GLAS_ASSETS__;
      const get = (url) => fetch(url, { priority: 'low' });
      const wasm = get(`${assets}/glas_bg.wasm`);
      const [view, module] = await Promise.all([
        get(`${base}/w/${config.k}/${survey.id}/${survey.v}/${language}.json`).then((reply) =>
          reply.ok ? reply.json() : Promise.reject(),
        ),
        import(`${assets}/glas.js`).then((module) => module.default(wasm).then(() => module)),
        wasm,
      ]);
      if (busy !== survey) return; // Closed, or another one asked for, in the meantime.
      widget = module;
      module.show(view, survey, { base, key: config.k, trigger, told });
    } catch {
      if (busy === survey) busy = 0;
    }
  };

  const verbs = {
    order: (order) => {
      told.order = order;
    },
    identify: (customer, traits) => {
      told.customer = customer;
      told.traits = traits;
    },
    open: (id) => {
      const survey = choose(config.s, path(), hasPlace, id);
      if (survey) show(survey, 'open');
    },
    close: () => {
      busy = 1;
      widget?.close();
    },
  };
  const glas = quiet((verb, ...given) => verbs[verb](...given));
  glas.key = config.k;
  window.glas = glas;
  for (const call of earlier?.q || []) glas(...call);

  afterLoad(
    quiet(() => {
      for (const survey of config.s) {
        // Decided again when the delay ends: meanwhile the page may have become another one.
        const fits = () => !busy && pageMatches(survey.p, path());
        const ask = quiet(() => {
          if (fits() && hasPlace(survey.q)) show(survey, survey.t);
        });
        if (fits()) when(survey.t, () => setTimeout(ask, survey.d));
      }
    }),
  );
})();
