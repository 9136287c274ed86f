// Shared by all pages of the shop: language, texts, basket, and links that keep them.
// The basket is kept in the URL because nothing may be stored on the visitor's device before consent.

import { MARKETS, countOf, money, readItems, writeItems } from "./goods.js";

export const lang = document.documentElement.lang;
export const market = MARKETS[lang];
const words = (await import(`./words/${lang}.js`)).default;

const query = () => new URLSearchParams(location.search);

/** The basket of this page. Change it only with `putItem`, which also updates the URL and the links. */
export const items = readItems(query().get("cart"));

/** A text with its `{placeholders}` filled; undefined if the language lacks the key. */
export function phrase(key, blanks = {}) {
  return words[key]?.replace(/\{(\w+)\}/g, (blank, name) => blanks[name] ?? blank);
}

/** "1 produkt", "2 produkty", "5 produktów". */
export function things(count) {
  return phrase(`things.${new Intl.PluralRules(lang).select(count)}`, { n: count });
}

/** Formats minor units as a price of this market. */
export const price = (minor) => money(minor, market);

/** A query parameter of the URL, e.g. the product on view. */
export const asked = (name) => query().get(name);

/** A URL within the shop that keeps the language and the basket; `own` are parameters of the target page. */
export function address(path, own = {}) {
  const url = new URL(path, location.origin);
  const all = { lang, cart: writeItems(items), ...Object.fromEntries(url.searchParams), ...own };
  return url.pathname + queryText(all) + url.hash;
}

/** Colons and commas are not percent-encoded, which keeps the basket readable in the address bar. */
function queryText(values) {
  const parts = Object.entries(values)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2C", ",")}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Translates every element with `data-t`. The markup itself is Polish. */
export function translate(root) {
  for (const el of root.querySelectorAll("[data-t]")) el.textContent = phrase(el.dataset.t) ?? el.textContent;
  for (const el of root.querySelectorAll("[data-t-label]")) {
    el.setAttribute("aria-label", phrase(el.dataset.tLabel) ?? el.getAttribute("aria-label"));
  }
}

/** A translated copy of a template's only element. */
export function copyOf(id) {
  const part = document.getElementById(id).content.cloneNode(true);
  translate(part);
  return part.firstElementChild;
}

/** Sets the quantity of a product in the basket (0 removes it), and updates the URL and all links. */
export function putItem(id, count) {
  if (count > 0) items.set(id, count);
  else items.delete(id);
  const now = Object.fromEntries(query());
  history.replaceState(history.state, "", location.pathname + queryText({ ...now, lang, cart: writeItems(items) }) + location.hash);
  relink();
}

/** Updates the shop's links and the basket count. */
export function relink() {
  for (const link of document.querySelectorAll('a[href^="/demo/"]')) {
    const url = new URL(link.href);
    url.searchParams.delete("lang");
    url.searchParams.delete("cart");
    link.setAttribute("href", address(url.pathname + url.search + url.hash));
  }
  for (const link of document.querySelectorAll(".langs a")) {
    link.setAttribute("href", location.pathname + queryText({ ...Object.fromEntries(query()), lang: link.lang }));
    if (link.lang === lang) link.setAttribute("aria-current", "true");
  }
  const count = countOf(items);
  document.getElementById("cart-count").textContent = count;
  document.getElementById("cart-link").setAttribute("aria-label", phrase("nav.cart.count", { things: things(count) }));
}
