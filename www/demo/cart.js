// The basket page. Rows are updated in place, so that the focus is kept.

import { FREE_FROM, GOODS, MOST, deliveryPrice, goodsValue, orderTotal } from "./goods.js";
import { address, copyOf, items, market, phrase, price, putItem, things } from "./page.js";

const DELIVERY = "point"; // also the default of the checkout

const byId = (id) => document.getElementById(id);

export function showCart() {
  byId("cart-lines").append(...[...items.keys()].map(row));
  showSums();
}

function row(id) {
  const li = copyOf("line");
  const name = phrase(`${id}.name`);
  li.dataset.item = id;
  li.querySelector("img").src = `/demo/art/${id}.svg`;
  const link = li.querySelector(".name");
  link.textContent = name;
  link.href = address(`/demo/product?item=${id}`);
  li.querySelector(".each").textContent = phrase("each", { price: price(GOODS[id][market.currency]) });
  li.querySelector(".stepper").setAttribute("aria-label", phrase("cart.count", { name }));
  const less = li.querySelector(".less");
  const more = li.querySelector(".more");
  less.setAttribute("aria-label", phrase("cart.less", { name }));
  more.setAttribute("aria-label", phrase("cart.more", { name }));
  less.addEventListener("click", () => change(li, -1));
  more.addEventListener("click", () => change(li, 1));
  const remove = li.querySelector(".remove");
  remove.setAttribute("aria-label", `${remove.textContent}: ${name}`);
  remove.addEventListener("click", () => takeOut(li));
  showCount(li);
  return li;
}

function change(li, by) {
  const id = li.dataset.item;
  const count = items.get(id) + by;
  if (count < 1 || count > MOST) return;
  putItem(id, count);
  showCount(li);
  showSums();
  announce();
}

function takeOut(li) {
  putItem(li.dataset.item, 0);
  li.remove();
  showSums();
  byId("cart-title").focus();
  announce();
}

function showCount(li) {
  const id = li.dataset.item;
  const count = items.get(id);
  li.querySelector("output").textContent = count;
  li.querySelector(".price").textContent = price(count * GOODS[id][market.currency]);
  // `aria-disabled` instead of `disabled`, because a disabled button loses the focus.
  li.querySelector(".less").setAttribute("aria-disabled", count === 1);
  li.querySelector(".more").setAttribute("aria-disabled", count === MOST);
}

function showSums() {
  byId("cart-full").hidden = items.size === 0;
  byId("cart-empty").hidden = items.size > 0;
  if (items.size === 0) return;
  const { currency } = market;
  const delivery = deliveryPrice(items, DELIVERY, currency);
  byId("sum-goods").textContent = price(goodsValue(items, currency));
  byId("sum-delivery").textContent = delivery ? phrase("from", { price: price(delivery) }) : phrase("free");
  byId("sum-total").textContent = price(orderTotal(items, DELIVERY, currency));
  const missing = FREE_FROM[currency] - goodsValue(items, currency);
  byId("free-hint").textContent = missing > 0 ? phrase("free.missing", { price: price(missing) }) : phrase("free.reached");
}

function announce() {
  const count = [...items.values()].reduce((sum, n) => sum + n, 0);
  byId("cart-status").textContent = items.size
    ? phrase("cart.now", { things: things(count), price: byId("sum-total").textContent })
    : phrase("cart.empty");
}
