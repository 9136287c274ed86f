// Asks the page's consent platform. What it does not know yet it does not say; then nothing is kept.
export default (on, grant) => {
  const shop = () => window.Shopify?.customerPrivacy?.analyticsProcessingAllowed();
  const layer = window.dataLayer;
  // Shopify
  shop() && grant(1);
  on(document, 'visitorConsentCollected', () => grant(shop()));
  // TCF: purpose 1 is to store something on a device.
  window.__tcfapi?.('addEventListener', 2, (told) => {
    if (told.eventStatus !== 'cmpuishown') grant(told.gdprApplies === false || told.purpose.consents[1]);
  });
  // Google's consent mode. Defaults only as Google itself resolved them for the shopper's region, and a denial by
  // default is no withdrawal: platforms begin with it on every page.
  if (!layer) return;
  const look = () => {
    const entry = window.google_tag_data?.ics?.entries?.analytics_storage;
    let said = entry?.update ?? (entry?.default || undefined);
    for (const told of layer) {
      const state = told?.[1] === 'update' && told[2].analytics_storage;
      if (state) said = state === 'granted';
    }
    if (said != null) grant(said);
  };
  const { push } = layer;
  layer.push = function () {
    try {
      return push.apply(this, arguments);
    } finally {
      look();
    }
  };
  look();
};
