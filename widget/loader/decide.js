// Whether a survey may be asked. Pure: the page and the time are arguments, so `node --test` runs every row of it.

const low = (tag) => tag.toLowerCase().replace(/_/g, '-');

/** The first wanted language that is there, `pt-BR` falling to `pt`; undefined if none is. */
export const pickLanguage = (wanted, has) => {
  for (const tag of wanted) {
    for (let part = low(tag || ''); part; part = part.slice(0, Math.max(0, part.lastIndexOf('-')))) {
      const found = has.find((language) => low(language) === part);
      if (found) return found;
    }
  }
};

/** The kind of device, from the pointer and the shorter side of the viewport. A laptop in a narrow window stays a
    desktop, a phone held sideways a phone: the smallest tablets have about 600 CSS pixels on their shorter side. */
export const deviceOf = (coarse, side) => (!coarse ? 'desktop' : side < 600 ? 'mobile' : 'tablet');

/** 0 to 99 from a visitor's number below 1: always the same for a visitor and a survey, and independent of what the
    visitor gets for other surveys. */
export const drawOf = (visitor, id) => {
  visitor *= 2 ** 32;
  // Two more rounds than letters, so that the last letter mixes as well as the first.
  for (const letter of id + id.slice(0, 2)) {
    visitor = Math.imul(visitor ^ letter.charCodeAt(0), 0x2c1b3c6d);
    visitor ^= visitor >>> 15;
  }
  return (visitor >>> 0) % 100;
};

/**
 * Why a survey is not asked, as a letter; '' = it may be.
 * Letters up to `m` are what happened between the shopper and Glas: being asked for overrides these.
 * From `n` on it is the audience. What each means is said in `debug.js`.
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
      // Without memory nobody knows, so neither kind is asked.
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

/** The survey that is asked for: the named one, else the first modal one of this page, else the page's first. */
export const choose = (surveys, isHere, hasPlace, id) => {
  const here = surveys.filter(
    (survey) => (id ? survey.id === id : isHere(survey)) && hasPlace(survey.q),
  );
  return here.find((survey) => survey.m === 'modal') || here[0];
};

/** Writes down that a survey was 0 shown, 1 answered, 2 completed, 3 dismissed. */
export const record = (memory, id, what, now) => {
  const known = (memory.s[id] = memory.s[id] || [0, 0, 0, 0, 0]);
  if (!what) {
    known[0] += 1;
    known[1] = now;
    memory.l = now;
    // Whatever else was waiting has lost its turn.
    memory.d = {};
  } else if (what < 3) {
    known[2] = now;
    known[3] = 0;
  } else if (known[2] < known[1]) {
    // Closed without an answer.
    known[3] += 1;
    known[4] = now;
  }
};
