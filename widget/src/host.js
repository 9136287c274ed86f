// The page, for the widget: verbs without any decision, and one way in for everything that happens.
import css from '../pkg/widget.css';
import { handle } from '../pkg/glas.js';

// Numbers of events, as in entry.rs; the other numbers come from there.
const KINDS = ['click', 'input', 'keydown'];
const REPLY = 3;
const LEAVE = 6;
const CLOSE = 8;

// An answer is tried again after so many milliseconds without a reply.
const PATIENCE = 15000;

let given; // What the loader handed over.
let element;
let root;
let nodes = [];
let owned = []; // How to take back what is on the page.
let working;
let waiting = [];

const own = (undo) => owned.push(undo) - 1;

export const release = (at) => {
  owned[at]?.();
  delete owned[at];
};

// Runs work of the widget, one at a time: a listener of the page may call back while the widget is at work. When it
// fails, the widget goes and the page stays.
const guard = (work) => {
  if (working) {
    waiting.push(work);
    return;
  }
  working = 1;
  try {
    const result = work();
    while (waiting.length) waiting.shift()();
    return result;
  } catch {
    waiting = [];
    owned.forEach((_, at) => release(at));
  } finally {
    working = 0;
  }
};

const dispatch = (kind, a = 0, b = 0, c = 0, text = '') => guard(() => handle(kind, a, b, c, text));

export const close = () => dispatch(CLOSE);

export const begin = (options, start) => {
  // Asked for again while it is there: the shopper keeps what was typed.
  if (element?.isConnected && given.survey.id === options.survey.id) return;
  // Another one: the earlier makes room, and what it still holds goes out now.
  close();
  dispatch(LEAVE);
  guard(() => {
    given = options;
    start();
  });
};

export const mount = (tag) => {
  const { survey } = given;
  const place = survey.q ? document.querySelector(survey.q) : document.body;
  let came; // Where the focus was before it came in.
  element = document.createElement(tag);
  element.dataset.survey = survey.id;
  root = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  nodes = [root, element];
  KINDS.forEach((type, kind) =>
    root.addEventListener(type, (event) => {
      const { target, key, detail } = event;
      // The second click of a double-click is meant for what is gone by then.
      if (detail > 1 && target.type !== 'checkbox') return;
      // Keys in here are not the page's shortcuts.
      if (key) event.stopPropagation();
      const plain = !(event.isComposing || event.ctrlKey || event.altKey || event.metaKey);
      const number = kind ? target.value?.length : +target.checked;
      if (dispatch(kind, nodes.indexOf(target), number || 0, 0, (plain && key) || '')) event.preventDefault();
    }),
  );
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) came = relatedTarget;
  });
  place.append(element);
  const mine = element;
  return own(() => {
    // Back to where a keyboard came from. A finger or a mouse did not come from there, and a phone would open its
    // keyboard.
    const back = mine.shadowRoot.activeElement?.matches(':focus-visible') && came;
    mine.remove();
    back?.focus?.({ preventScroll: true });
  });
};

export const watch = (online, leave) => {
  const listeners = new AbortController();
  const on = (target, type, run) => target.addEventListener(type, run, listeners);
  on(document, 'visibilitychange', () => document.hidden && dispatch(leave));
  on(window, 'pagehide', () => dispatch(leave));
  on(window, 'online', () => dispatch(online));
  return own(() => listeners.abort());
};

export const timer = (event, after) => {
  const id = setTimeout(dispatch, after, event);
  return own(() => clearTimeout(id));
};

export const add = (parent, description, text) => {
  const [tag, ...attributes] = description.split(' ');
  const node = document.createElement(tag);
  for (const attribute of attributes) {
    const [name, value = ''] = attribute.split('=');
    node.setAttribute(name, value);
  }
  node.append(text);
  nodes[parent].append(node);
  return nodes.push(node) - 1;
};

export const set = (node, name, value) => nodes[node].setAttribute(name, value);

export const unset = (node, name) => nodes[node].removeAttribute(name);

export const write = (node, text) => {
  nodes[node].textContent = text;
};

export const value = (node) => nodes[node].value.trim();

export const focus = (node) => nodes[node].focus();

export const press = (node) => nodes[node].click();

export const focused = (node) => nodes[node].contains(root.activeElement);

export const emit = (name) => {
  document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail: { survey: given.survey.id } }));
};

export const post = async (body, revision) => {
  const asker = given;
  const patience = new AbortController();
  const limit = setTimeout(() => patience.abort(), PATIENCE);
  let status = 0;
  let after = 0;
  try {
    // A string goes as text/plain, which needs no question to the service beforehand.
    const reply = await fetch(`${given.base}/v1/submissions`, {
      method: 'POST',
      body,
      keepalive: true,
      credentials: 'omit',
      signal: patience.signal,
    });
    status = reply.status;
    const wish = reply.headers.get('retry-after');
    // Seconds or a date.
    after = wish * 1000 || Date.parse(wish) - Date.now();
  } catch {
    // The network; the widget tries again.
  }
  clearTimeout(limit);
  // Replies to a survey that made room for another are nobody's.
  if (asker === given) dispatch(REPLY, revision, status, after > 0 ? Math.min(after, 1e9) : 0);
};

export const random = (bits) => crypto.getRandomValues(new Uint32Array(1))[0] >>> (32 - bits);

export const told = (name) => {
  try {
    return JSON.stringify(given[name]) || '';
  } catch {
    return '';
  }
};
