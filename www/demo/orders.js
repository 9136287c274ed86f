// After the purchase: the thank-you page, which passes the order to Glas, and the delivered order.

import { DELIVERIES, GOODS, SAMPLE_ORDER, deliveryPrice, orderTotal, readItems, writeItems } from "./goods.js";
import { address, asked, copyOf, lang, market, phrase, price } from "./page.js";

const { currency } = market;
const byId = (id) => document.getElementById(id);

/** The order in the URL, or a sample order if the page was opened directly. */
function order() {
  const items = readItems(asked("items"));
  if (!/^ZP-\d{6}$/.test(asked("order") ?? "") || items.size === 0) return SAMPLE_ORDER;
  const delivery = Object.hasOwn(DELIVERIES, asked("delivery") ?? "") ? asked("delivery") : SAMPLE_ORDER.delivery;
  return { id: asked("order"), items, delivery };
}

/** Read-only lines of an order; also used for the basket in the checkout. */
export function plainLines(items) {
  return [...items].map(([id, count]) => {
    const li = copyOf("line");
    li.querySelector("img").src = `/demo/art/${id}.svg`;
    li.querySelector(".name").textContent = phrase(`${id}.name`);
    li.querySelector(".each").textContent = phrase("count.of", { n: count, price: price(GOODS[id][currency]) });
    li.querySelector(".price").textContent = price(count * GOODS[id][currency]);
    return li;
  });
}

function showOrder({ id, items, delivery }) {
  const cost = deliveryPrice(items, delivery, currency);
  byId("order-number").textContent = id;
  byId("order-lines").append(...plainLines(items));
  byId("order-delivery").textContent = cost ? price(cost) : phrase("free");
  byId("order-total").textContent = price(orderTotal(items, delivery, currency));
}

export function showThanks() {
  const bought = order();
  showOrder(bought);
  byId("order-link").href = address("/demo/order", {
    order: bought.id,
    items: writeItems(bought.items),
    delivery: bought.delivery,
  });
  // If Glas is not on the page, the call stays in the stub's queue.
  window.glas?.("order", { id: bought.id, value: orderTotal(bought.items, bought.delivery, currency), currency });
}

/** For each step of the parcel: how many days ago, and at what time. */
const STEPS = [[3, 18, 5], [2, 9, 40], [2, 16, 15], [0, 9, 32]];

export function showDelivered() {
  showOrder(order());
  const day = new Intl.DateTimeFormat(lang === "en" ? "en-IE" : market.locale, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
  });
  byId("order-steps").querySelectorAll("time").forEach((time, n) => {
    const [daysAgo, hour, minute] = STEPS[n];
    const at = new Date();
    at.setDate(at.getDate() - daysAgo);
    at.setHours(hour, minute, 0, 0);
    time.dateTime = at.toISOString();
    time.textContent = day.format(at);
  });
}
