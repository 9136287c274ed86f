// The widget's access to the page: functions for the wasm module, which makes all decisions, and one entry point for
// events.
import css from '../pkg/widget.css';
import { handle, start } from '../pkg/glas.js';
import { count, seen } from './funnel.js';
import { deliver, keep, settle } from './outbox.js';
import { answerOf, bodyOf, secretOf, uuid7 } from './payload.js';
import texts from './words.js';

// Rust refers to these entries by their position.
const EVENTS = ['click', 'input', 'keydown'];
const REPLY = 3;
const LEAVE = 4;
const CLOSE = 8;
const KEYS = '0 1 2 3 4 5 6 7 8 9 Enter Escape Home End ArrowUp ArrowDown ArrowLeft ArrowRight'.split(' ');
const KINDS = 'nps ces csat agree choice text contact'.split(' ');
const MODES = ['', 'inline', 'modal']; // Any other mode is a panel over the page.

let extras; // The module `extras.js`, loaded only by surveys that need it.
let wanted; // The options of the last `show`, unless the survey was closed since.
let current; // The options of the shown survey.
let words; // The survey's texts, with the current question as `q`.
let facts; // What every revision of the response contains.
let answers;
let counted; // A bit for each answer that counts.
let typed; // What the shopper typed, by question and field.
let body; // The newest revision.
let begun; // The shopper has answered a question.
let weak; // The newest revision is in a request that ends with the page.
let cutOff; // The last attempt did not reach the service.
let element;
let root;
let nodes;
let undos = []; // Functions that undo what the widget did to the page, by the number that `release` gets.
let reveal; // Scrolls the focused element of the page out from under the panel.
let unlock; // Lets the page scroll again.
let working;
let waiting = [];

const own = (undo) => undos.push(undo) - 1;

export const release = (at) => {
  try {
    undos[at]?.();
  } catch {
    // The page has interfered with the element; there is nothing left to try.
  }
  delete undos[at];
};

const say = (name, reason, { id } = current.survey) => {
  document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail: { survey: id, ...(reason && { reason }) } }));
};

// Runs one task at a time: a listener of the page may call the widget while it is running, and that task is queued. If
// a task throws, the widget removes itself from the page.
const exclusively = (work) => {
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
    undos.forEach((_, at) => release(at));
    say('error', 'broken');
  } finally {
    working = 0;
  }
};

const dispatch = (kind, a = 0, b = 0, c = 0) => exclusively(() => handle(kind, a, b, c));

export const close = () => {
  wanted = 0;
  dispatch(CLOSE);
};

export const show = (view, survey, options) => {
  // Load the extras first if this survey needs them.
  wanted = options;
  if (!extras && view.more) {
    const loadExtras = async () => {
      extras = await import('./more.js'); // The built name of `extras.js`.
      if (wanted === options) show(view, survey, options);
    };
    return loadExtras().catch(() => say('error', 'broken', survey));
  }
  // The survey is already shown: leave it, so that the shopper keeps what was typed.
  if (element?.isConnected && current.survey.id === survey.id) return;
  // Another survey is shown: close it and send its pending answers now.
  close();
  dispatch(LEAVE);
  exclusively(() => {
    current = { ...options, survey };
    words = {
      ...view,
      // With a place given, the survey is shown inline.
      mode: options.place ? 1 : MODES.indexOf(view.mode),
      rtl: view.dir === 'rtl',
    };
    answers = [];
    typed = {};
    counted = weak = cutOff = element = 0;
    facts = {
      ...options,
      response: {
        // Generated once, so that every retry and revision has the same id and secret.
        id: uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
        client_secret: secretOf(crypto.getRandomValues(new Uint8Array(16))),
        key: options.key,
        survey: survey.id,
        version: survey.v,
        token: view.t,
      },
      language: view.lang,
      url: location.href,
    };
    start();
    if (!element) return;
    const panel = root.firstChild;
    if (panel.showModal) unlock = extras.modal(panel, close);
    // A survey that the shopper has opened gets the focus.
    if (panel.showModal || options.opener) root.querySelector('fieldset').focus();
    // Otherwise the field in which the shopper is typing must not be hidden by the panel.
    else reveal({ target: document.activeElement });
  });
};

// How far the page must scroll so that its focused element is not under the panel; 0 if it is not.
const hidden = (target) => {
  const it = target.getBoundingClientRect();
  const panel = root.firstChild.getBoundingClientRect();
  const [x, y] = [(it.left + it.right) / 2, (it.top + it.bottom) / 2];
  const under = x > panel.left && x < panel.right && y > panel.top && y < panel.bottom;
  if (target === element || !under || it.height >= panel.height) return 0;
  return /^top/.test(words.corner) ? it.top - panel.bottom - 8 : it.bottom - panel.top + 8;
};

export const mount = (line) => {
  const { survey, place, opener } = current;
  const flows = words.mode === 1;
  const parent = flows ? document.querySelector(place ?? survey.q) : document.body;
  const mine = document.createElement(texts[line]);
  let came; // The element that had the focus before it moved into the widget.
  let drawn; // The number of elements at the last click.
  element = mine;
  mine.dataset.survey = survey.id;
  for (const [name, value] of Object.entries(words.vars ?? {})) mine.style.setProperty(name, value);
  root = mine.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + (extras?.css ?? ''));
  root.adoptedStyleSheets = [sheet];
  nodes = [root, mine];
  EVENTS.forEach((type, kind) =>
    root.addEventListener(type, (event) => {
      const { target, key, detail } = event;
      // Ignore the second click of a double click if the first one has changed the panel.
      if (detail > 1 && target.type !== 'checkbox' && drawn !== nodes.length) return;
      drawn = nodes.length;
      // Only text fields have a maximum length.
      if (target.maxLength > 0) typed[words.at + target.name] = target.value;
      // Keep the page's keyboard shortcuts from reacting.
      if (key) event.stopPropagation();
      const modified = event.isComposing || event.ctrlKey || event.altKey || event.metaKey;
      const number = [target.checked, target.value?.length, modified ? -1 : KEYS.indexOf(key)][kind];
      if (dispatch(kind, nodes.indexOf(target), number)) event.preventDefault();
    }),
  );
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(relatedTarget)) came = relatedTarget;
  });
  reveal = ({ target }) => {
    // An inline survey scrolls with the page, and behind a modal dialog nothing has the focus.
    if (words.mode > 0) return;
    scrollBy({ top: hidden(target), behavior: 'instant' });
    // If the page cannot scroll far enough, move the panel aside.
    mine.toggleAttribute('data-aside', !!hidden(target));
  };
  const watching = reveal;
  document.addEventListener('focusin', watching);
  parent.append(mine);
  return own(() => {
    document.removeEventListener('focusin', watching);
    unlock?.();
    unlock = null;
    // Return the focus to the button that opened the survey or, for keyboard users, to the element that had it before.
    // After a tap or click that element is not focused: a phone would open its keyboard.
    const inside = mine.shadowRoot.activeElement;
    const back = inside && (opener || (inside.matches(':focus-visible') && came));
    mine.remove();
    back?.focus?.({ preventScroll: true });
  });
};

export const watch = (online, leave) => {
  const listeners = new AbortController();
  const on = (target, type, run) => target.addEventListener(type, run, listeners);
  const left = () => {
    // A request without `keepalive` may end with the page: send it again. The service ignores duplicates.
    if (weak) deliver(current.base, body, true);
    dispatch(leave);
  };
  on(document, 'visibilitychange', () => document.hidden && left());
  on(window, 'pagehide', left);
  on(window, 'online', () => dispatch(online));
  // The page is back from the back/forward cache, where requests and timers may have been dropped.
  on(window, 'pageshow', ({ persisted }) => persisted && dispatch(online));
  const stop = seen(root.firstChild, () => count(facts, 'view'));
  return own(() => {
    stop();
    listeners.abort();
  });
};

export const timer = (event, after) => {
  const id = setTimeout(dispatch, after, event);
  return own(() => clearTimeout(id));
};

export const turn = (at) => {
  words.q = words.questions[at];
  words.at = at;
  words.phone = words.q?.channel === 'phone';
  return KINDS.indexOf(words.q?.kind);
};

const look = (place) => place.split('.').reduce((from, name) => (name ? from?.[name] : from), words);

export const number = (line) => {
  const found = look(texts[line]);
  return found?.length ?? found ?? -1;
};

const fill = (text, n) => {
  const filled = text.replace('{n}', n);
  if (filled[0] !== '.') return filled;
  const blanks = { n, max: words.q?.max };
  // Texts of the service (`.ui`) contain numbers, texts of the owner contain earlier answers.
  return String(look(filled) ?? '').replace(/{([\w-]+)}/g, (blank, name) =>
    filled[1] === 'u' ? blanks[name] : extras ? extras.recall(name, words.questions, answers, counted) : blank,
  );
};

export const add = (parent, description, text, n) => {
  const [tag, ...attributes] = texts[description].split(' ');
  const node = document.createElement(tag);
  for (const attribute of attributes) {
    const [name, value = ''] = attribute.split('=');
    node.setAttribute(name, fill(value, n));
  }
  node.append(fill(texts[text], n));
  nodes[parent].append(node);
  const earlier = typed[words.at + node.name];
  if (earlier) node.value = earlier;
  return nodes.push(node) - 1;
};

export const set = (node, name, text, n) => {
  const filled = fill(texts[text], n);
  if (name) nodes[node].setAttribute(texts[name], filled);
  else nodes[node].textContent = filled;
};

export const unset = (node, name) => nodes[node].removeAttribute(texts[name]);

const written = (node) => nodes[node]?.value.trim();

export const filled = (node) => {
  const text = written(node);
  return words.q.channel ? extras.reaches(words.phone, text) : text.length;
};

export const focus = (node) => nodes[node].focus();

export const press = (node) => nodes[node].click();

export const focused = (node) => nodes[node].contains(root.activeElement);

export const emit = (line) => {
  const name = texts[line];
  const event = { shown: 'impression', answered: 'start', dismissed: name }[name];
  // A survey is started once.
  if (event && (event !== 'start' || !begun)) count(facts, event);
  begun = name !== 'shown' && (begun || name === 'answered');
  say(...name.split(' '));
};

export const answer = (score, field) => {
  answers[words.at] = answerOf(words.q, score, written(field));
};

export const put = (revision, complete, bits) => {
  counted = bits;
  body = bodyOf(facts, revision, answers.filter((_, at) => (bits >> at) & 1), !!complete);
  keep(current.store, facts.response.id, body);
};

export const post = async (revision) => {
  const sender = current;
  const sent = body;
  const { id } = facts.response;
  // All `keepalive` requests of a browser share 64 KiB. The last attempt may have exceeded that, so send without it.
  weak = cutOff && !document.hidden;
  const [status, after, reply] = await deliver(sender.base, sent, !weak);
  settle(sender.store, id, sent, status);
  // Ignore the reply if another survey has replaced the one that sent this.
  if (sender !== current) return;
  weak = 0;
  cutOff = !status;
  dispatch(REPLY, revision, status, after);
  try {
    if (element.dataset.state === 'thanks') (await import('./receipt.js')).show(reply, root);
  } catch {
    // The thanks are shown without the receipt.
  }
};

// For the order of choices and the wait between two attempts.
export const random = (bits) => Math.random() * 2 ** bits;
