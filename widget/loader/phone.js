// Exit intent on phones. A phone reports none, and listening to the back button would mean adding entries to the
// shopper's history, which a guest must not do. The signs used instead: returning from another tab or app, a fast flick
// up towards the address bar, and half a minute without a touch in the cart or at the checkout. All of these are
// guesses, so none of them counts while the shopper is typing.
const IDLE_MS = 3e4;
const FLICK_MS = 500;
const PAYING = /\b(cart|check-?out|basket|kas[as]a?|kasse|koszyk|ko[sš][ií]k|kosar|cos|warenkorb|panier|carrito|cesta|carrello)\b/i;

/** Whether a path belongs to the cart or the checkout. */
export const isPaying = (path) => PAYING.test(path);

/** Whether the positions `[time, top]` end in a flick: up by more than a screen within half a second. */
export const isFlick = (positions, screen) => {
  const [now, top] = positions[positions.length - 1];
  return positions.some(([time, then]) => now - time <= FLICK_MS && then - top > screen);
};

export default (fire, on) => {
  const guess = () => document.hidden || document.activeElement?.matches(':read-write,select') || fire();
  let away;
  let idle;
  let positions = [];
  on(document, 'visibilitychange', () => {
    if (document.hidden) away = 1;
    else if (away) guess();
  });
  on(window, 'scroll', ({ timeStamp }) => {
    positions = [...positions.slice(-60), [timeStamp, scrollY]];
    if (isFlick(positions, innerHeight)) guess();
  });
  if (!isPaying(location.pathname)) return;
  const wait = () => {
    clearTimeout(idle);
    idle = setTimeout(guess, IDLE_MS);
  };
  for (const type of ['scroll', 'pointerdown', 'keydown']) on(window, type, wait);
  wait();
};
