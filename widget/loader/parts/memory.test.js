import assert from 'node:assert/strict';
import { test } from 'node:test';
import { table } from '../table.js';
import keep, { parse, visit } from './memory.js';

table('parse', [
  [[undefined], undefined],
  [[''], undefined],
  [['null'], undefined],
  [['7'], undefined],
  [['{"s":{}}'], undefined],
  [['{"s":{"a":7},"d":{}}'], undefined],
  [['{"s":{"a":[1]},"d":{}}'], { s: { a: [1] }, d: {} }],
], (text) => parse(text) || undefined);

const MINUTE = 6e4;
const after = (memory, page, now) => {
  visit(memory, page, now);
  return memory;
};
const kept = (more) => ({ v: 3, b: 0, t: 0.5, p: 4, l: 7, s: { a: [1] }, d: { a: [1, 'load'] }, ...more });

table('visit', [
  // Within half an hour the visit continues.
  [[kept(), kept(), 29 * MINUTE], kept({ t: 29 * MINUTE })],
  [[kept(), kept(), 30 * MINUTE + 1], kept({ v: 4, b: 30 * MINUTE + 1, t: 30 * MINUTE + 1, p: 0, d: {} })],
  // The page's memory from before consent is merged into the stored one.
  [
    [kept(), { b: 5, p: 2, l: 9, s: { b: [2] }, d: {} }, MINUTE],
    kept({ t: MINUTE, p: 6, l: 9, s: { a: [1], b: [2] } }),
  ],
  [
    [kept(), { b: 5, p: 2, l: 0, s: {}, d: {} }, 90 * MINUTE],
    kept({ v: 4, b: 90 * MINUTE, t: 90 * MINUTE, p: 2, d: {} }),
  ],
], after);

const fresh = () => ({ b: 1, p: 1, l: 0, r: 0.5, s: {}, d: {} });

test('the first consent stores the memory of the page', () => {
  const box = {};
  const page = fresh();
  const memory = keep(() => box, page, () => {});
  assert.deepEqual([memory.v, memory.p, memory.r], [1, 1, 0.5]);
  assert.deepEqual(JSON.parse(box.glas), memory);
});

test('without consent nothing is stored, and changes apply to the memory of the page', () => {
  const memory = keep(() => undefined, fresh(), (kept) => (kept.p += 1));
  assert.deepEqual([memory.p, memory.v], [2, undefined]);
});

test('changes by another tab are read before each change', () => {
  const box = {};
  const first = keep(() => box, fresh(), () => {});
  keep(() => box, fresh(), (kept) => (kept.l = 99));
  assert.equal(keep(() => box, first).l, 99);
});

test('with full storage, changes still apply in memory', () => {
  const box = {
    get glas() {
      return undefined;
    },
    set glas(_) {
      throw new Error('QuotaExceededError');
    },
  };
  const memory = keep(() => box, fresh(), (kept) => (kept.p += 1));
  assert.equal(memory.p, 2);
});
