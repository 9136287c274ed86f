// The checkout: form validation, costs by delivery method, and a simulated payment.

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

/** For each field: the key of its error message, or null. */
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

  form.noValidate = true; // the browser's messages are in the browser's language, not the page's
  for (const id of Object.keys(CHECKS)) {
    // A field is validated when a non-empty one loses the focus, then on every input until it is valid.
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

/** Shows or clears the error of a field. Returns whether the field is valid. */
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

/** The URL holds the order number, the items and the delivery method, and nothing that was typed. */
function pay() {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  location.assign(address("/demo/thank-you", {
    cart: "",
    order: `ZP-${String(random % 1_000_000).padStart(6, "0")}`,
    items: writeItems(items),
    delivery: chosenDelivery(),
  }));
}
