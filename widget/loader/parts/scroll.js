// So much of the page, or of a box in it that takes more than half the window, was scrolled through.
export default (fire, on, page, percent) => {
  const look = (box) => {
    if (box.scrollTop > 0 && ((box.scrollTop + box.clientHeight) / box.scrollHeight) * 100 >= percent) fire();
  };
  const all = document.scrollingElement || document.documentElement;
  // Where the browser put the shopper back to.
  look(all);
  // A box's scrolling does not bubble.
  on(document, 'scroll', ({ target }) => {
    const box = target === document ? all : target;
    if (box.clientHeight > innerHeight / 2) look(box);
  }, { capture: true, passive: true });
};
