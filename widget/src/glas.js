// The module that the loader imports: `default(wasm)` initialises it, `show(view, survey, options)` shows a survey, and
// `close()` removes it.
import { imports, use } from '../pkg/glas.js';

export { close, show } from './host.js';

let ready;

const start = async (wasm) => {
  try {
    // Not `instantiateStreaming`, which fails if a server sends a content type other than application/wasm.
    const bytes = await (await wasm).arrayBuffer();
    use((await WebAssembly.instantiate(bytes, imports())).instance.exports);
  } catch {
    // The browser has no WebAssembly or the page's policy forbids it, which only an attempt shows: use the JavaScript
    // build.
    use((await import('./glas_js.js')).default(imports()));
  }
};

/** Initialises the module from the response with the wasm file, once. */
export default (wasm) => (ready ||= start(wasm));
