import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, deviceOf, drawOf, pickLanguage, record, verdict } from './decide.js';
import { table } from './table.js';

table('pickLanguage', [
  [[['pl'], ['en', 'pl']], 'pl'],
  [[['pt-BR'], ['en', 'pt']], 'pt'],
  [[['pt-BR'], ['pt', 'pt-BR']], 'pt-BR'],
  [[['zh-Hant-TW'], ['zh-Hant', 'en']], 'zh-Hant'],
  [[['PL_pl'], ['en', 'pl']], 'pl'],
  [[['pt'], ['pt-BR', 'en']], undefined],
  [[[undefined, '', 'ro'], ['en', 'ro']], 'ro'],
  [[[null, 'de', 'pl'], ['en', 'pl']], 'pl'],
  [[['de'], ['en', 'pl']], undefined],
  [[[], ['en']], undefined],
  [[['-'], ['en']], undefined],
], pickLanguage);

table('deviceOf', [
  [[false, 320], 'desktop'],
  [[false, 1080], 'desktop'],
  [[true, 390], 'mobile'],
  [[true, 599], 'mobile'],
  [[true, 600], 'tablet'],
  [[true, 820], 'tablet'],
], deviceOf);

const NOW = 1_800_000_000_000;
const DAY = 864e5;
const ago = (days) => NOW - days * DAY;
// The device memory of a shopper in the middle of a visit.
const memory = (more) => ({ v: 2, b: NOW - 1000, l: 0, r: 0.25, s: {}, d: {}, ...more });
const history = (...known) => memory({ s: { a: known } });
const verdictFor = (survey, kept = memory(), { here = true, device = 'desktop', language = 'en', cooldown = 7, busy, found = true } = {}) =>
  verdict({ id: 'a', ...survey }, kept, [NOW, () => here, device, language, cooldown, busy, () => found]);

table('verdict', [
  [[{}], ''],
  // The audience.
  [[{}, memory(), { here: false }], 'o'],
  [[{ w: 'mt' }], 'p'],
  [[{ w: 'md' }], ''],
  [[{ g: ['pl'] }], 'q'],
  [[{ g: ['pl', 'en'] }, memory(), { language: 'en-GB' }], ''],
  [[{ g: ['en-GB'] }, memory(), { language: 'en' }], 'q'],
  [[{ g: ['en'] }, memory(), { language: 'eng' }], 'q'],
  [[{ g: ['en'] }, memory(), { language: '' }], 'q'],
  [[{ g: ['PT-br'] }, memory(), { language: 'pt_BR' }], ''],
  [[{ b: NOW + 1 }], 'r'],
  [[{ b: NOW }], ''],
  [[{ e: NOW }], 's'],
  [[{ e: NOW + 1 }], ''],
  [[{ n: 1 }], 't'],
  [[{ n: 1 }, memory({ v: 1 })], ''],
  [[{ n: 2 }, memory({ v: 1 })], 't'],
  [[{ n: 2 }, memory({ v: 9 })], ''],
  [[{ n: 1 }, memory({ v: undefined })], 't'],
  [[{ n: 2 }, memory({ v: undefined })], 't'],
  [[{ r: 100 }], ''],
  [[{ r: drawOf(0.25, 'a') }], 'u'],
  [[{ r: drawOf(0.25, 'a') + 1 }], ''],
  [[{ q: '#x' }, memory(), { found: null }], 'v'],
  [[{ q: '#x' }], ''],
  // The history of this survey: [views, last view, last answer, dismissals, last dismissal].
  [[{ x: 3 }, history(3, ago(40), 0, 0, 0)], 'g'],
  [[{ x: 3 }, history(2, ago(40), 0, 0, 0)], ''],
  [[{}, history(1, ago(89), ago(89), 0, 0)], 'b'],
  [[{}, history(1, ago(90), ago(90), 0, 0)], ''],
  [[{ a: [180, 30, 180, 7] }, history(1, ago(91), ago(91), 0, 0)], 'b'],
  [[{ a: [0, 0, 0, 0] }, history(1, ago(0.01), ago(0.005), 0, 0)], ''],
  [[{}, history(1, ago(29), 0, 1, ago(29))], 'c'],
  [[{}, history(1, ago(30), 0, 1, ago(30))], ''],
  [[{}, history(2, ago(31), 0, 2, ago(31))], 'c'],
  [[{}, history(2, ago(180), 0, 2, ago(180))], ''],
  [[{}, history(1, ago(6), 0, 0, 0)], 'd'],
  [[{}, history(1, ago(7), 0, 0, 0)], ''],
  // The pause after an unanswered view does not apply to a view that was answered or dismissed.
  [[{ a: [1, 1, 1, 7] }, history(1, ago(3), ago(2), 0, 0)], ''],
  [[{ a: [1, 1, 1, 7] }, history(1, ago(3), 0, 1, ago(2))], ''],
  // The history of another survey does not count.
  [[{}, memory({ s: { b: [9, NOW, NOW, 9, NOW] } })], ''],
  // The history of all surveys together.
  [[{}, memory({ l: NOW - 500 })], 'e'],
  [[{}, memory({ l: NOW - 500 }), { cooldown: 0 }], 'e'],
  [[{}, memory({ l: ago(6) })], 'f'],
  [[{}, memory({ l: ago(7) })], ''],
  [[{}, memory({ l: ago(1) }), { cooldown: 0 }], ''],
  [[{}, memory(), { busy: 1 }], 'a'],
  // With several reasons, the first one in order is returned.
  [[{ w: 'm' }, memory({ l: NOW }), { busy: 1 }], 'p'],
], verdictFor);

test('a sample has its stated size, is stable for a visitor, and is independent of other surveys', () => {
  const ids = ['srv_k3v9x2m4q8w1z5t7a', 'srv_k3v9x2m4q8w1z5t7b', 'srv_k3v9x2m4q8w1z5t7c'];
  const visitors = Array.from({ length: 20_000 }, (_, n) => (n + 0.5) / 20_000);
  const drawn = ids.map((id) => visitors.map((visitor) => drawOf(visitor, id)));
  assert.deepEqual(drawn[0], visitors.map((visitor) => drawOf(visitor, ids[0])));
  const near = (share, expected) => assert.ok(Math.abs(share - expected) < 0.015, `${share}, expected ${expected}`);
  const share = (test) => visitors.filter((_, n) => test(n)).length / visitors.length;
  for (const percent of [1, 10, 50, 90]) {
    for (const draw of drawn) near(share((n) => draw[n] < percent), percent / 100);
    for (const [one, other] of [[0, 1], [1, 2], [0, 2]]) {
      near(share((n) => drawn[one][n] < percent && drawn[other][n] < percent), (percent / 100) ** 2);
    }
  }
  assert.ok(drawn.flat().every((draw) => Number.isInteger(draw) && draw >= 0 && draw < 100));
});

const surveys = [
  { id: 'here', p: 1 },
  { id: 'inline', p: 2, q: '#place' },
  { id: 'later', p: 2 },
  { id: 'asked', p: 2, m: 'modal' },
];
const on = (page, hasPlace, id) => choose(surveys, ({ p }) => p === page, hasPlace, id)?.id;
const everything = () => true;
const noPlaces = (selector) => !selector;

table('choose', [
  [[1, everything], 'here'],
  [[1, everything, ''], 'here'],
  [[2, everything], 'asked'],
  [[3, everything], undefined],
  [[3, everything, 'later'], 'later'],
  [[3, everything, 'inline'], 'inline'],
  [[3, noPlaces, 'inline'], undefined],
  [[1, everything, 'unknown'], undefined],
], on);

const recorded = (...events) => {
  const kept = { l: 0, s: {}, d: { other: [1, 'load'] } };
  for (const [what, now] of events) record(kept, 'a', what, now);
  return [kept.s.a, kept.l, Object.keys(kept.d).length];
};

table('record', [
  [[[0, 5]], [[1, 5, 0, 0, 0], 5, 0]],
  [[[0, 5], [1, 6]], [[1, 5, 6, 0, 0], 5, 0]],
  [[[0, 5], [1, 6], [2, 8]], [[1, 5, 8, 0, 0], 5, 0]],
  [[[0, 5], [3, 6]], [[1, 5, 0, 1, 6], 5, 0]],
  [[[0, 5], [3, 6], [0, 50], [3, 60]], [[2, 50, 0, 2, 60], 50, 0]],
  // Closing after an answer is not a dismissal, and an answer resets the count of dismissals.
  [[[0, 5], [1, 6], [3, 7]], [[1, 5, 6, 0, 0], 5, 0]],
  [[[0, 5], [3, 6], [0, 50], [1, 60]], [[2, 50, 60, 0, 6], 50, 0]],
], recorded);
