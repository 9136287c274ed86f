// Examples name the address this page came from, and can be copied with one press.

for (const host of document.querySelectorAll(".host")) host.textContent = location.origin;

// Without a secure address there is no clipboard, and a button that does nothing is worse than none.
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
        button.textContent = "Not copied"; // the visitor forbade it; the text can still be selected
      }
      document.getElementById("copy-status").textContent = button.textContent;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    box.append(button);
  }
}
