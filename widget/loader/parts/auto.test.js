import assert from 'node:assert/strict';
import { test } from 'node:test';

// The page, by hand.
const page = async (values, work) => {
  const names = ['window', 'document'];
  const before = names.map((name) => globalThis[name]);
  const document = new EventTarget();
  Object.assign(globalThis, { window: values, document });
  try {
    const said = [];
    const { default: auto } = await import('./auto.js');
    auto((target, type, run) => target.addEventListener(type, run), (yes) => said.push(!!yes));
    await work?.(document);
    return said;
  } finally {
    names.forEach((name, n) => {
      globalThis[name] = before[n];
    });
  }
};

const tcf = (...calls) => ({ __tcfapi: (command, version, run) => calls.forEach((call) => run(call, true)) });
const consent = (verb, state) => ['consent', verb, { analytics_storage: state }];
const ics = (entry) => ({ google_tag_data: { ics: { entries: { analytics_storage: entry } } } });

for (const [name, values, expected] of [
  ['no platform', {}, []],
  ['TCF while it asks', tcf({ eventStatus: 'cmpuishown', gdprApplies: true, purpose: { consents: { 1: true } } }), []],
  ['TCF agreed', tcf({ eventStatus: 'tcloaded', gdprApplies: true, purpose: { consents: { 1: true } } }), [true]],
  ['TCF refused', tcf({ eventStatus: 'useractioncomplete', gdprApplies: true, purpose: { consents: {} } }), [false]],
  ['TCF not needed', tcf({ eventStatus: 'tcloaded', gdprApplies: false, purpose: { consents: {} } }), [true]],
  ['Shopify before an answer', { Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => false } } }, []],
  ['Shopify agreed', { Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => true } } }, [true]],
  ['Shopify without its privacy feature', { Shopify: {} }, []],
  ['Google, denied by default', { dataLayer: [consent('default', 'denied')] }, []],
  // Whether a default is for the shopper's region only Google knows.
  ['Google, granted by default', { dataLayer: [consent('default', 'granted')] }, []],
  ['Google, granted by a default that it resolved', { dataLayer: [], ...ics({ default: true }) }, [true]],
  ['Google, denied by a default that it resolved', { dataLayer: [], ...ics({ default: false }) }, []],
  ['Google, updated', { dataLayer: [consent('default', 'denied'), consent('update', 'granted')] }, [true]],
  ['Google, withdrawn', { dataLayer: [consent('update', 'granted'), consent('update', 'denied')] }, [false]],
  ['Google, about something else', { dataLayer: [['consent', 'update', { ad_storage: 'granted' }], { event: 'x' }, null] }, []],
]) {
  test(`consent: ${name}`, async () => assert.deepEqual(await page(values, undefined), expected));
}

test('consent: Google hears later', async () => {
  const window = { dataLayer: [consent('default', 'denied')] };
  const said = await page(window, () => {
    assert.equal(window.dataLayer.push(consent('update', 'granted')), 2);
  });
  assert.deepEqual(said, [true]);
});

test('consent: Shopify hears later', async () => {
  let allowed = false;
  const said = await page({ Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => allowed } } }, (document) => {
    allowed = true;
    document.dispatchEvent(new Event('visitorConsentCollected'));
    allowed = false;
    document.dispatchEvent(new Event('visitorConsentCollected'));
  });
  assert.deepEqual(said, [true, false]);
});
