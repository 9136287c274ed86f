// What the loader imports: `default(wasm)` makes it ready, `show` puts a survey on the page, `close` takes it off.
import init, { start } from '../pkg/glas.js';
import { begin, close } from './host.js';

export { close };

/** Takes the wasm module as it arrives. */
export default (wasm) => init({ module_or_path: wasm });

/** Shows a survey: `view` is the text of its words, `survey` its entry in the config. */
export const show = (view, survey, { base, key, trigger, told }) =>
  begin({ base, survey, told }, () =>
    start(
      view,
      JSON.stringify({
        key,
        survey: survey.id,
        version: survey.v,
        mode: survey.m,
        trigger,
        url: location.href.split('#')[0].slice(0, 2000),
        side: Math.min(innerWidth, innerHeight),
        coarse: matchMedia('(pointer:coarse)').matches,
        now: Date.now(),
      }),
    ),
  );
