import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf, parse, wordsOf } from './fallback.js';
import { table } from './table.js';

table('pageOf', [
  [['https://g.example', 'srv_1', 'pl', 'exit', {}], 'https://g.example/s/srv_1?lang=pl&trigger=exit'],
  [
    ['https://g.example', 'srv_1', 'pl', 'load', { order: { id: 'A&1', value: 0, currency: 'EUR' }, customer: 'c 7' }],
    'https://g.example/s/srv_1?lang=pl&trigger=load&order_id=A%261&order_value=0&order_currency=EUR&customer=c+7',
  ],
  [
    ['https://g.example', 'srv_1', 'pl', 'load', { customer: 'c7', sig: 'b b', traits: { plan: 'a&b', none: null, sig: 'a' }, order: { sig: 'c' } }],
    'https://g.example/s/srv_1?lang=pl&trigger=load&customer=c7&trait.plan=a%26b&sig=b+b&sig=a&sig=c',
  ],
  [['https://g.example', 'srv_1', 'en', 'load', { order: null, customer: '' }], 'https://g.example/s/srv_1?lang=en&trigger=load'],
], pageOf);

table('parse', [
  [[{ glas: 'shown' }], ['shown']],
  [[{ glas: 'size', height: 99.2 }], ['size', 100]],
  [[{ glas: 'size', height: 'x' }], undefined],
  [[{ glas: 'size', height: 1e9 }], undefined],
  [[{ glas: 'shown!' }], undefined],
  [['shown'], undefined],
  [[null], undefined],
], parse);

test('every supported language has its texts, and any other gets English', () => {
  for (const language of ['en', 'pl', 'ro', 'de', 'fr', 'es', 'it', 'cs', 'sk', 'hu', 'uk', 'ar']) {
    assert.equal(wordsOf(language).length, 3);
    assert.equal(language === 'en', wordsOf(language) === wordsOf('en'));
  }
  assert.equal(wordsOf('pt-BR'), wordsOf('en'));
  assert.equal(wordsOf('de-AT'), wordsOf('de'));
});
