/* Runs in every new document: has the listener of its process's outermost document listen here, too. */
(() => {
  let outermost = window;
  try {
    while (outermost.parent !== outermost && outermost.parent.document) outermost = outermost.parent;
  } catch {
    // what is around it is shown by another process
  }
  if (outermost.listening) outermost.listening.attach(window);
})();
