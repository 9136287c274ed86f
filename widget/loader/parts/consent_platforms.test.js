import assert from 'node:assert/strict';
import { test } from 'node:test';

// Runs the part on a fake page; returns the calls of `grant`.
const grants = async (values, work) => {
  const names = ['window', 'document'];
  const before = names.map((name) => globalThis[name]);
  const document = new EventTarget();
  Object.assign(globalThis, { window: values, document });
  try {
    const calls = [];
    const { default: read } = await import('./consent_platforms.js');
    read((target, type, run) => target.addEventListener(type, run), (yes) => calls.push(!!yes));
    await work?.(document);
    return calls;
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
  ['without a platform nothing is reported', {}, []],
  ['TCF is ignored while its dialog is open', tcf({ eventStatus: 'cmpuishown', gdprApplies: true, purpose: { consents: { 1: true } } }), []],
  ['TCF with purpose 1 grants', tcf({ eventStatus: 'tcloaded', gdprApplies: true, purpose: { consents: { 1: true } } }), [true]],
  ['TCF without purpose 1 denies', tcf({ eventStatus: 'useractioncomplete', gdprApplies: true, purpose: { consents: {} } }), [false]],
  ['TCF grants where the GDPR does not apply', tcf({ eventStatus: 'tcloaded', gdprApplies: false, purpose: { consents: {} } }), [true]],
  ['Shopify is ignored until it allows', { Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => false } } }, []],
  ['Shopify grants when it allows', { Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => true } } }, [true]],
  ['Shopify without its privacy API is ignored', { Shopify: {} }, []],
  ['Google: a default denial is ignored', { dataLayer: [consent('default', 'denied')] }, []],
  // Only Google knows whether a default applies to the shopper's region.
  ['Google: an unresolved default grant is ignored', { dataLayer: [consent('default', 'granted')] }, []],
  ['Google: a resolved default grant grants', { dataLayer: [], ...ics({ default: true }) }, [true]],
  ['Google: a resolved default denial is ignored', { dataLayer: [], ...ics({ default: false }) }, []],
  ['Google: an update grants', { dataLayer: [consent('default', 'denied'), consent('update', 'granted')] }, [true]],
  ['Google: a later denial denies', { dataLayer: [consent('update', 'granted'), consent('update', 'denied')] }, [false]],
  ['Google: other entries are ignored', { dataLayer: [['consent', 'update', { ad_storage: 'granted' }], { event: 'x' }, null] }, []],
]) {
  test(`consent: ${name}`, async () => assert.deepEqual(await grants(values, undefined), expected));
}

test('consent: Google: a later update is reported', async () => {
  const window = { dataLayer: [consent('default', 'denied')] };
  const calls = await grants(window, () => {
    assert.equal(window.dataLayer.push(consent('update', 'granted')), 2);
  });
  assert.deepEqual(calls, [true]);
});

test('consent: Shopify: later changes are reported', async () => {
  let allowed = false;
  const calls = await grants({ Shopify: { customerPrivacy: { analyticsProcessingAllowed: () => allowed } } }, (document) => {
    allowed = true;
    document.dispatchEvent(new Event('visitorConsentCollected'));
    allowed = false;
    document.dispatchEvent(new Event('visitorConsentCollected'));
  });
  assert.deepEqual(calls, [true, false]);
});
