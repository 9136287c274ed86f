// What the types allow, and what they do not: compiled by `usage.test.js`, never run.
import { load, type Glas, type Order } from './index.js';

const order: Order = { id: 'A-1042', value: 12990, currency: 'EUR' };
const glas: Glas = load({ host: 'https://glas.example', key: 'pk_1', lang: 'pl', order, consent: true });

glas('open');
glas('open', 'srv_1');
glas('identify', 'customer-7', { plan: 'pro', orders: 3 });
glas('track', 'return', { step: 3 });
const off: () => void = glas('on', 'completed', ({ survey }) => survey?.length);
off();

// @ts-expect-error: there is no such verb
glas('show');
// @ts-expect-error: money is a number in the minor unit
glas('order', { value: '129.90', currency: 'EUR' });
// @ts-expect-error: there is no such event
glas('on', 'sent', () => {});
// @ts-expect-error: a shop has a key
load({ host: 'https://glas.example' });
