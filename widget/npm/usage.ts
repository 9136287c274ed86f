// Correct and incorrect uses of the types. `usage.test.js` compiles this file; it is never run.
import { load, type Glas, type Order } from './index.js';

const order: Order = { id: 'A-1042', value: 12990, currency: 'EUR' };
const glas: Glas = load({ host: 'https://glas.example', key: 'pk_1', lang: 'pl', order, consent: true });

glas('open');
glas('open', 'srv_1');
glas('identify', 'customer-7', { plan: 'pro', orders: 3 });
glas('track', 'return', { step: 3 });
const off: () => void = glas('on', 'completed', ({ survey }) => survey?.length);
off();

// @ts-expect-error: unknown verb
glas('show');
// @ts-expect-error: the value must be a number in the minor unit
glas('order', { value: '129.90', currency: 'EUR' });
// @ts-expect-error: unknown event
glas('on', 'sent', () => {});
// @ts-expect-error: the key is required
load({ host: 'https://glas.example' });
