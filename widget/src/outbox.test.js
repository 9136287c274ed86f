import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, test } from 'node:test';
import flush from './flush.js';
import { deliver, keep, settle } from './outbox.js';

// As much of a browser's storage as these tests need: the entries are its own properties.
const storage = () =>
  Object.create({
    getItem(name) {
      return this[name] ?? null;
    },
    setItem(name, value) {
      this[name] = value;
    },
    removeItem(name) {
      delete this[name];
    },
  });

let service;
let base;
let got;
let replies;

beforeEach(async () => {
  got = [];
  replies = [];
  service = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      got.push(body);
      service.emit('got');
      const [status, headers] = replies.shift() ?? [201];
      if (!status) return request.socket.destroy();
      response.writeHead(status, headers).end();
    });
  });
  await new Promise((done) => {
    service.listen(0, '127.0.0.1', done);
  });
  base = `http://127.0.0.1:${service.address().port}`;
});

afterEach(() => service.close());

test('a body is stored until its status is final', () => {
  for (const [status, final] of [
    [200, true],
    [201, true],
    [202, true],
    [400, true],
    [403, true],
    [409, true],
    [410, true],
    [0, false],
    [302, false],
    [408, false],
    [425, false],
    [429, false],
    [500, false],
    [503, false],
  ]) {
    const kept = storage();
    keep(() => kept, 'a', 'first');
    assert.equal(settle(() => kept, 'a', 'first', status), final, `${status}`);
    assert.deepEqual(Object.keys(kept), final ? [] : ['glas.o.a'], `${status}`);
  }
});

test('settling an older revision keeps the newer one', () => {
  const kept = storage();
  keep(() => kept, 'a', 'first');
  keep(() => kept, 'a', 'second');
  settle(() => kept, 'a', 'first', 201);
  assert.deepEqual({ ...kept }, { 'glas.o.a': 'second' });
});

test('at most twenty bodies and 64 KB are stored', () => {
  const kept = storage();
  kept.cart = 'x'.repeat(100_000);
  for (let at = 0; at < 30; at += 1) keep(() => kept, `${at}`, '{}');
  assert.equal(Object.keys(kept).length, 21);
  keep(() => kept, '0', '{"newer":1}');
  assert.equal(kept['glas.o.0'], '{"newer":1}', 'a stored revision can be replaced by a newer one');

  const big = storage();
  for (let at = 0; at < 5; at += 1) keep(() => big, `${at}`, 'ż'.repeat(8_000));
  assert.deepEqual(Object.keys(big), ['glas.o.0', 'glas.o.1', 'glas.o.2', 'glas.o.3']);
});

test('without consent, storage or room nothing is stored and nothing is thrown', () => {
  const full = storage();
  full.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  for (const store of [
    undefined,
    () => undefined,
    () => full,
    () => {
      throw new DOMException('no', 'SecurityError');
    },
  ]) {
    keep(store, 'a', 'body');
    assert.equal(settle(store, 'a', 'body', 201), true);
  }
});

test('an attempt returns the status and the wait of Retry-After', async () => {
  replies = [[201], [503, { 'retry-after': '2' }], [429, { 'retry-after': 'soon' }], [0]];
  const attempt = async (...options) => (await deliver(base, 'a', ...options)).slice(0, 2);
  assert.deepEqual(await attempt(true), [201, 0]);
  assert.deepEqual(await attempt(), [503, 2000]);
  assert.deepEqual(await attempt(), [429, 0]);
  assert.deepEqual(await attempt(), [0, 0]);
  replies = [[201]];
  assert.equal((await deliver(base, 'a'))[2].status, 201, 'the reply itself is returned too');
  const later = new Date(Date.now() + 60_000).toUTCString();
  replies = [[503, { 'retry-after': later }]];
  const [, after] = await deliver(base, 'a');
  assert.ok(after > 57_000 && after <= 60_000, `${after}`);
});

test('stored bodies are sent oldest first, up to the first failure', async () => {
  const kept = storage();
  Object.assign(kept, { 'glas.o.3': 'third', 'glas.o.1': 'first', glas: '{}', 'glas.o.2': 'second', cart: '1' });
  replies = [[201], [500]];
  await flush(base, () => kept);
  assert.deepEqual(got, ['first', 'second']);
  assert.deepEqual(Object.keys(kept).sort(), ['cart', 'glas', 'glas.o.2', 'glas.o.3']);
  replies = [[400], [200]];
  await flush(base, () => kept);
  assert.deepEqual(got.slice(2), ['second', 'third']);
  assert.deepEqual(Object.keys(kept).sort(), ['cart', 'glas']);
});

test('Retry-After is respected', async () => {
  const kept = storage();
  kept['glas.o.1'] = 'first';
  replies = [[503, { 'retry-after': '1' }]];
  await flush(base, () => kept);
  const start = Date.now();
  await once(service, 'got');
  assert.ok(Date.now() - start >= 990, `${Date.now() - start}`);
});

test('without consent nothing is sent', async () => {
  await flush(base, () => undefined);
  await flush(base);
  assert.deepEqual(got, []);
});
