// Loaded with `?glas-debug` in the address. Logs for each survey why it is not shown, and again whenever that changes.
const REASONS = {
  a: 'a survey was shown on this page, or is about to be',
  b: 'this visitor answered it recently',
  c: 'this visitor dismissed it recently',
  d: 'this visitor saw it recently and did not answer',
  e: 'a survey was shown in this visit',
  f: 'the shop’s pause between two surveys is not over',
  g: 'it has been shown as often as it may be',
  o: 'not on this page',
  p: 'not on this kind of device',
  q: 'not in the language of this page',
  r: 'it has not started yet',
  s: 'it has ended',
  t: 'only for new or only for returning visitors, which this one is not, or not known to be without consent',
  u: 'this visitor is not in the sample',
  v: 'its element is not on this page',
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

/** The meaning of a letter that `verdict` returns. */
export const describeReason = (letter) => REASONS[letter] || letter;

/** A survey's state in words, from the letter of its verdict and its running delay `[since, trigger]`, if any. */
export const describeState = (survey, letter, delay, now) => {
  if (survey.m === 'button') return letter > 'n' ? `no button: ${describeReason(letter)}` : 'its button is on the page';
  if (letter) return `not asked: ${describeReason(letter)}`;
  if (delay) return `will be asked after its delay of ${survey.d} ms (${delay[1]}; since ${Math.max(0, Math.round((now - delay[0]) / 1000))} s)`;
  const waits = (survey.t || [['load']]).map(([name, ...given]) => WAITS[name]?.(...given) || name);
  return waits.length ? `waiting for ${waits.join(', or ')}` : 'waiting to be opened';
};

export default (config, parts, state, why, atEnd) => {
  const last = {};
  const log = (about, text, same = text) => {
    if (last[about] === same) return;
    last[about] = same;
    console.info(`[glas] ${about}: ${text}`);
  };
  const look = () => {
    const given = state.hasConsent ? 'given: Glas may store data on this device' : 'not given: nothing is stored';
    log('consent', parts.memory ? given : 'not needed: this shop stores nothing on devices');
    for (const survey of config.s) {
      const letter = why(survey);
      const delay = state.deviceMemory.d[survey.id];
      log(survey.id, describeState(survey, letter, delay, Date.now()), letter + (delay || ''));
    }
    if (!config.s.length) log('surveys', 'none is live');
  };
  look();
  // Polling is acceptable here, where only a developer is watching.
  const timer = setInterval(look, 500);
  const stops = ['shown', 'answered', 'completed', 'dismissed', 'error'].map((name) => {
    const hear = ({ detail }) => {
      console.info(`[glas] ${detail?.survey || 'glas'}: ${name}`);
      look();
    };
    document.addEventListener(`glas:${name}`, hear);
    return () => document.removeEventListener(`glas:${name}`, hear);
  });
  atEnd(() => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
};
