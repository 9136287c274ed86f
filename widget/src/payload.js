// The body of `POST /v1/submissions`. Pure, so that `node --test` can run it.

// Some old scripts define `toJSON` on the prototypes of arrays and objects. A value without a prototype is not
// affected.
const bare = (value) => Object.setPrototypeOf(value, null);

const MAX_ID = 128;
const MAX_TRAITS = 20;
const MAX_TRAIT = 100;

// A string or number of 1 to `max` characters, otherwise undefined.
const short = (value, max) => {
  const text = value == null || typeof value === 'object' ? '' : String(value).trim();
  return text && [...text].length <= max ? text : undefined;
};

const moneyOf = ({ id, value, currency }) =>
  Number.isSafeInteger(value) && value >= 0 && /^[a-z]{3}$/i.test(currency)
    ? bare({ id: short(id, MAX_ID), value, currency: currency.toUpperCase() })
    : undefined;

const traitsOf = (traits) => {
  const kept = bare({});
  for (const [name, value] of Object.entries(traits).slice(0, MAX_TRAITS)) {
    if (name !== 'sig' && short(name, MAX_TRAIT)) kept[name] = short(value, MAX_TRAIT);
  }
  return kept;
};

// The signatures of the shop's server: of the tag's attributes, of `identify` and of `order`.
const signaturesOf = ({ sig, traits, order }) =>
  bare(`${sig} ${traits?.sig} ${order?.sig}`.match(/\b[\da-f]{64}\b/g)?.slice(0, 3));

// Leaves out what the service would reject: a mistake of the page must not cost the shopper's answer.
const orNothing = (read, value) => {
  try {
    return value == null ? undefined : read(value);
  } catch {
    return undefined;
  }
};

/** A version 7 UUID from the time in milliseconds and ten random bytes. */
export const uuid7 = (now, random) =>
  [...random]
    .reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), now.toString(16).padStart(12, '0'))
    // The version and the variant replace 8 of the 80 random bits.
    .replace(/(.{8})(....).(...).(...)(.*)/, '$1-$2-7$3-8$4-$5');

/** The client secret of a response: sixteen random bytes as 22 characters of base64url, without padding. */
export const secretOf = (random) =>
  btoa(String.fromCharCode(...random))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .slice(0, 22);

/** The answer to a question. `number` is a score or has a bit for each choice; `words` is what the shopper typed. */
export const answerOf = (question, number, words) => {
  const { id, kind, choices } = question;
  const answer = bare({ question: id });
  if (kind === 'choice') {
    answer.choices = bare(choices.filter((_, at) => (number >> at) & 1).map((choice) => choice.id));
    if (words) answer.other = words;
  } else if (kind === 'text') answer.text = words;
  else if (kind === 'contact') {
    answer.contact = words;
    answer.consent = true;
  } else answer.score = number;
  return answer;
};

// The key of an order, a pair, something encoded three times, or a long word of digits and letters or of changing case.
const SECRET =
  /wc_|=|%[\dA-F]{2}|(?=[\d-]*[A-Fa-f])(?=[A-Fa-f-]*\d)[\dA-Fa-f-]{16}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[\dA-Za-z]{20}|(?=[\w-]{20})([\w-]*[a-z]\d*[A-Z]){3}/;
// Behind a segment that begins with one of these words, a short code is a secret, too.
const WORD =
  /\/(reset|recov|[\w-]*[Pp]ass|hasl|activat|aktyw|verif|magic|invit|zapros|unsub|optout|dezab|confirm-|code|token|login|join)[\w-]*\//;
const CODE = /(?=[A-Za-z]*\d)(?=\d*[A-Za-z])\w{6}|[A-Z]{8}|\/\d{4,}$/;

/** What is sent of the page's address: no secrets, and only the parameters of campaigns and those that the shop names. The
    service looks closer, see `survey/src/submission/page_url/`, so this may be short. */
export const pageUrl = (url, names) => {
  let warned;
  const leaks = (text) => {
    const path = `/${unescape(unescape(text))}`;
    const found = SECRET.test(path) || ((warned || WORD.test(path)) && CODE.test(path));
    warned = warned || WORD.test(`${path}/`);
    return found;
  };
  // The patterns take long for long addresses. Those have long queries, as a rule.
  if (url[2000]) url = url.split(/[?#]/)[0];
  if (!/^http/.test(url) || url[2000]) return;
  return url
    // The password before the host, path parameters, and a fragment that is no route.
    .replace(/(\/\/)[^/?#]*@|;[^/?&#]*|#(?!!?\/).*/g, '$1')
    .replace(/\?([^#]*)|[^/?#]+/g, (piece, query, at) => {
      // The scheme and the host end before the ninth character.
      if (query == null) return at > 8 && leaks(piece) ? '[secret]' : piece;
      const pairs = query.split('&').filter((pair) => {
        warned = 0;
        return (/^utm_/.test(pair) || names?.includes(pair.split('=')[0])) && !leaks(pair.replace(/.*?(=|$)/, ''));
      });
      return pairs[0] ? `?${pairs.join('&')}` : '';
    });
};

/** The JSON of one revision. */
export const bodyOf = ({ response, language, device, trigger, url, names, page }, revision, answers, complete) =>
  JSON.stringify(
    bare({
      ...response,
      revision,
      answers: bare(answers),
      complete,
      context: bare({
        url: pageUrl(url, names),
        language,
        device,
        trigger,
        order: orNothing(moneyOf, page.order),
        customer: orNothing((customer) => short(customer, MAX_ID), page.customer),
        traits: orNothing(traitsOf, page.traits),
        signatures: orNothing(signaturesOf, page),
      }),
    }),
    // Truncation can split a surrogate pair, and the service rejects half of one.
    (_, value) => (typeof value === 'string' ? value.replace(/\p{Cs}/gu, '\ufffd') : value),
  );
