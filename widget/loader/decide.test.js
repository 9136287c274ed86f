import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, pageMatches, pickLanguage } from './decide.js';

const table = (name, rows, run) => {
  for (const [input, expected] of rows) {
    test(`${name} ${JSON.stringify(input)} → ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(run(...input), expected);
    });
  }
};

table('page', [
  [[[], '/anything'], true],
  [[['/thank-you'], '/thank-you'], true],
  [[['/thank-you'], '/thank-you/'], true],
  [[['/thank-you/'], '/thank-you'], true],
  [[['/'], '/'], true],
  [[['/'], '/cart'], false],
  [[['/thank-you'], '/thank-you/again'], false],
  [[['/thank-you'], '/Thank-You'], false],
  [[['/cart', '/checkout'], '/checkout'], true],
  [[['*'], '/'], true],
  [[['/demo/*'], '/demo/'], true],
  [[['/demo/*'], '/demo'], false],
  [[['/demo/*'], '/demo/a/b'], true],
  [[['*/thank-you'], '/pl/thank-you'], true],
  [[['*/thank-you'], '/pl/thank-you/'], false],
  [[['/*/order/*/done'], '/pl/order/17/done'], true],
  [[['/*/order/*/done'], '/pl/order/done'], false],
  [[['/ab*ba'], '/aba'], false],
  [[['/ab*ba'], '/abba'], true],
  [[['/a*b*b'], '/ab'], false],
  [[['/a*b*b'], '/abb'], true],
  [[['/a**b'], '/ab'], true],
  [[['/a.c'], '/abc'], false],
  [[['/a+(c)'], '/a+(c)'], true],
  [[['/dziękuję'], '/dzi%C4%99kuj%C4%99'], true],
  [[['/dzi%C4%99kuj%C4%99'], '/dzi%C4%99kuj%C4%99'], true],
  [[['/100%'], '/100%'], true],
], pageMatches);

test('a pattern of many stars does not stall the page', () => {
  const started = process.cpuUsage().user;
  assert.equal(pageMatches([`/${'*a'.repeat(30)}`], `/${'a'.repeat(5000)}b`), false);
  assert.ok(process.cpuUsage(undefined).user - started < 50_000);
});

table('language', [
  [[['pl'], ['en', 'pl'], 'en'], 'pl'],
  [[['pt-BR'], ['en', 'pt'], 'en'], 'pt'],
  [[['pt-BR'], ['pt', 'pt-BR'], 'pt'], 'pt-BR'],
  [[['zh-Hant-TW'], ['zh-Hant', 'en'], 'en'], 'zh-Hant'],
  [[['PL_pl'], ['en', 'pl'], 'en'], 'pl'],
  [[['pt'], ['pt-BR', 'en'], 'en'], 'en'],
  [[[undefined, '', 'ro'], ['en', 'ro'], 'en'], 'ro'],
  [[[null, 'de', 'pl'], ['en', 'pl'], 'en'], 'pl'],
  [[['de'], ['en', 'pl'], 'en'], 'en'],
  [[[], ['en'], 'en'], 'en'],
  [[['-'], ['en'], 'en'], 'en'],
], pickLanguage);

const surveys = [
  { id: 'here', p: ['/cart'], q: null },
  { id: 'inline', p: ['/support'], q: '#place' },
  { id: 'later', p: ['/support'], q: null },
];
const everything = () => true;
const noPlaces = (selector) => !selector;

table('choose', [
  [['/cart', everything], 'here'],
  [['/support', everything], 'inline'],
  [['/support', noPlaces], 'later'],
  [['/', everything], undefined],
  [['/', everything, 'later'], 'later'],
  [['/', noPlaces, 'inline'], undefined],
  [['/cart', everything, 'unknown'], undefined],
], (...input) => choose(surveys, ...input)?.id);
