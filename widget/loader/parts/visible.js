// Trigger: half of the first element that matches the selector is visible, or the element fills half of the window.
export default (fire, on, [, signal], selector) => {
  let seen;
  const sight = new IntersectionObserver(
    ([{ intersectionRatio, intersectionRect }]) => {
      if (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2) fire();
    },
    { threshold: [0, 0.1, 0.2, 0.3, 0.4, 0.5] },
  );
  const find = () => {
    const found = document.querySelector(selector);
    if (found === seen) return;
    sight.disconnect();
    seen = found;
    if (found) sight.observe(found);
  };
  // The element may be added or replaced later.
  const changes = new MutationObserver(find);
  changes.observe(document, { childList: true, subtree: true });
  find();
  signal.addEventListener('abort', () => {
    sight.disconnect();
    changes.disconnect();
  });
};
