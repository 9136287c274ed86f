// What the loader imports: `default(wasm)` makes it ready, `show(view, survey, options)` puts a survey on the page,
// `close()` takes it off.
import { imports, use } from '../pkg/glas.js';

export { close, show } from './host.js';

let ready;

const start = async (wasm) => {
  try {
    // As bytes: a server that calls them something else than application/wasm is no hindrance.
    const bytes = await (await wasm).arrayBuffer();
    use((await WebAssembly.instantiate(bytes, imports())).instance.exports);
  } catch {
    // No WebAssembly, or a policy that forbids it, which only the try tells: the same module as JavaScript.
    use((await import('./glas_js.js')).default(imports()));
  }
};

/** Takes the wasm module as it arrives. */
export default (wasm) => (ready ||= start(wasm));
