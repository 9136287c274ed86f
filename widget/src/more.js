// What only some surveys need: stars and faces, contacts, modal dialogs. And what no survey needs: sending what earlier
// pages left.
import css from '../pkg/more.css';

export { reaches } from './contact.js';
export { flush } from './flush.js';
export { css };

/** Opens a modal dialog; returns how to let the page scroll again. */
export const modal = (panel, close) => {
  // However the browser closes it: by Escape, or a phone's back gesture.
  panel.onclose = close;
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
