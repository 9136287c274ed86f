// Reads the shopper's consent from the page's consent platform: Shopify, TCF or Google's consent mode. While the
// platform has no decision yet, `grant` is not called and nothing is stored. Its key in `parts` is `auto`, the shop's
// setting.
export default (on, grant) => {
  const shop = () => window.Shopify?.customerPrivacy?.analyticsProcessingAllowed();
  const layer = window.dataLayer;
  // Shopify
  shop() && grant(1);
  on(document, 'visitorConsentCollected', () => grant(shop()));
  // TCF: purpose 1 is storing information on a device.
  window.__tcfapi?.('addEventListener', 2, (signal) => {
    if (signal.eventStatus !== 'cmpuishown') grant(signal.gdprApplies === false || signal.purpose.consents[1]);
  });
  // Google's consent mode. Defaults depend on the shopper's region, so only those that Google has resolved count. A
  // default denial is not a withdrawal: platforms set it at the start of every page.
  if (!layer) return;
  const look = () => {
    const entry = window.google_tag_data?.ics?.entries?.analytics_storage;
    let granted = entry?.update ?? (entry?.default || undefined);
    for (const command of layer) {
      const state = command?.[1] === 'update' && command[2].analytics_storage;
      if (state) granted = state === 'granted';
    }
    if (granted != null) grant(granted);
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
