/* Takes what `capture_handover.js` holds out, and leaves nothing behind. */
(key) => {
  const symbol = Symbol.for(key);
  const element = globalThis[symbol];
  delete globalThis[symbol];
  return element || null;
}
