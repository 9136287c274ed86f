import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { wordsIn } from './words.js';

test('every language of the service has its own text', () => {
  const service = readFileSync(new URL('../../../survey/src/words/languages.rs', import.meta.url), 'utf8');
  const languages = [...service.matchAll(/language: "(\w+)"/g)].map(([, language]) => language);
  assert.ok(languages.length >= 12, languages.join());
  assert.equal(new Set(languages.map(wordsIn)).size, languages.length);
});

test('a regional tag gets its language, an unsupported language gets English', () => {
  assert.equal(wordsIn('pl-PL'), wordsIn('pl'));
  assert.equal(wordsIn('sv'), wordsIn('en'));
  assert.equal(wordsIn('constructor'), wordsIn('en'));
});
