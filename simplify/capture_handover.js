/* Runs in the page's own world on one element: holds it out for a moment, under a key that nobody can guess. */
function holdOut(key) {
  globalThis[Symbol.for(key)] = this;
}
