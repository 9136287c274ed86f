// Trigger: a click on an element that matches the selector, including elements added later.
export default (fire, on, page, selector) => {
  // In the capture phase, because pages may stop a click from bubbling.
  on(document, 'click', ({ target }) => {
    const element = target.closest?.(selector);
    if (element) fire(element);
  }, { capture: true });
};
