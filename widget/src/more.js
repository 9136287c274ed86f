// What only some surveys need: stars and faces, contacts, modal dialogs, texts that speak of earlier answers.
import css from '../pkg/more.css';

export { reaches } from './contact.js';
export { recall } from './recall.js';
export { css };

/** Opens a modal dialog; returns how to let the page scroll again. */
export const modal = (panel, close) => {
  // However the browser closes it: by Escape, or a phone's back gesture.
  panel.onclose = close;
  // A click beside it, on its backdrop; not when words were selected and the pointer only ended up there.
  let pressed;
  panel.onpointerdown = ({ target }) => {
    pressed = target;
  };
  panel.onclick = ({ target, detail, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = panel.getBoundingClientRect();
    const beside = x < left || x > right || y < top || y > bottom;
    if (beside && detail && target === panel && pressed === panel) close();
  };
  panel.showModal();
  // The page stands still behind it, and keeps the room of its scroll bar.
  const still = new CSSStyleSheet();
  const bar = innerWidth > document.documentElement.clientWidth ? 'scrollbar-gutter:stable' : '';
  still.replaceSync(`html,body{overflow:hidden!important;${bar}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
  };
};
