import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageMatches } from './pages.js';
import { table } from './table.js';

table('pageMatches', [
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
  [[['/aba*'], '/ab'], false],
  [[['!/cart'], '/'], true],
  [[['!/cart'], '/cart'], false],
  [[['!*/checkout*', '!*/kasa*'], '/pl/kasa/2'], false],
  [[['!*/checkout*', '!*/kasa*'], '/pl/koszyk'], true],
  [[['/shop/*', '!/shop/legal*'], '/shop/1'], true],
  [[['/shop/*', '!/shop/legal*'], '/shop/legal/2'], false],
  [[['/shop/*', '!/shop/legal*'], '/other'], false],
  [[['!/shop/legal*', '/shop/*', '/x'], '/shop/1'], true],
  [[['!/a', '/b'], '/b'], true],
  [[['~^/p/\\d+$'], '/p/17'], true],
  [[['~^/p/\\d+$'], '/p/x'], false],
  [[['!~^/p/\\d+$'], '/p/17'], false],
  [[['!~^/p/\\d+$'], '/p/x'], true],
  [[['~dziękuj'], '/dzi%C4%99kuj%C4%99'], true],
  [[['/#/cart'], '/#/cart'], true],
  [[['/'], '/#/cart'], false],
], pageMatches);

test('a pattern with many stars is matched in a few milliseconds', () => {
  const started = process.cpuUsage().user;
  assert.equal(pageMatches([`/${'*a'.repeat(30)}`], `/${'a'.repeat(5000)}b`), false);
  assert.ok(process.cpuUsage(undefined).user - started < 50_000);
});
