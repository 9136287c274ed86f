// How many saw the survey, began it, sent it away: counted, not followed, and no loss if it fails.

const QUIET = 1000;
const APART = 2000;

let queue = [];
let timer;
let last = 0;
let to;

const tell = async () => {
  clearTimeout(timer);
  if (!queue.length) return;
  const body = JSON.stringify({ key: to.key, events: queue });
  queue = [];
  last = Date.now();
  try {
    await fetch(`${to.base}/v1/events`, { method: 'POST', body, keepalive: true, credentials: 'omit' });
  } catch {
    // Then it is not counted.
  }
};

const hide = () => document.hidden && tell();

/** Counts an event; it goes out after a quiet second, with what else happens until then, or with the page. */
export const count = (facts, event) => {
  const { survey, version, device, language } = facts;
  to = facts;
  queue.push({ survey, version, event, device, language });
  clearTimeout(timer);
  // Not added twice.
  document.addEventListener('visibilitychange', hide);
  timer = setTimeout(tell, Math.max(QUIET, last + APART - Date.now()));
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
