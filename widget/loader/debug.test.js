import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { describeReason, describeState } from './debug.js';
import { table } from './table.js';

test('every reason has a description', () => {
  for (const letter of 'opqrstuvgbcdefa') assert.ok(describeReason(letter).length > 10, letter);
});

test('every trigger has a description', () => {
  const others = ['button', 'consent_platforms', 'memory'];
  const parts = readdirSync(new URL('parts/', import.meta.url)).map((file) => file.replace('.js', ''));
  const triggers = parts.filter((name) => !name.endsWith('.test') && !others.includes(name));
  assert.ok(triggers.length >= 7);
  for (const name of ['load', ...triggers]) {
    // The name itself is shown for an unknown trigger.
    assert.notEqual(describeState({ t: [[name]] }, '', undefined, 0), `waiting for ${name}`);
  }
});

table('describeState', [
  [[{}, '', undefined, 0], 'waiting for the page'],
  [[{ t: [['scroll', 50], ['exit']] }, '', undefined, 0], 'waiting for scroll 50 %, or the shopper to leave'],
  [[{ t: [['event', 'paid', { plan: 'pro' }]] }, '', undefined, 0], 'waiting for the event paid with {"plan":"pro"}'],
  [[{ t: [] }, '', undefined, 0], 'waiting to be opened'],
  [[{ d: 5000 }, '', [1000, 'load'], 3000], 'will be asked after its delay of 5000 ms (load; since 2 s)'],
  [[{}, 'o', undefined, 0], 'not asked: not on this page'],
  [[{ m: 'button' }, '', undefined, 0], 'its button is on the page'],
  [[{ m: 'button' }, 'e', undefined, 0], 'its button is on the page'],
  [[{ m: 'button' }, 'o', undefined, 0], 'no button: not on this page'],
], describeState);
