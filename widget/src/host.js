// The page, for the widget: verbs without any decision, and one way in for everything that happens.
import css from '../pkg/widget.css';
import { handle, start } from '../pkg/glas.js';
import { answerOf, bodyOf, deviceOf, uuid7 } from './payload.js';

// Numbers are positions in these lists, as in Rust.
const EVENTS = ['click', 'input', 'keydown'];
const REPLY = 3;
const LEAVE = 4;
const CLOSE = 8;
const KEYS = '0 1 2 3 4 5 6 7 8 9 Enter Escape Home End ArrowUp ArrowDown ArrowLeft ArrowRight'.split(' ');
const KINDS = ['nps', 'ces', 'csat', 'choice', 'text'];

// An answer is tried again after so many milliseconds without a reply.
const PATIENCE = 15000;

let given; // What the loader handed over.
let words; // The survey's texts, and as `q` the question turned to.
let facts; // What every revision says.
let answers;
let body; // The newest revision.
let element;
let root;
let nodes;
let owned = []; // How to take back what is on the page.
let reveal; // Keeps what has the focus in sight; only where the panel lies over the page.
let working;
let waiting = [];

const own = (undo) => owned.push(undo) - 1;

export const release = (at) => {
  try {
    owned[at]?.();
  } catch {
    // A page that broke even this has to live with what is left.
  }
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

const dispatch = (kind, a = 0, b = 0, c = 0) => guard(() => handle(kind, a, b, c));

export const close = () => dispatch(CLOSE);

export const show = (view, survey, options) => {
  // Asked for again while it is there: the shopper keeps what was typed.
  if (element?.isConnected && given.survey.id === survey.id) return;
  // Another one: the earlier makes room, and what it still holds goes out now.
  close();
  dispatch(LEAVE);
  guard(() => {
    given = { ...options, survey };
    words = { ...view, inline: survey.m === 'inline', rtl: view.dir === 'rtl' };
    answers = [];
    facts = {
      ...options,
      // Made before the first try, so that every retry carries the same.
      id: uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
      survey: survey.id,
      version: survey.v,
      language: view.lang,
      device: deviceOf(matchMedia('(pointer:coarse)').matches, Math.min(innerWidth, innerHeight)),
      url: location.href,
    };
    start();
    // Whoever is typing where the panel came must see what they type.
    if (reveal) reveal({ target: document.activeElement });
  });
};

// How far the page has to scroll so that what has its focus is not hidden under the panel; 0 = it is not.
const hidden = (target) => {
  const it = target.getBoundingClientRect();
  const panel = root.firstChild.getBoundingClientRect();
  const [x, y] = [(it.left + it.right) / 2, (it.top + it.bottom) / 2];
  const under = x > panel.left && x < panel.right && y > panel.top && y < panel.bottom;
  return target !== element && under && it.height < panel.height ? it.bottom - panel.top + 8 : 0;
};

export const mount = (tag) => {
  const { id, q } = given.survey;
  const place = q ? document.querySelector(q) : document.body;
  const mine = document.createElement(tag);
  let came; // Where the focus was before it came in.
  let drawn; // How much was on the panel at the last click.
  element = mine;
  mine.dataset.survey = id;
  root = mine.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  nodes = [root, mine];
  EVENTS.forEach((type, kind) =>
    root.addEventListener(type, (event) => {
      const { target, key, detail } = event;
      // The second click of a double-click is meant for what is gone by then.
      if (detail > 1 && target.type !== 'checkbox' && drawn !== nodes.length) return;
      drawn = nodes.length;
      // Keys in here are not the page's shortcuts.
      if (key) event.stopPropagation();
      const modified = event.isComposing || event.ctrlKey || event.altKey || event.metaKey;
      const number = [target.checked, target.value?.length, modified ? -1 : KEYS.indexOf(key)][kind];
      if (dispatch(kind, nodes.indexOf(target), number)) event.preventDefault();
    }),
  );
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) came = relatedTarget;
  });
  reveal = !q && (({ target }) => {
    scrollBy({ top: hidden(target), behavior: 'instant' });
    // At the end of the page there is nothing to scroll: the panel steps aside.
    mine.toggleAttribute('data-aside', !!hidden(target));
  });
  const watching = reveal;
  if (watching) document.addEventListener('focusin', watching);
  place.append(mine);
  return own(() => {
    document.removeEventListener('focusin', watching);
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

export const turn = (at) => {
  words.q = words.questions[at];
  words.at = at;
  return KINDS.indexOf(words.q?.kind);
};

const look = (place) => place.split('.').reduce((from, name) => (name ? from?.[name] : from), words);

export const number = (place) => {
  const found = look(place);
  return found?.length ?? found ?? -1;
};

const say = (text, n) => {
  const filled = text.replace('{n}', n);
  return filled[0] === '.' ? String(look(filled) ?? '').replace('{n}', n).replace('{max}', words.q?.max) : filled;
};

export const add = (parent, description, text, n) => {
  const [tag, ...attributes] = description.split(' ');
  const node = document.createElement(tag);
  for (const attribute of attributes) {
    const [name, value = ''] = attribute.split('=');
    node.setAttribute(name, value);
  }
  node.append(say(text, n));
  nodes[parent].append(node);
  return nodes.push(node) - 1;
};

export const set = (node, name, text, n) => {
  if (name) nodes[node].setAttribute(name, say(text, n));
  else nodes[node].textContent = say(text, n);
};

export const unset = (node, name) => nodes[node].removeAttribute(name);

const typed = (node) => nodes[node]?.value.trim();

export const filled = (node) => !!typed(node);

export const focus = (node) => nodes[node].focus();

export const press = (node) => nodes[node].click();

export const focused = (node) => nodes[node].contains(root.activeElement);

export const emit = (name) => {
  document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail: { survey: given.survey.id } }));
};

export const answer = (score, field) => {
  answers[words.at] = answerOf(words.q, score, typed(field));
};

export const put = (revision, complete) => {
  body = bodyOf(facts, revision, answers, !!complete);
};

export const post = async (revision) => {
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
