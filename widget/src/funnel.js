// Counts impressions, views, starts and dismissals of the survey, without identifying the shopper. A failed request is
// not retried.

const DEBOUNCE_MS = 2000;

let queue = [];
let timer;
let target; // Where the events go: the facts of the last one.

const sendQueue = async () => {
  clearTimeout(timer);
  const events = queue;
  queue = [];
  try {
    const body = JSON.stringify({ key: target.key, events });
    if (events.length) await fetch(`${target.base}/v1/events`, { method: 'POST', body, keepalive: true, credentials: 'omit' });
  } catch {
    // These events are not counted.
  }
};

const hide = () => document.hidden && sendQueue();

/** Queues an event. The queue is sent after two seconds without another event, or when the page is hidden. */
export const count = (facts, event) => {
  const { device, language } = facts;
  const { survey, version, token } = facts.response;
  target = facts;
  queue.push({ survey, version, event, device, language, token });
  clearTimeout(timer);
  timer = setTimeout(sendQueue, DEBOUNCE_MS);
  // The browser adds the same listener only once.
  document.addEventListener('visibilitychange', hide);
};

/** Calls `run` once, when half of an element has been visible for a second; returns a function that cancels this. */
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
