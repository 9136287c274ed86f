// Fills the origin of this page into the examples, and adds a copy button to each.

for (const host of document.querySelectorAll(".host")) host.textContent = location.origin;

// The clipboard exists in secure contexts only. Without it there is no button.
if (navigator.clipboard) {
  for (const box of document.querySelectorAll(".copyable")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${box.getAttribute("aria-label")}`);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(box.querySelector("code").textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not copied"; // permission denied; the text can still be selected
      }
      document.getElementById("copy-status").textContent = button.textContent;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    box.append(button);
  }
}
