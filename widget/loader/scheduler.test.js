import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.__GLAS_ASSETS__ = '/a/v';
const { default: schedule } = await import('./scheduler.js');

const SURVEY = { id: 'srv_1', v: 3, l: ['en'] };

// As much of a page as the scheduler needs. The service answers a request for the texts with `status`.
const openPage = async (status) => {
  const page = { requested: [], events: [], shown: [], console: [] };
  const document = Object.assign(new EventTarget(), { hidden: false, documentElement: { lang: 'en' } });
  for (const name of ['shown', 'error']) {
    document.addEventListener(`glas:${name}`, ({ detail }) => page.events.push([name, detail]));
  }
  const memory = { b: 0, p: 1, l: -1, r: '0.5', s: {}, d: {} };
  Object.assign(globalThis, {
    document,
    innerWidth: 1000,
    innerHeight: 1000,
    location: 'https://shop.example/',
    matchMedia: () => ({ matches: false }),
    fetch: async (url) => {
      page.requested.push(url);
      return { ok: status === 200, status, json: async () => ({ lang: 'en', t: 'token' }) };
    },
  });
  const complain = console.error;
  console.error = (...words) => page.console.push(words);
  const module = { default: async () => {}, show: (view) => page.shown.push(view), close: () => {} };
  const remember = (change) => (change?.(memory), memory);
  const state = { decisionCount: 1, decidedPath: '/', deviceMemory: memory };
  const run = schedule(
    { k: 'pk_1', s: [SURVEY] }, {}, {}, 'https://glas.example', [], state, new AbortController(), remember,
    () => undefined, async () => module, () => true, (work) => work,
  );
  run();
  // The scheduler waits 99 ms for a violation of the page's policy.
  await new Promise((resume) => setTimeout(resume, 150));
  console.error = complain;
  return page;
};

test('a survey is shown with its texts', async () => {
  const page = await openPage(200);
  assert.ok(page.requested.includes('https://glas.example/w/pk_1/srv_1/3/en.json'), page.requested);
  assert.deepEqual([page.shown.length, page.events, page.console], [1, [], []]);
});

test('a survey that has ended meanwhile is not shown, and only the page is notified', async () => {
  for (const status of [410, 404, 503]) {
    const page = await openPage(status);
    assert.deepEqual([page.shown, page.events, page.console], [[], [['error', { survey: 'srv_1' }]], []], status);
  }
});
