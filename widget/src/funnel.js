// How many saw the survey, began it, sent it away: counted, not followed, and no loss if it fails.

const QUIET = 2000;

let queue = [];
let timer;
let to;

const tell = async () => {
  clearTimeout(timer);
  const events = queue;
  queue = [];
  try {
    const body = JSON.stringify({ key: to.key, events });
    if (events.length) await fetch(`${to.base}/v1/events`, { method: 'POST', body, keepalive: true, credentials: 'omit' });
  } catch {
    // Then it is not counted.
  }
};

const hide = () => document.hidden && tell();

/** Counts an event; it goes out after two quiet seconds, with what else happens until then, or with the page. */
export const count = (facts, event) => {
  const { survey, version, device, language } = facts;
  to = facts;
  queue.push({ survey, version, event, device, language });
  clearTimeout(timer);
  timer = setTimeout(tell, QUIET);
  // Not added twice.
  document.addEventListener('visibilitychange', hide);
};

/** Runs once when half of an element has been on the screen for a second; returns how to stop waiting. */
export const seen = (element, run) => {
  let looking;
  const observer = new IntersectionObserver(
    (entries) => {
      clearTimeout(looking);
      if (!entries.pop().isIntersecting) return;
      looking = setTimeout(() => {
        observer.disconnect();
        run();
      }, 1000);
    },
    { threshold: 0.5 },
  );
  observer.observe(element);
  return () => {
    clearTimeout(looking);
    observer.disconnect();
  };
};
