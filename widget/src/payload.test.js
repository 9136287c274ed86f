import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answerOf, bodyOf, pageUrl, secretOf, uuid7 } from './payload.js';
import { recall } from './recall.js';

const response = {
  id: '0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11',
  client_secret: 'q7Zp2_hV0nK4sT8wB1xY3A',
  key: 'pk_shop',
  survey: 'srv_after',
  version: 3,
};
const facts = {
  response,
  language: 'pl',
  device: 'mobile',
  trigger: 'exit',
  url: 'https://shop.example/thank-you?order=1#paid',
  page: {},
};
const read = (text) => JSON.parse(text);
const body = (more = {}, answers = [], complete = false) => read(bodyOf({ ...facts, ...more }, 1, answers, complete));
const contextOf = (page) => {
  const { url, language, device, trigger, ...rest } = body({ page }).context;
  return rest;
};

test('a revision has every field once', () => {
  const answers = [answerOf({ id: 'nps', kind: 'nps' }, 9, undefined)];
  assert.deepEqual(body({}, answers), {
    id: response.id,
    client_secret: response.client_secret,
    revision: 1,
    key: 'pk_shop',
    survey: 'srv_after',
    version: 3,
    answers: [{ question: 'nps', score: 9 }],
    complete: false,
    context: { url: 'https://shop.example/thank-you', language: 'pl', device: 'mobile', trigger: 'exit' },
  });
  assert.equal(body({}, [], true).complete, true);
});

test('the token of the survey is part of every revision, if there is one', () => {
  const withToken = (token) => body({ response: { ...response, token } });
  assert.equal(withToken('mwsj44klngefz2gpky').token, 'mwsj44klngefz2gpky');
  assert.equal('token' in withToken(undefined), false);
});

test('the answer to each kind of question has its own fields', () => {
  const choices = [{ id: 'price' }, { id: 'speed' }, { id: 'size' }];
  for (const [kind, number, words, expected] of [
    ['nps', 0, undefined, { score: 0 }],
    ['ces', 7, undefined, { score: 7 }],
    ['csat', 1, undefined, { score: 1 }],
    ['agree', 7, undefined, { score: 7 }],
    ['text', 0xffffffff, 'tak', { text: 'tak' }],
    ['contact', 0, 'ala@kot.example', { contact: 'ala@kot.example', consent: true }],
    ['choice', 0b001, undefined, { choices: ['price'] }],
    ['choice', 0b110, undefined, { choices: ['speed', 'size'] }],
    ['choice', 0b1000, 'zapach', { choices: [], other: 'zapach' }],
    ['choice', 0b1010, 'zapach', { choices: ['speed'], other: 'zapach' }],
  ]) {
    const answer = answerOf({ id: 'q', kind, choices }, number, words);
    assert.deepEqual(body({}, [answer]).answers, [{ question: 'q', ...expected }], `${kind} ${number}`);
  }
});

test('recall puts an earlier answer into words', () => {
  const choices = [
    { id: 'price', text: 'Price' },
    { id: 'speed', text: 'Speed' },
    { id: 'size', text: 'Size' },
  ];
  for (const [kind, number, words, expected] of [
    ['nps', 0, undefined, '0'],
    ['agree', 7, undefined, '7'],
    ['text', 0, 'too <b>slow</b>', 'too <b>slow</b>'],
    ['contact', 0, 'ala@kot.example', 'ala@kot.example'],
    ['choice', 0b101, undefined, 'Price, Size'],
    ['choice', 0b1010, 'the smell', 'Speed, the smell'],
    ['choice', 0b1000, 'the smell', 'the smell'],
  ]) {
    const answers = [answerOf({ id: 'q', kind, choices }, number, words)];
    const recalled = (id, counted) => recall(id, [{ id: 'q', choices }], answers, counted);
    assert.equal(recalled('q', 1), expected);
    assert.equal(recalled('q', 2), '…', 'the answer does not count');
    assert.equal(recalled('other', 1), '{other}', 'no question has this id');
  }
});

test('text is sent as it was typed', () => {
  for (const text of ['"\\/\b\n\t', '</script>', 'zażółć 😀', '\u2028', "'; drop table"]) {
    assert.equal(body({}, [answerOf({ id: 'q', kind: 'text' }, 0, text)]).answers[0].text, text);
  }
  assert.equal(body({}, [answerOf({ id: 'q', kind: 'text' }, 0, 'a\ud83d')]).answers[0].text, 'a\ufffd');
  assert.equal(body({}, [answerOf({ id: 'q', kind: 'text' }, 0, '\\ud83d')]).answers[0].text, '\\ud83d');
});

const [A, B] = ['0a'.repeat(32), 'f1'.repeat(32)];

test('values from the page are sent only if the service accepts them', () => {
  const order = { id: 'A-17', value: 12990, currency: 'PLN' };
  for (const [page, expected] of [
    [{}, {}],
    [{ order }, { order }],
    [{ order: { ...order, currency: 'pln' } }, { order }],
    [{ order: { ...order, id: 17 } }, { order: { ...order, id: '17' } }],
    [{ order: { value: 0, currency: 'RON' } }, { order: { value: 0, currency: 'RON' } }],
    [{ order: { ...order, id: 'x'.repeat(129) } }, { order: { value: 12990, currency: 'PLN' } }],
    [{ order: { ...order, value: 129.9 } }, {}],
    [{ order: { ...order, value: '12990' } }, {}],
    [{ order: { ...order, value: -1 } }, {}],
    [{ order: { ...order, value: 2 ** 53 } }, {}],
    [{ order: { ...order, currency: 'zł' } }, {}],
    [{ order: { value: 1 } }, {}],
    [{ order: null }, {}],
    [{ order: 'A-17' }, {}],
    [{ customer: ' c-7 ' }, { customer: 'c-7' }],
    [{ customer: 7 }, { customer: '7' }],
    [{ customer: '' }, {}],
    [{ customer: {} }, {}],
    [{ customer: '😀'.repeat(128) }, { customer: '😀'.repeat(128) }],
    [{ customer: '😀'.repeat(129) }, {}],
    [{ traits: { plan: 'gold', visits: 3, member: true } }, { traits: { plan: 'gold', visits: '3', member: 'true' } }],
    [{ traits: { nested: {}, none: null, list: [1], empty: '', long: 'x'.repeat(101) } }, { traits: {} }],
    [{ traits: { ['x'.repeat(101)]: 'a', '': 'b' } }, { traits: {} }],
    [{ traits: { symbol: Symbol('s') } }, { traits: { symbol: 'Symbol(s)' } }],
    [{ sig: A }, { signatures: [A] }],
    [{ traits: { plan: 'gold', sig: A } }, { traits: { plan: 'gold' }, signatures: [A] }],
    [{ order: { ...order, sig: B }, traits: { sig: A } }, { order, traits: {}, signatures: [A, B] }],
    [{ sig: `${A} ${B} ${A} ${B}` }, { signatures: [A, B, A] }],
    [{ sig: 'short', traits: { sig: null }, order: { ...order, sig: `${A}0` } }, { order, traits: {} }],
    [{ sig: {}, customer: 'c-7' }, { customer: 'c-7' }],
  ]) {
    assert.deepEqual(contextOf(page), expected, JSON.stringify(page));
  }
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`t${at}`, 'x']));
  assert.equal(Object.keys(contextOf({ traits: many }).traits).length, 20);
});

test('a getter of the page that throws costs only its own value', () => {
  const order = {
    get value() {
      throw new Error('page');
    },
  };
  assert.deepEqual(contextOf({ order, customer: 'c-7' }), { customer: 'c-7' });
});

test('a `toJSON` on a prototype does not change the body', () => {
  const patched = [Array.prototype, Object.prototype, String.prototype];
  const expected = body({ page: { traits: { plan: 'gold' } } }, [answerOf({ id: 'c', kind: 'choice', choices: [{ id: 'x' }] }, 1)]);
  for (const prototype of patched) prototype.toJSON = () => 'patched';
  try {
    const choices = [{ id: 'x' }];
    const text = bodyOf(
      { ...facts, page: { traits: { plan: 'gold' } } },
      1,
      [answerOf({ id: 'c', kind: 'choice', choices }, 1)],
      false,
    );
    for (const prototype of patched) delete prototype.toJSON;
    assert.deepEqual(read(text), expected);
  } finally {
    for (const prototype of patched) delete prototype.toJSON;
  }
});

// The addresses that the service is tested with, too.
const addresses = JSON.parse(readFileSync(new URL('../../survey/tests/addresses.json', import.meta.url)));

test('no secret in an address leaves the browser', () => {
  for (const { url, secrets } of addresses.secret) {
    const sent = pageUrl(url, addresses.parameters);
    for (const secret of secrets) assert.ok(!sent.includes(secret), `${url} -> ${sent}`);
  }
});

test('a harmless address keeps its path and its campaign', () => {
  for (const { url, kept } of addresses.harmless) assert.equal(pageUrl(url, addresses.parameters), kept);
});

test('the URL is http(s), and at most 2000 characters long', () => {
  assert.equal(body({ url: 'file:///home/shop.html' }).context.url, undefined);
  assert.equal(body({ url: 'about:srcdoc' }).context.url, undefined);
  assert.equal(body({ url: 'http://localhost/#a#b' }).context.url, 'http://localhost/');
  assert.equal(body({ url: 'https://shop.example/list?a=1&b=2', names: ['b'] }).context.url, 'https://shop.example/list?b=2');
  // A part of a long path could be half of an e-mail address.
  assert.equal(body({ url: `https://shop.example/${'xx-'.repeat(1000)}` }).context.url, undefined);
  assert.equal(body({ url: `https://shop.example/a?utm_id=${'x'.repeat(3000)}` }).context.url, 'https://shop.example/a');
});

test('every revision of a response has the same secret', () => {
  const secrets = [1, 2, 9].map((revision) => read(bodyOf(facts, revision, [], false)).client_secret);
  assert.deepEqual(secrets, Array(3).fill(response.client_secret));
});

test('secrets are 22 characters of base64url', () => {
  for (const [byte, expected] of [
    [0x00, 'AAAAAAAAAAAAAAAAAAAAAA'],
    [0xfb, '-_v7-_v7-_v7-_v7-_v7-w'],
    [0xff, '_____________________w'],
    [0x69, 'aWlpaWlpaWlpaWlpaWlpaQ'],
  ]) {
    assert.equal(secretOf(new Uint8Array(16).fill(byte)), expected);
  }
  // The bytes are not lost: a different last byte is a different secret.
  assert.notEqual(secretOf(new Uint8Array(16).fill(1)), secretOf(new Uint8Array(16).fill(1, 0, 15)));
});

test('ids are version 7 UUIDs', () => {
  // The example of RFC 9562, appendix A.6, except for the two bits that are always 0 here.
  const random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
  assert.equal(uuid7(0x017f22e279b0, random), '017f22e2-79b0-7cc3-88c4-dc0c0c07398f');
  assert.equal(uuid7(0, new Uint8Array(10)), '00000000-0000-7000-8000-000000000000');
  assert.equal(uuid7(2 ** 48 - 1, new Uint8Array(10).fill(255)), 'ffffffff-ffff-7fff-8fff-ffffffffffff');
});
