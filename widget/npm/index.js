// The tag of Glas as a module. Importing it does nothing; see index.d.ts for what each member means.

const isPage = () => typeof window !== 'undefined' && typeof document !== 'undefined';

// Calls wait here until the tag has arrived; it takes them over. A destroyed one has 0 for a key, and hears nothing.
const queue = () => {
  if (window.glas && window.glas.key !== 0) return;
  window.glas = function glas() {
    (glas.q = glas.q || []).push(arguments);
  };
};

// The tag replaces `window.glas` when it arrives, so it is looked up at each call.
const glas = (verb, ...given) => {
  if (!isPage()) return verb === 'on' ? () => {} : undefined;
  queue();
  if (verb !== 'on' || window.glas.key) return window.glas(verb, ...given);
  // The queue has nothing to give back; the events are the document's, tag or no tag.
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
  const { key, lang, customer, order, consent, nonce, version, integrity } = options || {};
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
    // After `destroy`, or when it could not be loaded, it may be put in again.
    script.onerror = () => script.remove();
    script.onload = () => script.remove();
    document.head.append(script);
  }
  if (consent != null) glas('consent', consent);
  if (customer != null) glas('identify', customer);
  if (order) glas('order', order);
  return glas;
};
