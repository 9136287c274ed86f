// Trigger: this percentage of the page, or of a scrolling box taller than half the window, has been scrolled.
export default (fire, on, page, percent) => {
  const look = (box) => {
    if (box.scrollTop > 0 && ((box.scrollTop + box.clientHeight) / box.scrollHeight) * 100 >= percent) fire();
  };
  const all = document.scrollingElement || document.documentElement;
  // The browser may have restored an earlier scroll position.
  look(all);
  // Scroll events of boxes do not bubble.
  on(document, 'scroll', ({ target }) => {
    const box = target === document ? all : target;
    if (box.clientHeight > innerHeight / 2) look(box);
  }, { capture: true, passive: true });
};
