// What the shop sells and what it costs. Money is integer minor units everywhere; only `money` makes text of it.

/** Where each language shops: the locale prices are written in, the currency, the country the form starts with. */
export const MARKETS = {
  pl: { locale: "pl-PL", currency: "PLN", country: "PL" },
  ro: { locale: "ro-RO", currency: "RON", country: "RO" },
  en: { locale: "en-IE", currency: "EUR", country: "IE" },
};

/** Prices in grosze, bani and cents. `tall` is the height of the drawing on its shelf, in percent.
 *  High and low things take turns, so that no shelf looks empty. */
export const GOODS = {
  monstera: { PLN: 8900, RON: 9900, EUR: 2190, tall: 94 },
  doniczka: { PLN: 4500, RON: 4900, EUR: 1090, tall: 50 },
  sansewieria: { PLN: 6900, RON: 7900, EUR: 1690, tall: 86 },
  konewka: { PLN: 7900, RON: 8900, EUR: 1890, tall: 50 },
  fikus: { PLN: 12900, RON: 14900, EUR: 2990, tall: 94 },
  swieca: { PLN: 3900, RON: 4500, EUR: 950, tall: 46 },
};

/** The first one is chosen when the checkout opens. */
export const DELIVERIES = {
  point: { PLN: 1199, RON: 1499, EUR: 399 },
  courier: { PLN: 1499, RON: 1999, EUR: 499 },
};

/** From this value of goods on, delivery costs nothing. */
export const FREE_FROM = { PLN: 19900, RON: 22900, EUR: 4900 };

/** How many of one thing fit into one order. */
export const MOST = 20;

/** The sample order of the order and thank-you pages, shown if nothing was bought. */
export const SAMPLE_ORDER = { id: "ZP-100417", items: new Map([["monstera", 1]]), delivery: "point" };

/** `monstera:1,doniczka:2` → Map; what the shop does not sell is left out, so a mistyped address cannot break it. */
export function readItems(text) {
  const items = new Map();
  for (const part of (text ?? "").split(",")) {
    const [id, count] = part.split(":");
    const n = Number(count);
    if (Object.hasOwn(GOODS, id) && Number.isInteger(n) && n > 0) items.set(id, Math.min(n, MOST));
  }
  return items;
}

/** The reverse of `readItems`; empty for an empty basket. */
export const writeItems = (items) => [...items].map(([id, n]) => `${id}:${n}`).join(",");

/** How many things are in the basket. */
export const countOf = (items) => [...items.values()].reduce((sum, n) => sum + n, 0);

/** Value of the goods without delivery, in minor units. */
export const goodsValue = (items, currency) =>
  [...items].reduce((sum, [id, n]) => sum + n * GOODS[id][currency], 0);

/** Price of a delivery for these goods, in minor units. */
export function deliveryPrice(items, delivery, currency) {
  return goodsValue(items, currency) >= FREE_FROM[currency] ? 0 : DELIVERIES[delivery][currency];
}

/** What the buyer pays: goods and delivery, in minor units. */
export const orderTotal = (items, delivery, currency) =>
  goodsValue(items, currency) + deliveryPrice(items, delivery, currency);

/** Minor units as a price in the market's own writing. All three currencies have two digits after the point. */
export function money(minor, { locale, currency }) {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(minor / 100);
}
