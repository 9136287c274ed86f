// Trigger: exit intent. With a mouse, the pointer leaves the window through the top; `phone.js` has the signs on
// phones.
export default (fire, on, [, , phone]) => {
  on(document, 'mouseout', (event) => {
    // Without a related target the pointer has left the window.
    if (!event.relatedTarget && event.clientY <= 0) fire();
  });
  phone(fire, on);
};
