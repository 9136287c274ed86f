import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reaches } from './contact.js';

test('exactly the addresses and numbers that the service accepts are valid', () => {
  const long = `${'a'.repeat(64)}@b.example`;
  for (const [phone, good, bad] of [
    [
      false,
      ['a@b.example', 'Ala.Kot+sklep@Poczta.EXAMPLE', "o'neil@b.example", 'zażółć@gęślą.example', 'a-.b@c-d.e.example', long, '\u202ajan@poczta.example\u202c', 'jan\u200b@b.example'],
      [
        ...['', '@', 'a', 'a@', '@b.example', 'a@b', 'a@b.', 'a@.b', 'a@b..c', 'a b@c.example', 'a@b.exa mple', 'a@b@c.example'],
        ...['<a@b.example>', 'a@b.example,c@d.example', 'Ala <a@b.example>', 'a@-b.example', 'a@b-.example', 'a@b.-example'],
        ...['a@b.example-', 'a\u0007@b.example', 'mailto:a@b.example', `a${long}`],
      ],
    ],
    [
      true,
      ['123456', '+48 601 123 456', '(0) 21.312-45-67', '+40\u00a0721 234 567', '12345678901234567890', '0721/234.567', '\u202a+48 601 123 456\u202c', '+40 (0)123456789012345678'],
      ['', '12345', '+', '+12345', '++48601123456', '48+601123456', '123456789012345678901', '601 123 456 w. 7', '٦٠١١٢٣٤٥٦'],
    ],
  ]) {
    for (const words of good) assert.ok(reaches(phone, words), words);
    for (const words of bad) assert.ok(!reaches(phone, words), words);
  }
});
