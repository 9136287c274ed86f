// The shopper is about to leave: with a mouse, the pointer leaves the window through the top. A phone has other signs.
export default (fire, on, [, , phone]) => {
  on(document, 'mouseout', (event) => {
    // No related target: the pointer left the window.
    if (!event.relatedTarget && event.clientY <= 0) fire();
  });
  phone(fire, on);
};
