// What every page of the shop needs: its language, its words, its basket and addresses that carry them along.
// The basket lives in the address because nothing may be kept on the visitor's device before they agree to it.

import { MARKETS, countOf, money, readItems, writeItems } from "./goods.js";

export const lang = document.documentElement.lang;
export const market = MARKETS[lang];
const words = (await import(`./words/${lang}.js`)).default;

const query = () => new URLSearchParams(location.search);

/** The basket of this page. Change it by `putItem` only, so that the address and the links follow. */
export const items = readItems(query().get("cart"));

/** A phrase with its `{blanks}` filled; undefined if this language has none under that key. */
export function phrase(key, blanks = {}) {
  return words[key]?.replace(/\{(\w+)\}/g, (blank, name) => blanks[name] ?? blank);
}

/** "1 produkt", "2 produkty", "5 produktów". */
export function things(count) {
  return phrase(`things.${new Intl.PluralRules(lang).select(count)}`, { n: count });
}

/** Minor units as a price of this market. */
export const price = (minor) => money(minor, market);

/** A value of the address's query, e.g. the product that is looked at. */
export const asked = (name) => query().get(name);

/** An address inside the shop that keeps the language and the basket; `own` are the page's own values. */
export function address(path, own = {}) {
  const url = new URL(path, location.origin);
  const all = { lang, cart: writeItems(items), ...Object.fromEntries(url.searchParams), ...own };
  return url.pathname + queryText(all) + url.hash;
}

/** Colons and commas stay as they are, so that a person can read the basket in the address bar. */
function queryText(values) {
  const parts = Object.entries(values)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":").replaceAll("%2C", ",")}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Puts words of the page's language into everything marked with `data-t`. The markup itself is Polish. */
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

/** Sets how many of a product are in the basket (0 takes it out) and brings the address and all links up to date. */
export function putItem(id, count) {
  if (count > 0) items.set(id, count);
  else items.delete(id);
  const now = Object.fromEntries(query());
  history.replaceState(history.state, "", location.pathname + queryText({ ...now, lang, cart: writeItems(items) }) + location.hash);
  relink();
}

/** Brings every link of the shop and the basket's count up to date. */
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
