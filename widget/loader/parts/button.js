// The feedback button in a corner of the window. It is hidden while a survey is open over the page.
const CSS = `
:host{all:initial;position:fixed;z-index:var(--z);inset:auto;display:block}
:host([hidden]){display:none}
button{all:unset;box-sizing:border-box;display:flex;align-items:center;gap:8px;min-width:44px;min-height:44px;max-width:calc(100vw - 32px);padding:10px 18px 10px 14px;border-radius:22px;background:#fff;color:#1c2321;border:1px solid #6b7673;box-shadow:0 2px 6px #0002,0 8px 24px #0002;font:600 15px/1.3 system-ui,sans-serif;cursor:pointer;-webkit-tap-highlight-color:transparent}
button:dir(rtl){padding:10px 14px 10px 18px}
button:hover{background:#eef3f1}
button:active{transform:translateY(1px)}
button:focus-visible{outline:3px solid #1c2321;outline-offset:2px;box-shadow:0 0 0 2px #fff}
svg{flex:none;width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
@media(prefers-color-scheme:dark){button{background:#20292b;color:#f1f5f4;border-color:#8b9794}button:hover{background:#2b3638}button:focus-visible{outline-color:#f1f5f4;box-shadow:0 0 0 2px #20292b}}
@media(prefers-reduced-motion:no-preference){button{transition:background .15s}}
@media(forced-colors:active){button{border-color:ButtonText;background:ButtonFace;color:ButtonText}button:focus-visible{outline-color:Highlight}}
@media print{:host{display:none}}`;

export default ([corner = 'bottom_right', x = 16, y = 16, z = 9000], label, on, signal, open) => {
  const host = document.createElement('glas-button');
  const [edge, side] = corner.split('_');
  const { style } = host;
  // Clear of a phone's notch and home bar.
  style.setProperty(edge, `calc(${y}px + env(safe-area-inset-${edge}, 0px))`);
  style.setProperty(side, `calc(${x}px + env(safe-area-inset-${side}, 0px))`);
  style.setProperty('--z', z);
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  button.type = 'button';
  // The label's script may run in the other direction than the page's.
  button.dir = 'auto';
  button.setAttribute('aria-haspopup', 'dialog');
  const svg = (name, values) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const value in values) element.setAttribute(value, values[value]);
    return element;
  };
  const icon = svg('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  icon.append(svg('path', { d: 'M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5' }));
  button.append(icon, label);
  root.append(button);
  on(button, 'click', () => open(button));
  const changes = new MutationObserver(() => {
    host.hidden = !!document.querySelector('body > [data-survey]');
  });
  changes.observe(document.body, { childList: true });
  signal.addEventListener('abort', () => {
    changes.disconnect();
    host.remove();
  });
  document.body.append(host);
};
