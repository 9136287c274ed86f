// Whether a survey may be shown. Pure: the page and the time are arguments, so that `node --test` covers every case.

const low = (tag) => tag.toLowerCase().replace(/_/g, '-');

/** The first wanted language that is available; `pt-BR` falls back to `pt`. Undefined if none is available. */
export const pickLanguage = (wanted, has) => {
  for (const tag of wanted) {
    for (let part = low(tag || ''); part; part = part.slice(0, Math.max(0, part.lastIndexOf('-')))) {
      const found = has.find((language) => low(language) === part);
      if (found) return found;
    }
  }
};

/** The kind of device, from the pointer and the shorter side of the viewport, so that a laptop with a narrow window is
    still a desktop and a phone in landscape still a phone. The smallest tablets have a shorter side of about 600 CSS
    pixels. */
export const deviceOf = (coarse, side) => (!coarse ? 'desktop' : side < 600 ? 'mobile' : 'tablet');

/** Hashes a visitor's number (below 1) and a survey's id to 0–99: constant for that pair, and independent of the same
    visitor's value for other surveys. */
export const drawOf = (visitor, id) => {
  visitor *= 2 ** 32;
  // Two rounds more than there are letters, so that the last letter is mixed as well as the first.
  for (const letter of id + id.slice(0, 2)) {
    visitor = Math.imul(visitor ^ letter.charCodeAt(0), 0x2c1b3c6d);
    visitor ^= visitor >>> 15;
  }
  return (visitor >>> 0) % 100;
};

/**
 * The reason why a survey is not shown, as a letter; '' if it may be shown.
 * Letters before `n` come from the history between the shopper and Glas; a survey that the shopper opens ignores them.
 * The other letters come from the audience. `debug.js` explains each letter.
 */
export const verdict = (survey, memory, [now, isHere, device, language, cooldown, busy, find]) => {
  const [views = 0, viewed = 0, answered = 0, dismissals, dismissed = 0] = memory.s[survey.id] || [];
  const rests = survey.a || [90, 30, 180, 7];
  const within = (time, days) => now < time + days * 864e5;
  return 'opqrstuvgbcdefa'.charAt(
    [
      !isHere(survey),
      survey.w && !survey.w.includes(device[0]),
      survey.g && !survey.g.some((wanted) => `${low(language)}-`.startsWith(`${low(wanted)}-`)),
      now < survey.b,
      now >= survey.e,
      // Without device memory a visitor is neither new nor returning.
      survey.n && survey.n !== Math.min(memory.v, 2),
      survey.r <= drawOf(memory.r, survey.id),
      survey.q && !find(survey.q),
      views >= survey.x,
      within(answered, rests[0]),
      within(dismissed, rests[dismissals > 1 ? 2 : 1]),
      viewed > answered && viewed > dismissed && within(viewed, rests[3]),
      memory.l >= memory.b,
      within(memory.l, cooldown),
      busy,
    ].findIndex(Boolean),
  );
};

/** The survey that `glas('open')` shows: the named one, else this page's first modal one, else the page's first. */
export const choose = (surveys, isHere, hasPlace, id) => {
  const here = surveys.filter(
    (survey) => (id ? survey.id === id : isHere(survey)) && hasPlace(survey.q),
  );
  return here.find((survey) => survey.m === 'modal') || here[0];
};

/** Records an event of a survey in the device memory: 0 shown, 1 answered, 2 completed, 3 dismissed. */
export const record = (memory, id, what, now) => {
  const known = (memory.s[id] = memory.s[id] || [0, 0, 0, 0, 0]);
  if (!what) {
    known[0] += 1;
    known[1] = now;
    memory.l = now;
    // Cancel the delays of all other surveys.
    memory.d = {};
  } else if (what < 3) {
    known[2] = now;
    known[3] = 0;
  } else if (known[2] < known[1]) {
    // Dismissed without an answer.
    known[3] += 1;
    known[4] = now;
  }
};
