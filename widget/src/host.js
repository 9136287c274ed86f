// The page, for the widget: verbs without any decision, and one way in for everything that happens.
import css from '../pkg/widget.css';
import { handle, start } from '../pkg/glas.js';
import { count, seen } from './funnel.js';
import { deliver, keep, settle } from './outbox.js';
import { answerOf, bodyOf, uuid7 } from './payload.js';
import texts from './words.js';

// Numbers are positions in these lists, as in Rust.
const EVENTS = ['click', 'input', 'keydown'];
const REPLY = 3;
const LEAVE = 4;
const CLOSE = 8;
const KEYS = '0 1 2 3 4 5 6 7 8 9 Enter Escape Home End ArrowUp ArrowDown ArrowLeft ArrowRight'.split(' ');
const KINDS = 'nps ces csat agree choice text contact'.split(' ');
const MODES = ['', 'inline', 'modal']; // Any other lies over the page.

let more; // What is loaded only by surveys that need it.
let wanted; // The options of the survey that was asked for last, unless it was closed meanwhile.
let given; // What the loader handed over.
let words; // The survey's texts, and as `q` the question turned to.
let facts; // What every revision says.
let answers;
let counted; // A bit for each answer that counts.
let typed; // By question and field.
let body; // The newest revision.
let begun;
let weak; // It is on its way in a request that does not outlive the page.
let cutOff; // The last try did not reach the service.
let element;
let root;
let nodes;
let owned = []; // How to take back what is on the page.
let reveal; // Keeps what has the focus in sight.
let unlock; // Lets the page scroll again.
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

const say = (name, reason, { id } = given.survey) => {
  document.dispatchEvent(new CustomEvent(`glas:${name}`, { detail: { survey: id, ...(reason && { reason }) } }));
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
    say('error', 'broken');
  } finally {
    working = 0;
  }
};

const dispatch = (kind, a = 0, b = 0, c = 0) => guard(() => handle(kind, a, b, c));

export const close = () => {
  wanted = 0;
  dispatch(CLOSE);
};

export const show = (view, survey, options) => {
  // What only some surveys need comes first.
  wanted = options;
  if (!more && view.more) {
    const shown = async () => {
      more = await import('./more.js');
      if (wanted === options) show(view, survey, options);
    };
    return shown().catch(() => say('error', 'broken', survey));
  }
  // Asked for again while it is there: the shopper keeps what was typed.
  if (element?.isConnected && given.survey.id === survey.id) return;
  // Another one: the earlier makes room, and what it still holds goes out now.
  close();
  dispatch(LEAVE);
  guard(() => {
    given = { ...options, survey };
    words = {
      ...view,
      // A place that is named makes it a part of the page.
      mode: options.place ? 1 : MODES.indexOf(view.mode),
      rtl: view.dir === 'rtl',
    };
    answers = [];
    typed = {};
    counted = weak = cutOff = element = 0;
    facts = {
      ...options,
      // Made before the first try, so that every retry carries the same.
      id: uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
      survey: survey.id,
      version: survey.v,
      token: view.t,
      language: view.lang,
      url: location.href,
    };
    start();
    if (!element) return;
    const panel = root.firstChild;
    if (panel.showModal) unlock = more.modal(panel, close);
    // Whoever asked for it goes on in it.
    if (panel.showModal || options.opener) root.querySelector('fieldset').focus();
    // Whoever is typing where the panel came must see what they type.
    else reveal({ target: document.activeElement });
  });
};

// How far the page has to scroll so that what has its focus is not hidden under the panel; 0 = it is not.
const hidden = (target) => {
  const it = target.getBoundingClientRect();
  const panel = root.firstChild.getBoundingClientRect();
  const [x, y] = [(it.left + it.right) / 2, (it.top + it.bottom) / 2];
  const under = x > panel.left && x < panel.right && y > panel.top && y < panel.bottom;
  if (target === element || !under || it.height >= panel.height) return 0;
  return /^top/.test(words.corner) ? it.top - panel.bottom - 8 : it.bottom - panel.top + 8;
};

export const mount = (line) => {
  const { survey, place, opener } = given;
  const flows = words.mode === 1;
  const parent = flows ? document.querySelector(place ?? survey.q) : document.body;
  const mine = document.createElement(texts[line]);
  let came; // Where the focus was before it came in.
  let drawn; // How much was on the panel at the last click.
  element = mine;
  mine.dataset.survey = survey.id;
  for (const [name, value] of Object.entries(words.vars ?? {})) mine.style.setProperty(name, value);
  root = mine.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css + (more?.css ?? ''));
  root.adoptedStyleSheets = [sheet];
  nodes = [root, mine];
  EVENTS.forEach((type, kind) =>
    root.addEventListener(type, (event) => {
      const { target, key, detail } = event;
      // The second click of a double-click is meant for what is gone by then.
      if (detail > 1 && target.type !== 'checkbox' && drawn !== nodes.length) return;
      drawn = nodes.length;
      // Only fields for words have a length at most.
      if (target.maxLength > 0) typed[words.at + target.name] = target.value;
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
  reveal = ({ target }) => {
    // A part of the page scrolls with it, and behind a modal one nothing has the focus.
    if (words.mode > 0) return;
    scrollBy({ top: hidden(target), behavior: 'instant' });
    // At the end of the page there is nothing to scroll: the panel steps aside.
    mine.toggleAttribute('data-aside', !!hidden(target));
  };
  const watching = reveal;
  document.addEventListener('focusin', watching);
  parent.append(mine);
  return own(() => {
    document.removeEventListener('focusin', watching);
    unlock?.();
    unlock = null;
    // Back to the button that opened it, or to where a keyboard came from. A finger or a mouse did not come from
    // there, and a phone would open its keyboard.
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
    // What is on its way might end with the page; the service knows it when it comes twice.
    if (weak) deliver(given.base, body, true);
    dispatch(leave);
  };
  on(document, 'visibilitychange', () => document.hidden && left());
  on(window, 'pagehide', left);
  on(window, 'online', () => dispatch(online));
  // Back from the browser's cache, in which requests and timers may have died.
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
  // The service's words speak of numbers, the owner's of earlier answers.
  return String(look(filled) ?? '').replace(/{([\w-]+)}/g, (blank, name) =>
    filled[1] === 'u' ? blanks[name] : more ? more.recall(name, words.questions, answers, counted) : blank,
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
  return words.q.channel ? more.reaches(words.phone, text) : text.length;
};

export const focus = (node) => nodes[node].focus();

export const press = (node) => nodes[node].click();

export const focused = (node) => nodes[node].contains(root.activeElement);

export const emit = (line) => {
  const name = texts[line];
  const event = { shown: 'impression', answered: 'start', dismissed: name }[name];
  // Begun is begun once.
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
  keep(given.store, facts.id, body);
};

export const post = async (revision) => {
  const asker = given;
  const sent = body;
  const { id } = facts;
  // All requests that outlive the page share 64 KiB of the browser: what it may have refused goes the usual way.
  weak = cutOff && !document.hidden;
  const [status, after, reply] = await deliver(asker.base, sent, !weak);
  settle(asker.store, id, sent, status);
  // Replies to a survey that made room for another are nobody's.
  if (asker !== given) return;
  weak = 0;
  cutOff = !status;
  dispatch(REPLY, revision, status, after);
  try {
    if (element.dataset.state === 'thanks') (await import('./receipt.js')).show(reply, root);
  } catch {
    // Thanked without it.
  }
};

// For the order of choices and the pause between two tries.
export const random = (bits) => Math.random() * 2 ** bits;
