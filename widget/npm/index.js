// The tag of Glas as a module. Importing it has no side effects. `index.d.ts` documents the members.

const isPage = () => typeof window !== 'undefined' && typeof document !== 'undefined';

// Creates the queue that holds calls until the tag has loaded and takes them over. A destroyed tag has the key 0 and
// ignores calls, so the queue replaces it.
const queue = () => {
  if (window.glas && window.glas.key !== 0) return;
  window.glas = function glas() {
    (glas.q = glas.q || []).push(arguments);
  };
};

// The tag replaces `window.glas` when it loads, so look it up on each call.
const glas = (verb, ...given) => {
  if (!isPage()) return verb === 'on' ? () => {} : undefined;
  queue();
  if (verb !== 'on' || window.glas.key) return window.glas(verb, ...given);
  // The queue cannot return a function, so listen to the document, where the tag dispatches its events.
  const [name, run] = given;
  const hear = ({ detail }) => run(detail);
  document.addEventListener(`glas:${name}`, hear);
  return () => document.removeEventListener(`glas:${name}`, hear);
};

const addressOf = ({ host, key, version }) => {
  const base = new URL(host).origin;
  return version ? `${base}/a/${version}/tag.js` : `${base}/w/${key}.js`;
};

export const load = (options) => {
  const { key, lang, customer, signature, order, consent, nonce, version, integrity } = options || {};
  if (!/^pk_\w+$/.test(key)) throw new TypeError('@glas/loader: `key` is the public key of your shop, pk_…');
  if (integrity && !version) throw new TypeError('@glas/loader: `integrity` needs the `version` that it belongs to');
  const src = addressOf(options);
  if (!isPage()) return glas;
  queue();
  if (!window.glas.key && !document.querySelector(`script[data-glas-key="${key}"]`)) {
    const script = document.createElement('script');
    script.async = true;
    script.src = src;
    script.dataset.glasKey = key;
    if (version) script.dataset.key = key;
    if (lang) script.dataset.lang = lang;
    if (nonce) script.nonce = nonce;
    if (integrity) {
      script.integrity = integrity;
      script.crossOrigin = 'anonymous';
    }
    // Allow `load` to add the script again after `destroy` or a failure.
    script.onerror = () => script.remove();
    script.onload = () => script.remove();
    document.head.append(script);
  }
  if (consent != null) glas('consent', consent);
  if (customer != null) glas('identify', customer, ...(signature ? [{ sig: signature }] : []));
  if (order) glas('order', order);
  return glas;
};
