// Runs before every other script, so that they read the right <html lang>.
// The language lives in the address alone: the demo keeps nothing on the visitor's device.
{
  const asked = new URLSearchParams(location.search).get("lang");
  document.documentElement.lang = ["pl", "ro", "en"].includes(asked) ? asked : "pl";
  // shop.js takes this off once the words and the prices are in place; shop.css hides the page until then.
  document.documentElement.dataset.shop = "loading";
}
