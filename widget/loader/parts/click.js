// A click on what fits the selector, whenever it came onto the page.
export default (fire, on, page, selector) => {
  // While it is on its way down: pages stop clicks.
  on(document, 'click', ({ target }) => {
    const element = target.closest?.(selector);
    if (element) fire(element);
  }, { capture: true });
};
