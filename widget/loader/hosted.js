// On the survey's own page, when it is in a shop's frame: tells the shop's page what happens, without any content.
if (window.parent !== window) {
  const tell = (message) => window.parent.postMessage(message, '*');
  for (const glas of ['shown', 'answered', 'completed', 'dismissed']) {
    document.addEventListener(`glas:${glas}`, () => tell({ glas }));
  }
  new ResizeObserver(() => tell({ glas: 'size', height: document.body.scrollHeight })).observe(document.body);
}
