// Shown where the page's policy blocks the widget: the hosted survey in a frame, or a link to it where frames are
// blocked too.
const WORDS = {
  en: ['Feedback', 'Give feedback (opens in a new tab)', 'Close'],
  pl: ['Opinia', 'Podziel się opinią (otwiera się w nowej karcie)', 'Zamknij'],
  ro: ['Părere', 'Spune-ne părerea (se deschide într-o filă nouă)', 'Închide'],
  de: ['Feedback', 'Feedback geben (öffnet einen neuen Tab)', 'Schließen'],
  fr: ['Votre avis', 'Donner votre avis (s’ouvre dans un nouvel onglet)', 'Fermer'],
  es: ['Tu opinión', 'Danos tu opinión (se abre en una pestaña nueva)', 'Cerrar'],
  it: ['La tua opinione', 'Lascia la tua opinione (si apre in una nuova scheda)', 'Chiudi'],
  cs: ['Zpětná vazba', 'Napsat zpětnou vazbu (otevře se na nové kartě)', 'Zavřít'],
  sk: ['Spätná väzba', 'Napísať spätnú väzbu (otvorí sa na novej karte)', 'Zavrieť'],
  hu: ['Visszajelzés', 'Visszajelzés küldése (új lapon nyílik meg)', 'Bezárás'],
  uk: ['Відгук', 'Залишити відгук (відкриється в новій вкладці)', 'Закрити'],
  ar: ['رأيك', 'شاركنا رأيك (يُفتح في علامة تبويب جديدة)', 'إغلاق'],
};

const CSS = `
:host{all:initial;position:fixed;z-index:9000;inset:auto 16px 16px auto;display:block;width:min(400px,calc(100vw - 32px));color-scheme:light dark;font:15px/1.4 system-ui,sans-serif;color:#1c2321}
:host([data-inline]){position:static;width:auto}
div{position:relative;background:#fff;border:1px solid #6b7673;border-radius:14px;overflow:hidden;box-shadow:0 2px 6px #0002,0 8px 24px #0002}
iframe{display:block;width:100%;height:360px;max-height:calc(100vh - 64px);border:0}
button{all:unset;position:absolute;top:4px;inset-inline-end:4px;box-sizing:border-box;width:44px;height:44px;border-radius:50%;text-align:center;font-size:20px;line-height:44px;cursor:pointer;background:inherit}
a{display:block;padding:14px 56px 14px 18px;min-height:44px;box-sizing:border-box;color:inherit}
:focus-visible{outline:3px solid currentColor;outline-offset:-4px}
@media(prefers-color-scheme:dark){:host{color:#f1f5f4}div{background:#20292b;border-color:#8b9794}}
@media print{:host{display:none}}`;

// After this long without a message, the frame counts as blocked.
const FRAME_TIMEOUT_MS = 8000;

/** The URL of the hosted survey, with what the widget would have sent along. */
export const pageOf = (base, survey, language, trigger, { order = {}, customer, traits, sig } = {}) => {
  const url = new URL(`${base}/s/${survey}`);
  const parameters = {
    lang: language,
    trigger,
    order_id: order?.id,
    order_value: order?.value,
    order_currency: order?.currency,
    customer,
  };
  for (const [name, value] of Object.entries(Object(traits))) if (name !== 'sig') parameters[`trait.${name}`] = value;
  for (const [name, value] of Object.entries(parameters)) if (value != null && value !== '') url.searchParams.set(name, value);
  // The hosted page uses the traits only if they are signed.
  for (const each of [sig, traits?.sig, order?.sig]) if (each) url.searchParams.append('sig', each);
  return url.href;
};

/** The texts in a language: title, link, close. */
export const wordsOf = (language) => WORDS[language.toLowerCase().split(/[-_]/)[0]] || WORDS.en;

/** Parses a message of the frame: `[event, height]`, or undefined for other messages. */
export const parse = (message) => {
  const { glas, height } = Object(message);
  if (glas === 'size') return height > 0 && height < 5000 ? [glas, Math.ceil(height)] : undefined;
  return /^(shown|answered|completed|dismissed)$/.test(glas) ? [glas] : undefined;
};

export default ({ base, survey, language, trigger, page, opener, emit, on, atEnd, place }) => {
  const [title, invitation, close] = wordsOf(language);
  const url = pageOf(base, survey.id, language, trigger, page);
  const spot = document.querySelector(place || survey.q || null) || document.body;
  const make = (name, values) => Object.assign(document.createElement(name), values);

  const host = make('glas-survey', { lang: language });
  host.dataset.survey = survey.id;
  host.toggleAttribute('data-inline', spot !== document.body);
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  const panel = make('div');
  panel.setAttribute('role', 'region');
  panel.setAttribute('aria-label', title);
  const frame = make('iframe', { title, src: url, referrerPolicy: 'origin' });
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms allow-popups');
  const button = make('button', { type: 'button', textContent: '×' });
  button.setAttribute('aria-label', close);
  panel.append(frame, button);
  root.append(panel);

  let state = ''; // The last event.
  let timer;
  const remove = () => {
    clearTimeout(timer);
    const inside = root.activeElement;
    host.remove();
    if (inside) opener?.focus({ preventScroll: true });
  };
  const link = () => {
    if (state || !frame.isConnected) return;
    clearTimeout(timer);
    const anchor = make('a', { href: url, target: '_blank', rel: 'noopener', textContent: invitation });
    frame.replaceWith(anchor);
    state = 'shown';
    emit('shown', { survey: survey.id });
    anchor.addEventListener('click', () => {
      // The shopper answers in the other tab.
      state = 'answered';
      emit('answered', { survey: survey.id });
      remove();
    });
  };

  timer = setTimeout(link, FRAME_TIMEOUT_MS);
  on(document, 'securitypolicyviolation', ({ blockedURI, disposition, effectiveDirective }) => {
    if (disposition === 'enforce' && blockedURI.startsWith(base) && /^(frame|child|default)-src/.test(effectiveDirective)) link();
  });
  on(window, 'message', ({ source, origin, data }) => {
    const [what, height] = (source === frame.contentWindow && origin === base && parse(data)) || [];
    if (!what) return;
    clearTimeout(timer);
    if (height) {
      frame.style.height = `${height}px`;
      return;
    }
    state = what;
    emit(what, { survey: survey.id });
    if (what === 'dismissed') remove();
  });
  button.addEventListener('click', () => {
    if (!/completed|dismissed/.test(state)) emit('dismissed', { survey: survey.id });
    remove();
  });
  atEnd(remove);
  spot.append(host);
  if (opener) button.focus({ preventScroll: true });
};
