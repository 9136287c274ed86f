import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { load } from './index.js';

const HOST = 'https://glas.example';

// As much of a page as the tag needs.
const openPage = () => {
  const scripts = [];
  const document = Object.assign(new EventTarget(), {
    createElement: () => {
      const script = { dataset: {}, remove: () => scripts.splice(scripts.indexOf(script), 1) };
      return script;
    },
    querySelector: (selector) => scripts.find(({ dataset }) => selector === `script[data-glas-key="${dataset.glasKey}"]`),
    head: { append: (script) => scripts.push(script) },
  });
  globalThis.window = {};
  globalThis.document = document;
  return scripts;
};

afterEach(() => {
  delete globalThis.window;
  delete globalThis.document;
});

const queued = () => (window.glas.q || []).map((call) => [...call]);

test('on a server every call does nothing', () => {
  const glas = load({ host: HOST, key: 'pk_1', consent: true, order: { value: 1, currency: 'EUR' } });
  assert.equal(glas('open'), undefined);
  assert.equal(glas('on', 'shown', () => {})(), undefined);
  assert.equal(typeof window, 'undefined');
});

test('the tag is added once, and calls are queued until it has loaded', () => {
  const scripts = openPage();
  const glas = load({ host: `${HOST}/`, key: 'pk_1', lang: 'pl', consent: false, customer: 'c7' });
  load({ host: HOST, key: 'pk_1' });
  glas('open', 'srv_1');
  assert.equal(scripts.length, 1);
  const [{ src, async, dataset }] = scripts;
  assert.deepEqual([src, async, dataset], [`${HOST}/w/pk_1.js`, true, { glasKey: 'pk_1', lang: 'pl' }]);
  assert.deepEqual(queued(), [['consent', false], ['identify', 'c7'], ['open', 'srv_1']]);
});

test('a signature is passed with its customer', () => {
  openPage();
  load({ host: HOST, key: 'pk_1', customer: 'c7', signature: 'a1' });
  assert.deepEqual(queued(), [['identify', 'c7', { sig: 'a1' }]]);
});

test('once loaded, the tag receives the calls', () => {
  const scripts = openPage();
  const glas = load({ host: HOST, key: 'pk_1' });
  const calls = [];
  window.glas = (...call) => calls.push(call);
  window.glas.key = 'pk_1';
  scripts[0].onload();
  glas('order', { value: 1, currency: 'EUR' });
  load({ host: HOST, key: 'pk_1' });
  assert.deepEqual(calls, [['order', { value: 1, currency: 'EUR' }]]);
  assert.equal(scripts.length, 0);
});

test('after destroy and after a failure the tag can be added again', () => {
  const scripts = openPage();
  load({ host: HOST, key: 'pk_1' });
  scripts[0].onerror();
  assert.equal(scripts.length, 0);
  load({ host: HOST, key: 'pk_1' });
  assert.equal(scripts.length, 1);
  scripts[0].onload();
  window.glas.key = 0;
  load({ host: HOST, key: 'pk_1' })('open');
  assert.equal(scripts.length, 1);
  assert.deepEqual(queued(), [['open']]);
});

test('a listener works before the tag has loaded, and can be removed', () => {
  openPage();
  const glas = load({ host: HOST, key: 'pk_1' });
  const heard = [];
  const off = glas('on', 'shown', ({ survey }) => heard.push(survey));
  const emit = (survey) => document.dispatchEvent(Object.assign(new Event('glas:shown'), { detail: { survey } }));
  emit('a');
  off();
  emit('b');
  assert.deepEqual([heard, queued()], [['a'], []]);
});

test('a pinned version has its integrity hash', () => {
  const scripts = openPage();
  load({ host: HOST, key: 'pk_1', version: '0123456789ab', integrity: 'sha384-x' });
  const { src, integrity, crossOrigin, dataset } = scripts[0];
  assert.deepEqual([src, integrity, crossOrigin, dataset.key], [`${HOST}/a/0123456789ab/tag.js`, 'sha384-x', 'anonymous', 'pk_1']);
});

test('invalid options throw at once', () => {
  assert.throws(() => load({ host: HOST, key: 'sk_1' }), /public key/);
  assert.throws(() => load({ host: HOST, key: 'pk_1', integrity: 'sha384-x' }), /version/);
  assert.throws(() => load({ host: 'nowhere', key: 'pk_1' }), /URL/);
});
