// Runs before every other script, so that they read the right <html lang>.
// The language is kept in the URL only: the demo stores nothing on the visitor's device.
{
  const asked = new URLSearchParams(location.search).get("lang");
  document.documentElement.lang = ["pl", "ro", "en"].includes(asked) ? asked : "pl";
  // shop.js removes this once texts and prices are set; shop.css hides the page until then.
  document.documentElement.dataset.shop = "loading";
}
