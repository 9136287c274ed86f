// On the survey's own page. What a program wrote into the field that no person sees goes along with the answers; the widget
// itself does not know of it, so it costs no shop's page a byte.
const trap = document.querySelector('#website');
const send = window.fetch;
window.fetch = (url, options) => {
  if (!trap?.value || !/\/v1\/submissions$/.test(url)) return send(url, options);
  return send(url, { ...options, body: JSON.stringify({ ...JSON.parse(options.body), website: trap.value }) });
};

// In a shop's frame: tells the shop's page what happens, without any content.
if (window.parent !== window) {
  const tell = (message) => window.parent.postMessage(message, '*');
  for (const glas of ['shown', 'answered', 'completed', 'dismissed']) {
    document.addEventListener(`glas:${glas}`, () => tell({ glas }));
  }
  new ResizeObserver(() => tell({ glas: 'size', height: document.body.scrollHeight })).observe(document.body);
}
