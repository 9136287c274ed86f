// The product list on the home page, and the product page.

import { GOODS, MOST } from "./goods.js";
import { address, asked, copyOf, items, market, phrase, price, putItem, things } from "./page.js";

/** Sets the drawing of a product in an <img>; `alt` is empty where the product's name is shown beside it. */
function draw(img, id, alt = "") {
  img.src = `/demo/art/${id}.svg`;
  img.alt = alt;
  img.style.setProperty("--tall", `${GOODS[id].tall}%`);
}

function card(id) {
  const li = copyOf("card");
  const name = phrase(`${id}.name`);
  draw(li.querySelector("img"), id);
  const link = li.querySelector("h3 a");
  link.textContent = name;
  link.href = address(`/demo/product?item=${id}`);
  li.querySelector(".line").textContent = phrase(`${id}.line`);
  li.querySelector(".price").textContent = price(GOODS[id][market.currency]);
  const button = li.querySelector("button");
  button.dataset.add = id;
  button.setAttribute("aria-label", `${button.textContent}: ${name}`);
  button.addEventListener("click", () => add(id, 1));
  return li;
}

function add(id, count) {
  putItem(id, Math.min((items.get(id) ?? 0) + count, MOST));
  document.getElementById("added").textContent = phrase("added", {
    name: phrase(`${id}.name`),
    things: things(items.get(id)),
  });
  document.getElementById("go-to-cart")?.removeAttribute("hidden");
}

export function showHome() {
  document.getElementById("goods").append(...Object.keys(GOODS).map(card));
}

export function showProduct() {
  const id = Object.hasOwn(GOODS, asked("item") ?? "") ? asked("item") : "monstera";
  const name = phrase(`${id}.name`);
  document.title = `${name} – Zielona Półka`;
  draw(document.getElementById("product-image"), id, name);
  document.getElementById("product-name").textContent = name;
  document.getElementById("product-price").textContent = price(GOODS[id][market.currency]);
  document.getElementById("product-text").textContent = phrase(`${id}.text`);
  for (const n of [1, 2, 3]) {
    const li = document.createElement("li");
    li.textContent = phrase(`${id}.fact${n}`);
    document.getElementById("product-facts").append(li);
  }
  document.getElementById("buy").addEventListener("submit", (event) => {
    event.preventDefault(); // the browser has validated the number
    add(id, document.getElementById("quantity").valueAsNumber);
  });

  // The next three products, wrapping around at the end.
  const ids = Object.keys(GOODS);
  const at = ids.indexOf(id);
  document.getElementById("goods").append(...[2, 3, 4].map((step) => card(ids[(at + step) % ids.length])));
}
