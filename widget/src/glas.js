// What the loader imports: `default(wasm)` makes it ready, `show(view, survey, options)` puts a survey on the page,
// `close()` takes it off.
import init from '../pkg/glas.js';

export { close, show } from './host.js';

/** Takes the wasm module as it arrives. */
export default (wasm) => init({ module_or_path: wasm });
