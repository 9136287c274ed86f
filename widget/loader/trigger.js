// When a survey is asked for. `fire` may be called more than once: the shopper may start to leave many times.

const afterLoad = (run) => {
  // The page's own work goes first; a page that never idles still asks after two seconds.
  const whenIdle = () => (window.requestIdleCallback ? requestIdleCallback(run, { timeout: 2000 }) : setTimeout(run, 200));
  if (document.readyState === 'complete') whenIdle();
  else addEventListener('load', whenIdle);
};

const exit = (fire) => {
  document.addEventListener('mouseout', (event) => {
    // No related target: the pointer left the window, and above 0 it left through the top.
    if (!event.relatedTarget && event.clientY <= 0) fire();
  });
  // Phones have no pointer to watch: there, coming back from another app or tab is the moment.
  if (matchMedia('(pointer:coarse)').matches) {
    let away;
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) away = 1;
      else if (away) fire();
    });
  }
};

/** Calls `fire` when the trigger happens. */
export const when = (trigger, fire) => (trigger === 'exit' ? exit(fire) : fire());

export { afterLoad };
