// The shop's script; <body data-page> selects the page.

import { DELIVERIES, FREE_FROM } from "./goods.js";
import { market, phrase, price, relink, translate } from "./page.js";
import { showHome, showProduct } from "./shelf.js";
import { showCart } from "./cart.js";
import { showCheckout } from "./checkout.js";
import { showDelivered, showThanks } from "./orders.js";

const SHOW = {
  home: showHome,
  product: showProduct,
  cart: showCart,
  checkout: showCheckout,
  thanks: showThanks,
  order: showDelivered,
};

translate(document);
SHOW[document.body.dataset.page]?.();

const promise = document.querySelector('[data-t="promise.send.text"]');
if (promise) {
  const { currency } = market;
  promise.textContent = phrase("promise.send.text", {
    from: price(DELIVERIES.point[currency]),
    free: price(FREE_FROM[currency]),
  });
}

relink();
delete document.documentElement.dataset.shop;

// While the shelf was empty, the page was too short to scroll to its anchor.
if (location.hash.length > 1) document.getElementById(location.hash.slice(1))?.scrollIntoView();
