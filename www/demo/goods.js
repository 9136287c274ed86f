// The products and their prices. Amounts are integers in minor units; only `money` formats them.

/** The market of each language: locale of prices, currency, default country of the form. */
export const MARKETS = {
  pl: { locale: "pl-PL", currency: "PLN", country: "PL" },
  ro: { locale: "ro-RO", currency: "RON", country: "RO" },
  en: { locale: "en-IE", currency: "EUR", country: "IE" },
};

/** Prices in grosze, bani and cents. `tall` is the height of the drawing, in percent of its shelf.
 *  High and low things take turns, so that no shelf looks empty. */
export const GOODS = {
  monstera: { PLN: 8900, RON: 9900, EUR: 2190, tall: 94 },
  doniczka: { PLN: 4500, RON: 4900, EUR: 1090, tall: 50 },
  sansewieria: { PLN: 6900, RON: 7900, EUR: 1690, tall: 86 },
  konewka: { PLN: 7900, RON: 8900, EUR: 1890, tall: 50 },
  fikus: { PLN: 12900, RON: 14900, EUR: 2990, tall: 94 },
  swieca: { PLN: 3900, RON: 4500, EUR: 950, tall: 46 },
};

/** The first one is the default. */
export const DELIVERIES = {
  point: { PLN: 1199, RON: 1499, EUR: 399 },
  courier: { PLN: 1499, RON: 1999, EUR: 499 },
};

/** Delivery is free from this value of goods. */
export const FREE_FROM = { PLN: 19900, RON: 22900, EUR: 4900 };

/** Maximum quantity of a product in an order. */
export const MOST = 20;

/** The sample order on the order and thank-you pages, if nothing was bought. */
export const SAMPLE_ORDER = { id: "ZP-100417", items: new Map([["monstera", 1]]), delivery: "point" };

/** `monstera:1,doniczka:2` → Map; unknown products are ignored. */
export function readItems(text) {
  const items = new Map();
  for (const part of (text ?? "").split(",")) {
    const [id, count] = part.split(":");
    const n = Number(count);
    if (Object.hasOwn(GOODS, id) && Number.isInteger(n) && n > 0) items.set(id, Math.min(n, MOST));
  }
  return items;
}

/** The inverse of `readItems`; an empty string for an empty basket. */
export const writeItems = (items) => [...items].map(([id, n]) => `${id}:${n}`).join(",");

/** Number of items in the basket. */
export const countOf = (items) => [...items.values()].reduce((sum, n) => sum + n, 0);

/** Value of the goods without delivery, in minor units. */
export const goodsValue = (items, currency) =>
  [...items].reduce((sum, [id, n]) => sum + n * GOODS[id][currency], 0);

/** Price of a delivery for these goods, in minor units. */
export function deliveryPrice(items, delivery, currency) {
  return goodsValue(items, currency) >= FREE_FROM[currency] ? 0 : DELIVERIES[delivery][currency];
}

/** Total of goods and delivery, in minor units. */
export const orderTotal = (items, delivery, currency) =>
  goodsValue(items, currency) + deliveryPrice(items, delivery, currency);

/** Formats minor units as a price of the market. All three currencies have two decimal places. */
export function money(minor, { locale, currency }) {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(minor / 100);
}
