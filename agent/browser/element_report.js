/* What an element that `element.js` watches is like now. */
(watch) => watch.report()
