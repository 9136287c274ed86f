// The checkout: a form that is checked here, costs that follow the chosen delivery, and a payment that only pretends.

import { deliveryPrice, goodsValue, orderTotal, writeItems } from "./goods.js";
import { address, items, lang, market, phrase, price } from "./page.js";
import { plainLines } from "./orders.js";

const { currency } = market;
const byId = (id) => document.getElementById(id);

const POSTCODES = {
  PL: /^\d{2}-?\d{3}$/,
  RO: /^\d{6}$/,
  CZ: /^\d{3} ?\d{2}$/,
  DE: /^\d{5}$/,
  IE: /^[A-Za-z]\d[\dWw] ?[A-Za-z\d]{4}$/,
};

/** For each field the key of what is wrong with it, or null. */
const CHECKS = {
  name: (text) => (text.length < 2 ? "wrong.name" : null),
  email: (text, field) => (!text || field.validity.typeMismatch ? "wrong.email" : null),
  phone: (text) => (text && !/^\+?[\d ()-]{7,20}$/.test(text) ? "wrong.phone" : null),
  street: (text) => (text.length < 3 ? "wrong.street" : null),
  postcode: (text) => (POSTCODES[byId("country").value].test(text) ? null : `wrong.postcode.${byId("country").value}`),
  city: (text) => (text.length < 2 ? "wrong.city" : null),
};

export function showCheckout() {
  const form = byId("checkout");
  byId("cart-empty").hidden = items.size > 0;
  form.hidden = items.size === 0;
  if (form.hidden) return;

  byId("checkout-lines").append(...plainLines(items));
  nameCountries();
  offerPayments();
  for (const radio of form.elements.delivery) {
    const cost = deliveryPrice(items, radio.value, currency);
    radio.parentElement.querySelector(".price").textContent = cost ? price(cost) : phrase("free");
    radio.addEventListener("change", showSums);
  }
  showSums();

  form.noValidate = true; // our messages are in the page's language, the browser's are in its own
  for (const id of Object.keys(CHECKS)) {
    // A field is judged when it is left with something in it, and then at every key until it is right.
    byId(id).addEventListener("change", () => byId(id).value && check(id));
    byId(id).addEventListener("input", () => byId(id).ariaInvalid === "true" && check(id));
  }
  byId("country").addEventListener("change", () => byId("postcode").value && check("postcode"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (allRight()) pay();
  });
}

function nameCountries() {
  const names = new Intl.DisplayNames(lang, { type: "region" });
  for (const option of byId("country").options) option.textContent = names.of(option.value);
  byId("country").value = market.country;
}

function offerPayments() {
  for (const label of byId("payments").querySelectorAll("[data-currency]")) {
    if (!label.dataset.currency.split(" ").includes(currency)) label.remove();
  }
  byId("payments").querySelector("input").checked = true;
}

const chosenDelivery = () => byId("checkout").elements.delivery.value;

function showSums() {
  const delivery = chosenDelivery();
  const cost = deliveryPrice(items, delivery, currency);
  const total = price(orderTotal(items, delivery, currency));
  byId("sum-goods").textContent = price(goodsValue(items, currency));
  byId("sum-delivery").textContent = cost ? price(cost) : phrase("free");
  byId("sum-total").textContent = total;
  byId("pay-total").textContent = total;
}

/** Shows what is wrong with one field, or that nothing is; true if it is right. */
function check(id) {
  const field = byId(id);
  const wrong = CHECKS[id](field.value.trim(), field);
  field.ariaInvalid = wrong ? "true" : null;
  byId(`${id}-wrong`).textContent = wrong ? phrase(wrong) : "";
  byId(`${id}-wrong`).hidden = !wrong;
  return !wrong;
}

function allRight() {
  const wrong = Object.keys(CHECKS).filter((id) => !check(id));
  byId("problems").textContent = wrong.length ? phrase("problems") : "";
  if (wrong.length) byId(wrong[0]).focus();
  return wrong.length === 0;
}

/** Nothing that was typed goes along: only the number, the goods and the delivery travel in the address. */
function pay() {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  location.assign(address("/demo/thank-you", {
    cart: "",
    order: `ZP-${String(random % 1_000_000).padStart(6, "0")}`,
    items: writeItems(items),
    delivery: chosenDelivery(),
  }));
}
