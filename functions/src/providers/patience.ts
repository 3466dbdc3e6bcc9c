/** How long Node's `fetch` waits for an answer's headers, and for more of its body, by itself (undici's defaults). */
const NODES_OWN_MS = 300_000;

/**
 * Has `fetch` wait at least that long, where that is longer than it does by itself: the headers of an answer that is not streamed come
 * with its end. Until then undici is not loaded.
 *
 * @param waits what it does by itself
 */
export async function haveFetchWait(ms: number, waits: number = NODES_OWN_MS): Promise<void> {
  if (ms <= waits) return;
  // A CommonJS module: of one that is a chunk of the bundle only the default is there.
  const { default: undici } = await import('undici');
  const { Agent, setGlobalDispatcher } = undici;
  // A tenth more: it is the deadline that ends a call.
  const timeout = Math.ceil(ms * 1.1);
  setGlobalDispatcher(new Agent({ headersTimeout: timeout, bodyTimeout: timeout }));
}
