// With `?glas-debug` in the address: a line in the console for each survey that says why it is not asked, and another
// whenever that changes.
const REASONS = {
  a: 'a survey was shown on this page, or is about to be',
  b: 'this visitor answered it lately',
  c: 'this visitor dismissed it lately',
  d: 'this visitor saw it lately and did not answer',
  e: 'a survey was shown in this visit',
  f: 'the shop rests between any two surveys',
  g: 'it was shown as often as it may be',
  o: 'not on this page',
  p: 'not on this kind of device',
  q: 'not in the language of this page',
  r: 'it has not begun',
  s: 'its time is over',
  t: 'only for new or only for returning visitors, and this one is not, or not known to be (nothing is kept without consent)',
  u: 'this visitor is not in the sample',
  v: 'its place is not on this page',
};

const WAITS = {
  load: () => 'the page',
  exit: () => 'the shopper to leave',
  scroll: (percent) => `scroll ${percent} %`,
  click: (selector) => `a click on ${selector}`,
  visible: (selector) => `${selector} to be seen`,
  event: (name, where) => `the event ${name}${where ? ` with ${JSON.stringify(where)}` : ''}`,
  time: (seconds) => `${seconds} s on the site`,
  pages: (count) => `page ${count} of this visit`,
};

/** What a letter of `verdict` means. */
export const sayWhy = (letter) => REASONS[letter] || letter;

/** What a survey waits for, given what it was found to be and its running delay `[since, trigger]`. */
export const sayState = (survey, letter, delay, now) => {
  if (survey.m === 'button') return letter > 'n' ? `no button: ${sayWhy(letter)}` : 'its button is on the page';
  if (letter) return `not asked: ${sayWhy(letter)}`;
  if (delay) return `will be asked after its delay of ${survey.d} ms (${delay[1]}; since ${Math.max(0, Math.round((now - delay[0]) / 1000))} s)`;
  const waits = (survey.t || [['load']]).map(([name, ...given]) => WAITS[name]?.(...given) || name);
  return waits.length ? `waiting for ${waits.join(', or ')}` : 'waiting to be opened';
};

export default (config, parts, state, why, atEnd) => {
  const last = {};
  const say = (about, text, same = text) => {
    if (last[about] === same) return;
    last[about] = same;
    console.info(`[glas] ${about}: ${text}`);
  };
  const look = () => {
    say('consent', parts.memory ? (state.c ? 'given: the device may remember' : 'not given: nothing is kept') : 'not asked for: this shop keeps nothing');
    for (const survey of config.s) {
      const letter = why(survey);
      const delay = state.m.d[survey.id];
      say(survey.id, sayState(survey, letter, delay, Date.now()), letter + (delay || ''));
    }
    if (!config.s.length) say('surveys', 'none is live');
  };
  look();
  // Only here, where a developer is watching, is anything polled.
  const timer = setInterval(look, 500);
  const told = ['shown', 'answered', 'completed', 'dismissed', 'error'].map((name) => {
    const hear = ({ detail }) => {
      console.info(`[glas] ${detail?.survey || 'glas'}: ${name}`);
      look();
    };
    document.addEventListener(`glas:${name}`, hear);
    return () => document.removeEventListener(`glas:${name}`, hear);
  });
  atEnd(() => {
    clearInterval(timer);
    for (const off of told) off();
  });
};
